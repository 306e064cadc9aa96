package dev.firn.benchmarks.encode;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitToken;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.benchmarks.measure.Contestant;
import dev.firn.benchmarks.measure.Cost;
import dev.firn.benchmarks.measure.Meter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.Table;

/**
 * Firn through its public face: a writer is opened, takes all rows, and writes them to a file. A
 * staging writer, so that nothing but that is measured; where the part of the calling thread is
 * looked at, a streaming writer, whose files are sealed by others, as an application would use it.
 */
final class FirnContestant<R> implements Contestant {

  /** How the rows come. */
  enum Feed {
    /** As fast as they are taken, and the calling thread does everything. */
    ALONE,
    /** As fast as they are taken, with one helper; a caller that gets ahead encodes as well. */
    POOLED,
    /**
     * As a stream that does not outrun the helper: a page at a time, and the next when the helper
     * has done with it. Rows have just been looked at, as if they had just been decoded. What the
     * calling thread pays for its appends is measured apart.
     */
    PACED
  }

  /** Rows of a page. */
  private static final int PAGE_ROWS = 20_000;

  /** Rows that fit into a cache together. */
  private static final int HOT_ROWS = 250;

  private static final long PAUSE_NANOS = 200_000;

  private final String name;
  private final Table table;
  private final RecordMapper<R> mapper;
  private final List<R> rows;
  private final WrittenFiles expected;
  private final WriterOptions options;
  private final boolean paced;
  private final Optional<ThreadPoolExecutor> pool;
  private final RowReader<R> reader;
  private long position;
  private long feedingNanos;
  private long feedingBytes;

  FirnContestant(
      String name,
      Table table,
      RecordMapper<R> mapper,
      List<R> rows,
      WrittenFiles expected,
      Feed feed) {
    this.name = name;
    this.table = table;
    this.mapper = mapper;
    this.rows = rows;
    this.expected = expected;
    this.paced = feed == Feed.PACED;
    this.reader = new RowReader<>(mapper, table.schema());
    this.pool =
        feed == Feed.ALONE
            ? Optional.empty()
            : Optional.of((ThreadPoolExecutor) Executors.newFixedThreadPool(1));
    WriterOptions.Builder builder =
        WriterOptions.builder("bench")
            .memoryLimitBytes(1L << 30)
            .commitPolicy(CommitPolicy.manual());
    pool.ifPresent(builder::executor);
    this.options = builder.build();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Result round(boolean careful) throws Exception {
    Meter.settle();
    Cost cost = Meter.of(paced ? this::commitPaced : this::stage);
    if (paced) {
      cost = cost.withCaller(feedingNanos, feedingBytes);
    }
    List<Path> files = Place.dataFiles(table);
    if (files.size() != 1) {
      throw new IllegalStateException("expected one file, found " + files);
    }
    Path file = files.get(0);
    expected.check(name, table.io().newInputFile(file.toString()), careful);
    Result result = new Result(cost, Files.size(file));
    Files.delete(file);
    return result;
  }

  private void stage() {
    try (StagingTableWriter<R> writer = Firn.openStagingWriter(table, mapper, options)) {
      for (R row : rows) {
        writer.append(row);
      }
      writer.stage(CommitToken.none(), CommitToken.of(1));
    }
  }

  private void commitPaced() {
    try (StreamingTableWriter<R> writer = Firn.openWriter(table, mapper, options)) {
      feedingNanos = 0;
      feedingBytes = 0;
      for (int from = 0; from < rows.size(); from += HOT_ROWS) {
        List<R> hot = rows.subList(from, Math.min(rows.size(), from + HOT_ROWS));
        reader.look(hot);
        long bytes = Meter.callerBytes();
        long nanos = Meter.callerNanos();
        for (R row : hot) {
          writer.append(row);
        }
        feedingNanos += Meter.callerNanos() - nanos;
        feedingBytes += Meter.callerBytes() - bytes;
        // Rows behind the end of a page have handed the page on.
        if (from % PAGE_ROWS == 0) {
          awaitIdle();
        }
      }
      writer.mark(++position);
      writer.commit();
    }
  }

  private void awaitIdle() {
    ThreadPoolExecutor helper = pool.orElseThrow();
    while (helper.getActiveCount() > 0 || !helper.getQueue().isEmpty()) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  @Override
  public void close() {
    pool.ifPresent(ThreadPoolExecutor::shutdown);
  }
}
