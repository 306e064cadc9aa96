package dev.firn.benchmarks.upsert;

import dev.firn.Firn;
import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.encode.GenericContestant;
import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.measure.Duel;
import dev.firn.benchmarks.measure.RivalModule;
import dev.firn.benchmarks.rows.KeyedReadings;
import dev.firn.benchmarks.rows.KeyedReadings.Latest;
import dev.firn.benchmarks.rows.RowSum;
import java.io.IOException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * {@code upsert}, case {@code flink}: the same rows in memory, upserted by Firn's streaming writer
 * and by Iceberg's sink in Flink, each in a process of its own and into a table of its own that has
 * a million keys. What counts are rows for a second of the process's processor time, compilers and
 * garbage collector included, after half of the rows.
 */
public final class FlinkUpsertBenchmark {

  /** The case. */
  public static final String NAME = "flink";

  private static final RivalModule MODULE =
      new RivalModule(
          "kafka-rivals/flink",
          "firn.bench.kafka.flink",
          "-Pkafka-rivals -pl benchmarks/kafka-rivals/flink");
  private static final String FLINK = "dev.firn.benchmarks.upsert.flink.FlinkUpserts";

  /** What Flink asks for on Java 17. */
  private static final List<String> FLINK_OPTIONS =
      List.of(
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED");

  private static final int KEYS = 1_000_000;
  private static final int ROWS = 8_000_000;

  /** Both make their rows visible every second. */
  private static final int COMMIT_MILLIS = 1_000;

  /** Rounds are long, and each is a process: so many fewer will do. */
  private static final int ROUNDS_PART = 3;

  private final KeyedReadings readings = new KeyedReadings();
  private final int keys;
  private final int rows;

  private FlinkUpsertBenchmark(Run run) {
    this.keys = run.rows(KEYS);
    this.rows = run.rows(ROWS);
  }

  /** Prints Firn beside Flink, and each by itself. */
  public static void run(Run run) throws Exception {
    if (MODULE.missing().isPresent()) {
      run.out().println("upsert " + NAME + " skipped: " + MODULE.missing().get());
      return;
    }
    FlinkUpsertBenchmark benchmark = new FlinkUpsertBenchmark(run);
    List<Measured> firn = new ArrayList<>();
    List<Measured> flink = new ArrayList<>();
    for (int seed = 1; seed <= Math.max(1, run.rounds() / ROUNDS_PART); seed++) {
      benchmark.round(seed, firn, flink);
    }
    double[] ratios = new double[firn.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = firn.get(i).rowsPerCpuSecond() / flink.get(i).rowsPerCpuSecond();
    }
    run.out()
        .printf(
            Locale.ROOT,
            "upsert %s firn vs flink rows/cpu-s=%.2f %.2f..%.2f%n",
            NAME,
            Duel.median(ratios),
            Arrays.stream(ratios).min().orElse(0),
            Arrays.stream(ratios).max().orElse(0));
    run.out().println(line("firn", firn));
    run.out().println(line("flink", flink));
  }

  /** What a process says of itself, and the snapshots that it has made. */
  private record Measured(long rows, long cpuNanos, long wallNanos, int snapshots) {

    double rowsPerCpuSecond() {
      return rows * 1e9 / cpuNanos;
    }

    double rowsPerSecond() {
      return rows * 1e9 / wallNanos;
    }
  }

  private static String line(String who, List<Measured> all) {
    return String.format(
        Locale.ROOT,
        "upsert %s %s: %.3f M rows/cpu-s, %.3f M rows/s, %.0f snapshots",
        NAME,
        who,
        Duel.median(all.stream().mapToDouble(Measured::rowsPerCpuSecond).toArray()) / 1e6,
        Duel.median(all.stream().mapToDouble(Measured::rowsPerSecond).toArray()) / 1e6,
        Duel.median(all.stream().mapToDouble(Measured::snapshots).toArray()));
  }

  private void round(long seed, List<Measured> firn, List<Measured> flink) throws Exception {
    try (Place place = Place.open(Map.of("firn.local.sync", "false"))) {
      Batch first = new Batch(readings.generate(keys), List.of());
      Table mine = tableWith(place, "firn", first);
      Table theirs = tableWith(place, "flink", first);
      List<Latest> upserts = readings.updates(seed, keys, rows);
      RowSum expected = sum(first.rows(), upserts);
      Path file = place.newFile();
      GenericContestant.write(theirs, file.toString(), records(upserts));
      firn.add(firn(place, mine, seed));
      expected.check(mine);
      flink.add(flink(place, theirs, file));
      // Or the check alone would take many minutes.
      theirs.refresh();
      Firn.maintenance(theirs).convertEqualityDeletes();
      expected.check(theirs);
    }
  }

  private Table tableWith(Place place, String name, Batch first) {
    Table table =
        place.newTable(name, readings.schema(), Map.of(TableProperties.FORMAT_VERSION, "3"));
    FirnUpserter.load(table, readings, first);
    return table;
  }

  /** Of the last row of each id. */
  private RowSum sum(List<Latest> first, List<Latest> upserts) {
    long[] byId = new long[keys];
    int columns = readings.schema().columns().size();
    for (List<Latest> rows : List.of(first, upserts)) {
      for (Latest row : rows) {
        byId[(int) row.id()] = RowSum.hash(readings.toRecord(row), columns);
      }
    }
    return new RowSum(keys, Arrays.stream(byId).sum());
  }

  /** One at a time: all at once they would not fit. */
  private List<Record> records(List<Latest> rows) {
    return new AbstractList<>() {
      @Override
      public Record get(int i) {
        return readings.toRecord(rows.get(i));
      }

      @Override
      public int size() {
        return rows.size();
      }
    };
  }

  private Measured firn(Place place, Table table, long seed) throws Exception {
    return measured(
        table,
        JobProcess.here(
            FirnUpsertJob.class,
            place.directory().toString(),
            name(table),
            Long.toString(seed),
            Integer.toString(keys),
            Integer.toString(rows),
            Integer.toString(COMMIT_MILLIS),
            Integer.toString(rows / 2)));
  }

  private Measured flink(Place place, Table table, Path file) throws Exception {
    return measured(
        table,
        JobProcess.of(
            FLINK_OPTIONS,
            MODULE.classPath(),
            FLINK,
            place.directory().toString(),
            name(table),
            KeyedReadings.KEY,
            file.toString(),
            Integer.toString(COMMIT_MILLIS),
            Integer.toString(rows / 2)));
  }

  private static String name(Table table) {
    return table.name().substring(table.name().indexOf('.') + 1);
  }

  private static Measured measured(Table table, JobProcess process) throws IOException {
    String[] numbers = process.answer("measured ").split(" ", -1);
    table.refresh();
    return new Measured(
        Long.parseLong(numbers[0]),
        Long.parseLong(numbers[1]),
        Long.parseLong(numbers[2]),
        SnapshotUtil.currentAncestorIds(table).size() - 1);
  }
}
