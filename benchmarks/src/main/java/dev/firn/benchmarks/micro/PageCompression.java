package dev.firn.benchmarks.micro;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Compressor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.xerial.snappy.Snappy;

/** What one page of 1 MiB, filled with growing 64-bit numbers, costs in each codec. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PageCompression {
  private static final int PAGE_BYTES = 1 << 20;

  private final Lz4Compressor lz4 = new Lz4Compressor();
  private final byte[] page = new byte[PAGE_BYTES];
  private byte[] packed = {};

  /** Fills the page; the same numbers in every run. */
  @Setup
  public void fill() {
    Random random = new Random(42);
    long value = 0;
    for (int at = 0; at < page.length; at += Long.BYTES) {
      value += random.nextInt(1000);
      for (int b = 0; b < Long.BYTES; b++) {
        page[at + b] = (byte) (value >>> (8 * b));
      }
    }
    packed = new byte[lz4.maxCompressedLength(page.length)];
  }

  @Benchmark
  public byte[] copyOnly() {
    return Arrays.copyOf(page, page.length);
  }

  @Benchmark
  public byte[] zstdLevel3() {
    return Zstd.compress(page, 3);
  }

  @Benchmark
  public byte[] zstdLevel1() {
    return Zstd.compress(page, 1);
  }

  @Benchmark
  public byte[] snappy() throws IOException {
    return Snappy.compress(page);
  }

  @Benchmark
  public int lz4Raw() {
    return lz4.compress(page, 0, page.length, packed, 0, packed.length);
  }
}
