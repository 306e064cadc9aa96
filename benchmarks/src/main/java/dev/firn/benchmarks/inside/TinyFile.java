package dev.firn.benchmarks.inside;

import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.SealedFile;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Microseconds for a file of a few rows: what a file costs before its first row. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up first
public class TinyFile {

  /** The table. */
  @Param({"iot", "wide"})
  public String rows;

  /** Rows in the file. */
  @Param({"1", "100", "1000"})
  public int count;

  private Stage<?> stage;
  private RowBatch batch;

  @Setup
  public void open() throws IOException {
    stage = Stage.of(rows, count);
    batch = stage.fill(stage.newBatch(), stage.newCursor());
  }

  @TearDown
  public void close() throws IOException {
    stage.close();
  }

  @Benchmark
  public SealedFile seal() {
    DataFileEncoder encoder = stage.newEncoder();
    encoder.add(batch);
    SealedFile file = encoder.seal();
    stage.delete(file.location());
    return file;
  }
}
