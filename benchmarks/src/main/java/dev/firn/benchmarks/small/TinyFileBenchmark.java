package dev.firn.benchmarks.small;

import dev.firn.Firn;
import dev.firn.api.CommitToken;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.encode.GenericContestant;
import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.encode.WrittenFiles;
import dev.firn.benchmarks.measure.Contest;
import dev.firn.benchmarks.measure.Contestant;
import dev.firn.benchmarks.measure.Cost;
import dev.firn.benchmarks.measure.Duel;
import dev.firn.benchmarks.measure.Meter;
import dev.firn.benchmarks.rows.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;

/**
 * {@code tiny-file}: files of a few rows, one after the other. Firn: a staging writer that stays
 * open appends the rows and stages them. Iceberg: its generic writer opens, writes, closes, and
 * gives the data file with its metrics.
 */
public final class TinyFileBenchmark {

  private static final String NAME = "tiny-file";
  private static final int FILES_PER_ROUND = 200;

  private TinyFileBenchmark() {}

  /** Measures files of {@code rowsPerFile} rows of {@code workload}. */
  public static <R> List<Duel> run(Workload<R> workload, int rowsPerFile, Run run)
      throws Exception {
    List<R> rows = workload.generate(rowsPerFile);
    List<Record> records = rows.stream().map(workload::toRecord).toList();
    WrittenFiles expected = new WrittenFiles(workload.schema(), records);
    int files = run.rows(FILES_PER_ROUND);
    try (Place place = Place.open(Map.of("firn.local.sync", "false"));
        StagingTableWriter<R> writer =
            Firn.openStagingWriter(
                place.newTable("tiny", workload.schema(), Map.of()),
                workload.mapper(),
                WriterOptions.builder("bench").build())) {
      Table table = place.newTable("tiny", workload.schema(), Map.of());
      Contestant firn = new Staging<>(writer, rows, table, expected, files);
      Contestant rival = new Generic(table, place, records, expected, files);
      Map<String, List<Contestant.Result>> results =
          new Contest(run.warmUp(), run.rounds()).run(List.of(firn, rival));
      Duel duel =
          Duel.of(
              NAME,
              workload.name() + "/" + rowsPerFile,
              (long) files * rowsPerFile,
              results.getOrDefault(firn.name(), List.of()),
              rival.name(),
              results.getOrDefault(rival.name(), List.of()));
      run.out()
          .println(duel.line() + String.format(" %.3f ms cpu a file", millis(duel, rowsPerFile)));
      return List.of(duel);
    }
  }

  private static double millis(Duel duel, int rowsPerFile) {
    return 1e3 * rowsPerFile / duel.rowsPerCpuSecond();
  }

  private static Contestant.Result checked(
      String writer,
      Cost cost,
      Table table,
      List<Path> files,
      WrittenFiles expected,
      boolean careful)
      throws IOException {
    long bytes = 0;
    for (Path file : files) {
      expected.check(writer, table.io().newInputFile(file.toString()), careful);
      bytes += Files.size(file);
      Files.delete(file);
    }
    return new Contestant.Result(cost, bytes);
  }

  private static final class Staging<R> implements Contestant {

    private final StagingTableWriter<R> writer;
    private final List<R> rows;
    private final Table table;
    private final WrittenFiles expected;
    private final int files;
    private long position;

    Staging(
        StagingTableWriter<R> writer, List<R> rows, Table table, WrittenFiles expected, int files) {
      this.writer = writer;
      this.rows = rows;
      this.table = table;
      this.expected = expected;
      this.files = files;
    }

    @Override
    public String name() {
      return "typed";
    }

    @Override
    public Result round(boolean careful) throws Exception {
      Meter.settle();
      Cost cost = Meter.of(this::write);
      List<Path> written = Place.dataFiles(table);
      if (written.size() != files) {
        throw new IllegalStateException("expected " + files + " files, found " + written.size());
      }
      return checked(name(), cost, table, written, expected, careful);
    }

    private void write() {
      for (int file = 0; file < files; file++) {
        for (R row : rows) {
          writer.append(row);
        }
        writer.stage(CommitToken.of(position), CommitToken.of(position + 1));
        position++;
      }
    }
  }

  private static final class Generic implements Contestant {

    private final Table table;
    private final Place place;
    private final List<Record> records;
    private final WrittenFiles expected;
    private final int files;

    Generic(Table table, Place place, List<Record> records, WrittenFiles expected, int files) {
      this.table = table;
      this.place = place;
      this.records = records;
      this.expected = expected;
      this.files = files;
    }

    @Override
    public String name() {
      return "iceberg-generic";
    }

    @Override
    public Result round(boolean careful) throws Exception {
      List<Path> paths = new ArrayList<>();
      for (int file = 0; file < files; file++) {
        paths.add(place.newFile());
      }
      Meter.settle();
      Cost cost =
          Meter.of(
              () -> {
                for (Path path : paths) {
                  GenericContestant.write(table, path.toString(), records);
                }
              });
      return checked(name(), cost, table, paths, expected, careful);
    }
  }
}
