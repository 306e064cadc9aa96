package dev.firn.benchmarks.small;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.encode.GenericContestant;
import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.measure.Contest;
import dev.firn.benchmarks.measure.Contestant;
import dev.firn.benchmarks.measure.Cost;
import dev.firn.benchmarks.measure.Duel;
import dev.firn.benchmarks.measure.Meter;
import dev.firn.benchmarks.rows.Workload;
import dev.firn.benchmarks.rows.Workloads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;

/**
 * {@code commit}: ten rows become visible, again and again. Firn: append, mark, commit, from rows
 * to snapshot. Rivals: Iceberg's own append of a file that was written before the clock started,
 * which is only the last part of Firn's work; and the same with the writing of the file. Each has a
 * table of its own, made by Firn with the same properties, in one catalog.
 */
public final class CommitBenchmark {

  private static final String NAME = "commit";
  private static final int ROWS = 10;
  private static final int COMMITS_PER_ROUND = 20;

  private CommitBenchmark() {}

  /** The catalogs to measure on. */
  public static List<String> catalogs() {
    return Catalogs.NAMES;
  }

  /** Measures on the catalog called {@code catalog}. */
  public static List<Duel> run(String catalog, Run run) throws Exception {
    return run(catalog, Workloads.named("iot"), run);
  }

  private static <R> List<Duel> run(String catalog, Workload<R> workload, Run run)
      throws Exception {
    int commits = run.rows(COMMITS_PER_ROUND);
    try (Catalogs.Opened opened = Catalogs.open(catalog);
        Streaming<R> firn = new Streaming<>(opened.catalog(), workload, commits)) {
      List<Plain> rivals =
          List.of(
              new Plain(opened.catalog(), workload, commits, false),
              new Plain(opened.catalog(), workload, commits, true));
      List<Contestant> all = new ArrayList<>(rivals);
      all.add(0, firn);
      Map<String, List<Contestant.Result>> results =
          new Contest(run.warmUp(), run.rounds()).run(all);
      List<Duel> duels = new ArrayList<>();
      for (Plain rival : rivals) {
        Duel duel =
            Duel.of(
                NAME,
                catalog,
                (long) commits * ROWS,
                results.getOrDefault(firn.name(), List.of()),
                rival.name(),
                results.getOrDefault(rival.name(), List.of()));
        duels.add(duel);
        run.out()
            .println(duel.line() + millis(results.getOrDefault(firn.name(), List.of()), commits));
      }
      return duels;
    }
  }

  private static String millis(List<Contestant.Result> results, int commits) {
    double wall =
        Duel.median(results.stream().mapToDouble(r -> r.cost().wallNanos() / 1e6).toArray());
    return String.format(Locale.ROOT, " %.2f ms a commit", wall / commits);
  }

  private static <R> Table newTable(Catalog catalog, String name, Workload<R> workload) {
    return newTable(catalog, name, workload, Map.of());
  }

  static <R> Table newTable(
      Catalog catalog, String name, Workload<R> workload, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(Place.SETTINGS);
    properties.putAll(more);
    return Firn.createTableIfAbsent(
        catalog,
        TableIdentifier.of("bench", name),
        workload.schema(),
        PartitionSpec.unpartitioned(),
        SortOrder.unsorted(),
        properties);
  }

  static WriterOptions options() {
    return WriterOptions.builder("bench").commitPolicy(CommitPolicy.manual()).build();
  }

  private static final class Streaming<R> implements Contestant {

    private final Table table;
    private final StreamingTableWriter<R> writer;
    private final List<R> rows;
    private final List<Record> records;
    private final int commits;
    private int done;

    Streaming(Catalog catalog, Workload<R> workload, int commits) throws IOException {
      this.table = newTable(catalog, "firn", workload);
      this.rows = workload.generate(ROWS);
      this.records = rows.stream().map(workload::toRecord).toList();
      this.commits = commits;
      this.writer = Firn.openWriter(table, workload.mapper(), options());
    }

    @Override
    public String name() {
      return "firn";
    }

    @Override
    public Result round(boolean careful) throws Exception {
      Meter.settle();
      Cost cost =
          Meter.of(
              () -> {
                for (int i = 0; i < commits; i++) {
                  for (R row : rows) {
                    writer.append(row);
                  }
                  writer.mark(++done);
                  writer.commit();
                }
              });
      TableRows.check(table, records, done);
      return new Result(cost, 1);
    }

    @Override
    public void close() {
      writer.close();
    }
  }

  private static final class Plain implements Contestant {

    private final Table table;
    private final List<Record> records;
    private final int commits;
    private final boolean writes;
    private int done;

    <R> Plain(Catalog catalog, Workload<R> workload, int commits, boolean writes)
        throws IOException {
      this.table = newTable(catalog, writes ? "plain_writing" : "plain", workload);
      this.records = workload.generate(ROWS).stream().map(workload::toRecord).toList();
      this.commits = commits;
      this.writes = writes;
    }

    @Override
    public String name() {
      return writes ? "generic-write+newAppend" : "newAppend";
    }

    @Override
    public Result round(boolean careful) throws Exception {
      List<DataFile> files = new ArrayList<>();
      for (int i = 0; i < commits && !writes; i++) {
        files.add(write());
      }
      Meter.settle();
      Cost cost =
          Meter.of(
              () -> {
                for (int i = 0; i < commits; i++) {
                  DataFile file = writes ? write() : files.get(i);
                  table.newAppend().appendFile(file).commit();
                }
              });
      done += commits;
      TableRows.check(table, records, done);
      return new Result(cost, 1);
    }

    private DataFile write() throws IOException {
      String path = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
      return GenericContestant.write(table, path, records);
    }
  }
}
