package dev.firn.benchmarks.upsert;

import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.measure.Contestant.Result;
import dev.firn.benchmarks.measure.Duel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * {@code upsert}: a table of a million keys gets batches of 50,000 rows of random keys, each batch
 * a commit, by Firn's writer with its index and by Iceberg's with equality deletes; the floor is
 * Firn appending the same rows. Then the tables are read.
 */
public final class UpsertBenchmark {

  private static final String NAME = "upsert";
  static final int KEYS = 1_000_000;
  static final int BATCH_ROWS = 50_000;
  private static final String FIRN = "firn";
  private static final String MEGABYTES = "%.1f and %.1f MB";

  /** A round is twenty batches of everybody's and several readings: so many fewer will do. */
  private static final int ROUNDS_PART = 2;

  /** Most of the keys that warming up takes. */
  private static final int WARM_UP_KEYS = 200_000;

  private UpsertBenchmark() {}

  /** The format versions of the table to measure with. */
  public static List<String> versions() {
    return List.of("v3", "v2");
  }

  /** Measures with tables of {@code version}. */
  public static List<Duel> run(String version, Run run) throws Exception {
    int formatVersion = Integer.parseInt(version.substring(1));
    int keys = run.rows(KEYS);
    int batchRows = run.rows(BATCH_ROWS);
    if (!run.warmUp().isZero()) {
      int part = Math.max(1, keys / WARM_UP_KEYS);
      round(new Trial(formatVersion, keys / part, batchRows / part, 0), new Results());
    }
    Results results = new Results();
    for (int i = 1; i <= Math.max(1, run.rounds() / ROUNDS_PART); i++) {
      round(new Trial(formatVersion, keys, batchRows, i), results);
    }
    long rows = (long) Trial.BATCHES * batchRows;
    String stored = "%.2f and %.2f M rows stored";
    List<Duel> duels = new ArrayList<>();
    duels.addAll(duels(version + "/write", rows, results.written, MEGABYTES, run));
    duels.addAll(duels(version + "/scan", keys, results.scanned, stored, run));
    duels.addAll(duels(version + "/write+rewrite", rows, results.rewritten, MEGABYTES, run));
    duels.addAll(duels(version + "/scan-rewritten", keys, results.scannedAgain, stored, run));
    return duels;
  }

  /** Of all rounds, by contender. */
  private static final class Results {
    final Map<String, List<Result>> written = new HashMap<>();
    final Map<String, List<Result>> scanned = new HashMap<>();

    /** What was written, and for Firn one rewrite of all data files behind it. */
    final Map<String, List<Result>> rewritten = new HashMap<>();

    final Map<String, List<Result>> scannedAgain = new HashMap<>();
  }

  private static void round(Trial trial, Results results) throws Exception {
    try (trial) {
      Map<String, Result> written = trial.write();
      add(written, results.written);
      add(trial.scan(), results.scanned);
      Result rewrite = trial.rewrite();
      Map<String, Result> rewritten = new HashMap<>(written);
      rewritten.computeIfPresent(
          FIRN,
          (name, write) ->
              new Result(write.cost().plus(rewrite.cost()), write.bytes() + rewrite.bytes()));
      add(rewritten, results.rewritten);
      add(trial.scanRewritten(), results.scannedAgain);
    }
  }

  private static void add(Map<String, Result> round, Map<String, List<Result>> all) {
    round.forEach(
        (name, result) -> all.computeIfAbsent(name, each -> new ArrayList<>()).add(result));
  }

  /** Firn beside each of the others. */
  private static List<Duel> duels(
      String subject, long rows, Map<String, List<Result>> results, String sizes, Run run) {
    List<Result> firn = results.getOrDefault(FIRN, List.of());
    List<Duel> duels = new ArrayList<>();
    for (Map.Entry<String, List<Result>> rival : new TreeMap<>(results).entrySet()) {
      if (!rival.getKey().equals(FIRN)) {
        Duel duel = Duel.of(NAME, subject, rows, firn, rival.getKey(), rival.getValue());
        duels.add(duel);
        run.out().println(duel.line() + figures(rows, firn, rival.getValue(), sizes));
      }
    }
    return duels;
  }

  /**
   * @param sizes a format of Firn's and the rival's size, in millions
   */
  private static String figures(long rows, List<Result> firn, List<Result> rival, String sizes) {
    return String.format(
        Locale.ROOT,
        " %.2f us cpu and %.2f us a row, the rival's %.2f and %.2f; " + sizes,
        median(firn, result -> result.cost().cpuNanos() / 1e3 / rows),
        median(firn, result -> result.cost().wallNanos() / 1e3 / rows),
        median(rival, result -> result.cost().cpuNanos() / 1e3 / rows),
        median(rival, result -> result.cost().wallNanos() / 1e3 / rows),
        median(firn, result -> result.bytes() / 1e6),
        median(rival, result -> result.bytes() / 1e6));
  }

  private static double median(List<Result> results, ToDoubleFunction<Result> figure) {
    return Duel.median(results.stream().mapToDouble(figure).toArray());
  }
}
