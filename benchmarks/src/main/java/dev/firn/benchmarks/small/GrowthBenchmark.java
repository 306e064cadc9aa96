package dev.firn.benchmarks.small;

import dev.firn.Firn;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.measure.Duel;
import dev.firn.benchmarks.rows.Workload;
import dev.firn.benchmarks.rows.Workloads;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;

/**
 * {@code commit growth}: what a commit costs after thousands of others. Every snapshot that a table
 * keeps is in each metadata file that a commit writes; so a writer that expires them, as many as
 * the table lets it, is measured beside one on a table that nobody maintains.
 */
public final class GrowthBenchmark {

  private static final int COMMITS = 3_000;
  private static final int WARM_UP = 2_000;
  private static final int WINDOW = 100;

  private GrowthBenchmark() {}

  /** Prints the median time of the last commits beside that of the first. */
  public static void run(String catalog, Run run) throws Exception {
    run(catalog, Workloads.named("iot"), run);
  }

  private static <R> void run(String catalog, Workload<R> workload, Run run) throws Exception {
    try (Catalogs.Opened opened = Catalogs.open(catalog)) {
      // On another table, so that the first commits are not slow for want of compiled code.
      commits(
          CommitBenchmark.newTable(opened.catalog(), "warm_up", workload, settings(catalog)),
          workload,
          run.rows(WARM_UP),
          true);
      for (boolean expires : List.of(true, false)) {
        String name = expires ? "expired" : "kept";
        double[] millis =
            commits(
                CommitBenchmark.newTable(opened.catalog(), name, workload, settings(catalog)),
                workload,
                run.rows(COMMITS),
                expires);
        run.out().println(line(catalog + "/" + name, millis));
      }
    }
  }

  /**
   * A stream of seconds would keep ten minutes of snapshots; here a commit takes milliseconds.
   * Files in memory cannot be deleted in bulk, so Iceberg hands each old metadata file to a pool,
   * and sleeps ten milliseconds or not, as the race goes: there they stay.
   */
  private static Map<String, String> settings(String catalog) {
    return Map.of(
        TableProperties.MAX_SNAPSHOT_AGE_MS,
        "1",
        TableProperties.MIN_SNAPSHOTS_TO_KEEP,
        "50",
        TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
        Boolean.toString(!catalog.equals("in-memory")));
  }

  private static String line(String name, double[] millis) {
    int window = Math.min(WINDOW, (millis.length + 1) / 2);
    double[] end = Arrays.copyOfRange(millis, millis.length - window, millis.length);
    double first = Duel.median(Arrays.copyOf(millis, window));
    double last = Duel.median(end);
    return String.format(
        Locale.ROOT,
        "commit growth/%s/%d wall=%.2f (last %d: %.2f ms, longest %.2f ms, first %d: %.2f ms)",
        name,
        millis.length,
        last / first,
        window,
        last,
        Arrays.stream(end).max().orElse(0),
        window,
        first);
  }

  private static <R> double[] commits(Table table, Workload<R> workload, int count, boolean expires)
      throws IOException {
    List<R> rows = workload.generate(1);
    double[] millis = new double[count];
    WriterOptions options = CommitBenchmark.options().toBuilder().expireSnapshots(expires).build();
    try (StreamingTableWriter<R> writer = Firn.openWriter(table, workload.mapper(), options)) {
      for (int i = 0; i < count; i++) {
        long begin = System.nanoTime();
        writer.append(rows.get(0));
        writer.mark(i + 1);
        writer.commit();
        millis[i] = (System.nanoTime() - begin) / 1e6;
      }
    }
    TableRows.check(table, rows.stream().map(workload::toRecord).toList(), count);
    return millis;
  }
}
