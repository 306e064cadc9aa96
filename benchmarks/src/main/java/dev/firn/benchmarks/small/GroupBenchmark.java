package dev.firn.benchmarks.small;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.Ownership;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.rows.Workload;
import dev.firn.benchmarks.rows.Workloads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * {@code commit group}: several threads write one stream into one table, each with a writer for its
 * own source, at a commit interval of a second. Counted is how many attempts to commit were lost to
 * another writer, and how many snapshots there are: with a committer for each writer, and with one
 * for the group.
 */
public final class GroupBenchmark {

  private static final List<Integer> WRITERS = List.of(1, 2, 4, 8);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int SECONDS = 10;

  /** Rows of a source come in bursts, as records of a poll do. */
  private static final int BURST = 10;

  private static final long PAUSE_NANOS = 20_000_000;

  private GroupBenchmark() {}

  /** Prints a line for each number of writers, first each by itself, then as a group. */
  public static void run(String catalog, Run run) throws Exception {
    Workload<?> workload = Workloads.named("iot");
    try (Catalogs.Opened opened = Catalogs.open(catalog)) {
      for (int writers : WRITERS) {
        for (boolean grouped : List.of(false, true)) {
          String name = (grouped ? "group_" : "separate_") + writers;
          Table table = CommitBenchmark.newTable(opened.catalog(), name, workload, Map.of());
          run.out().println(line(catalog, table, workload, writers, grouped, run));
        }
      }
    }
  }

  private static <R> String line(
      String catalog, Table table, Workload<R> workload, int writers, boolean grouped, Run run)
      throws Exception {
    AtomicLong lost = new AtomicLong();
    WriterOptions options =
        WriterOptions.builder("bench")
            .ownership(Ownership.PER_SOURCE)
            .commitPolicy(CommitPolicy.every(INTERVAL))
            .listener(
                new WriterListener() {
                  @Override
                  public void commitRetried(int attempt, String reason) {
                    lost.incrementAndGet();
                  }
                })
            .build();
    long nanos = (long) (Duration.ofSeconds(SECONDS).toNanos() * run.scale());
    List<R> rows = workload.generate(BURST);
    long bursts;
    if (grouped) {
      try (WriterGroup group = Firn.openWriterGroup(table, options)) {
        bursts = write(() -> group.openWriter(workload.mapper()), rows, writers, nanos);
      }
    } else {
      bursts =
          write(() -> Firn.openWriter(table, workload.mapper(), options), rows, writers, nanos);
    }
    TableRows.check(table, rows.stream().map(workload::toRecord).toList(), Math.toIntExact(bursts));
    int snapshots = 0;
    for (Snapshot ignored : table.snapshots()) {
      snapshots++;
    }
    long attempts = snapshots + lost.get();
    return String.format(
        Locale.ROOT,
        "commit group/%s/%d %s: %d snapshots, %d attempts, %d lost (%.1f %%), %d rows",
        catalog,
        writers,
        grouped ? "grouped" : "separate",
        snapshots,
        attempts,
        lost.get(),
        100.0 * lost.get() / attempts,
        bursts * BURST);
  }

  /** Returns how often the rows were written, all writers together. */
  private static <R> long write(
      Supplier<StreamingTableWriter<R>> opening, List<R> rows, int writers, long nanos)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Future<Long>> done = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        String source = "source-" + i;
        done.add(threads.submit(() -> write(opening.get(), source, rows, nanos)));
      }
      long bursts = 0;
      for (Future<Long> each : done) {
        bursts += each.get();
      }
      return bursts;
    } finally {
      threads.shutdownNow();
    }
  }

  private static <R> long write(
      StreamingTableWriter<R> writer, String source, List<R> rows, long nanos) {
    try (writer) {
      long bursts = 0;
      long end = System.nanoTime() + nanos;
      do {
        for (R row : rows) {
          writer.append(row);
        }
        writer.mark(source, ++bursts);
        LockSupport.parkNanos(PAUSE_NANOS);
      } while (System.nanoTime() < end);
      writer.commit();
      return bursts;
    }
  }
}
