package dev.firn.benchmarks.encode;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.benchmarks.measure.Contestant;
import dev.firn.benchmarks.measure.Cost;
import dev.firn.benchmarks.measure.Meter;
import dev.firn.benchmarks.rows.Workload;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.Table;

/**
 * What the calling thread pays for its appends when the stream does not outrun the helper: a page
 * of rows at a time, and the next when the helper has done with it. The rows have just been looked
 * at, as if they had just been decoded, and only the appends are in the caller's figures.
 */
final class PacedContestant<R> implements Contestant {

  /** Rows of a page. */
  private static final int PAGE_ROWS = 20_000;

  /** Rows of a few columns that fit into a cache together; a part of a page. */
  private static final int HOT_ROWS = 1_000;

  /**
   * Values that do: 250 rows of 25 columns. Reading the meter more often would be in the figures.
   */
  private static final int HOT_VALUES = 6_250;

  private static final long PAUSE_NANOS = 200_000;

  private final Table table;
  private final Workload<R> workload;
  private final List<R> rows;
  private final WrittenFiles expected;
  private final RowReader<R> reader;
  private final ThreadPoolExecutor helper = (ThreadPoolExecutor) Executors.newFixedThreadPool(1);
  private final WriterOptions options =
      WriterOptions.builder("bench")
          .memoryLimitBytes(1L << 30)
          .commitPolicy(CommitPolicy.manual())
          .executor(helper)
          .build();
  private final int hotRows;
  private long position;
  private long nanos;
  private long bytes;

  PacedContestant(Table table, Workload<R> workload, List<R> rows, WrittenFiles expected) {
    this.table = table;
    this.workload = workload;
    this.rows = rows;
    this.expected = expected;
    this.reader = new RowReader<>(workload);
    this.hotRows = hotRows(workload.schema().columns().size());
  }

  private static int hotRows(int columns) {
    int hotRows = HOT_ROWS;
    while (hotRows * columns > HOT_VALUES && hotRows % 2 == 0) {
      hotRows /= 2;
    }
    return hotRows;
  }

  @Override
  public String name() {
    return "paced";
  }

  @Override
  public Result round(boolean careful) throws Exception {
    Meter.settle();
    nanos = 0;
    bytes = 0;
    Cost cost = Meter.of(this::write);
    return FirnContestant.onlyFile(name(), table, cost.withCaller(nanos, bytes), expected, careful);
  }

  private void write() {
    try (StreamingTableWriter<R> writer = Firn.openWriter(table, workload.mapper(), options)) {
      for (int from = 0; from < rows.size(); from += hotRows) {
        List<R> hot = rows.subList(from, Math.min(rows.size(), from + hotRows));
        reader.look(hot);
        append(writer, hot);
        // Rows behind the end of a page have handed the page on.
        if (from % PAGE_ROWS == 0) {
          awaitIdle();
        }
      }
      writer.mark(++position);
      writer.commit();
    }
  }

  private void append(StreamingTableWriter<R> writer, List<R> hot) {
    long bytesBefore = Meter.callerBytes();
    long nanosBefore = Meter.callerNanos();
    for (R row : hot) {
      writer.append(row);
    }
    nanos += Meter.callerNanos() - nanosBefore;
    bytes += Meter.callerBytes() - bytesBefore;
  }

  private void awaitIdle() {
    while (helper.getActiveCount() > 0 || !helper.getQueue().isEmpty()) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  @Override
  public void close() {
    helper.shutdown();
  }
}
