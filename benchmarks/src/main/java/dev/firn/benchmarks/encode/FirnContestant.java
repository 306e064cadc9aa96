package dev.firn.benchmarks.encode;

import dev.firn.Firn;
import dev.firn.api.CommitToken;
import dev.firn.api.StagingTableWriter;
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
 * Firn through its public face: a staging writer is opened, takes all rows, and stages them, which
 * encodes and writes the file.
 */
final class FirnContestant<R> implements Contestant {

  /** How the rows come. */
  enum Feed {
    /** As fast as they are taken, and the calling thread does everything. */
    ALONE,
    /** As fast as they are taken, with one helper; a caller that gets ahead encodes as well. */
    POOLED,
    /** A page at a time, and the next when the helper has done with it: the caller only fills. */
    PACED
  }

  /** Rows of a page. */
  private static final int PAGE_ROWS = 20_000;

  private static final long PAUSE_NANOS = 200_000;

  private final String name;
  private final Table table;
  private final RecordMapper<R> mapper;
  private final List<R> rows;
  private final WrittenFiles expected;
  private final WriterOptions options;
  private final boolean paced;
  private final Optional<ThreadPoolExecutor> pool;

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
    this.pool =
        feed == Feed.ALONE
            ? Optional.empty()
            : Optional.of((ThreadPoolExecutor) Executors.newFixedThreadPool(1));
    WriterOptions.Builder builder = WriterOptions.builder("bench").memoryLimitBytes(1L << 30);
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
    Cost cost = Meter.of(this::write);
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

  private void write() {
    try (StagingTableWriter<R> writer = Firn.openStagingWriter(table, mapper, options)) {
      int count = 0;
      for (R row : rows) {
        writer.append(row);
        // The first row behind a page is the one that hands the page on.
        if (++count % PAGE_ROWS == 1 && paced) {
          awaitIdle();
        }
      }
      writer.stage(CommitToken.none(), CommitToken.of(1));
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
