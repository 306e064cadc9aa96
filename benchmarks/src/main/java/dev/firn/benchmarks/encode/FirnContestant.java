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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.iceberg.Table;

/**
 * Firn through its public face: a staging writer is opened, takes all rows, and stages them, which
 * encodes and writes the file. Without helpers everything runs on the calling thread.
 */
final class FirnContestant<R> implements Contestant {

  private final String name;
  private final Table table;
  private final RecordMapper<R> mapper;
  private final List<R> rows;
  private final WrittenFiles expected;
  private final WriterOptions options;
  private final Optional<ExecutorService> helpers;

  FirnContestant(
      String name,
      Table table,
      RecordMapper<R> mapper,
      List<R> rows,
      WrittenFiles expected,
      int helpers) {
    this.name = name;
    this.table = table;
    this.mapper = mapper;
    this.rows = rows;
    this.expected = expected;
    this.helpers =
        helpers == 0 ? Optional.empty() : Optional.of(Executors.newFixedThreadPool(helpers));
    WriterOptions.Builder builder = WriterOptions.builder("bench").memoryLimitBytes(1L << 30);
    this.helpers.ifPresent(builder::executor);
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
    return onlyFile(name, table, cost, expected, careful);
  }

  /** Checks and deletes the one data file that {@code table} has. */
  static Result onlyFile(
      String name, Table table, Cost cost, WrittenFiles expected, boolean careful)
      throws Exception {
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
      for (R row : rows) {
        writer.append(row);
      }
      writer.stage(CommitToken.none(), CommitToken.of(1));
    }
  }

  @Override
  public void close() {
    helpers.ifPresent(ExecutorService::shutdown);
  }
}
