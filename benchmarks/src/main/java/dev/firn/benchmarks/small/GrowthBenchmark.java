package dev.firn.benchmarks.small;

import dev.firn.Firn;
import dev.firn.api.StreamingTableWriter;
import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.measure.Duel;
import dev.firn.benchmarks.rows.Workload;
import dev.firn.benchmarks.rows.Workloads;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.Table;

/**
 * {@code commit growth}: what a commit costs after thousands of others. Every snapshot that a table
 * keeps is in each metadata file that a commit writes.
 */
public final class GrowthBenchmark {

  private static final int COMMITS = 3_000;
  private static final int WARM_UP = 400;
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
          CommitBenchmark.newTable(opened.catalog(), "warm_up", workload),
          workload,
          run.rows(WARM_UP));
      double[] millis =
          commits(
              CommitBenchmark.newTable(opened.catalog(), "firn", workload),
              workload,
              run.rows(COMMITS));
      int window = Math.min(WINDOW, (millis.length + 1) / 2);
      double first = Duel.median(Arrays.copyOf(millis, window));
      double last = Duel.median(Arrays.copyOfRange(millis, millis.length - window, millis.length));
      run.out()
          .println(
              String.format(
                  Locale.ROOT,
                  "commit growth/%s/%d wall=%.2f (last %d: %.2f ms, first %d: %.2f ms a commit)",
                  catalog,
                  millis.length,
                  last / first,
                  window,
                  last,
                  window,
                  first));
    }
  }

  private static <R> double[] commits(Table table, Workload<R> workload, int count)
      throws IOException {
    List<R> rows = workload.generate(1);
    double[] millis = new double[count];
    try (StreamingTableWriter<R> writer =
        Firn.openWriter(table, workload.mapper(), CommitBenchmark.options())) {
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
