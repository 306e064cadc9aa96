package dev.firn.benchmarks.inside;

import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.convert.RowCursor;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.SealedFile;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds per row, stage by stage, for a page of rows. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up first
public class RowsToFile {

  private static final int ROWS = 20_000;

  /** The table. */
  @Param({"iot", "wide", "lineitem", "nested"})
  public String rows;

  private Stage<?> stage;
  private RowCursor cursor;
  private RowBatch arriving;
  private RowBatch page;

  /** Rows, and a page that is full of them. */
  @Setup
  public void open() throws IOException {
    stage = Stage.of(rows, ROWS);
    cursor = stage.newCursor();
    arriving = stage.newBatch();
    page = stage.fill(stage.newBatch(), stage.newCursor());
  }

  @TearDown
  public void close() throws IOException {
    stage.close();
  }

  /** Rows into the columns of a batch that was used before. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public RowBatch convertAndBuffer() {
    return stage.fill(arriving, cursor);
  }

  /** Columns into compressed pages, the first of a file. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long encode() {
    DataFileEncoder encoder = stage.newEncoder();
    encoder.add(page);
    return encoder.heldBytes();
  }

  /** Columns into a whole file in memory. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public SealedFile encodeAndSeal() {
    DataFileEncoder encoder = stage.newEncoder();
    encoder.add(page);
    SealedFile file = encoder.seal();
    stage.delete(file.location());
    return file;
  }
}
