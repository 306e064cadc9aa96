package dev.firn.examples;

import dev.firn.api.CommitResult;
import dev.firn.api.WriterListener;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/** Hears what a writer that upserts does, and says it in the end. Thread-safe. */
final class UpsertLog implements WriterListener {

  /** A change that nobody can see yet. */
  private record Taken(long position, long nanos) {}

  private final Deque<Taken> unseen = new ArrayDeque<>();
  private final List<Long> waitedNanos = new ArrayList<>();
  private @Nullable Progress progress;
  private long keysRead;
  private long rowsWritten;
  private long rowsTakenOut;

  /** The change that ends at {@code position} is handed to the writer. */
  synchronized void taken(long position) {
    unseen.add(new Taken(position, System.nanoTime()));
  }

  /** A new writer reads the keys that the table has: a line on the terminal says how far it is. */
  @Override
  public synchronized void indexProgress(long rowsRead, long rowsTotal) {
    if (progress == null) {
      progress = new Progress("keys read", rowsTotal);
    }
    keysRead = Math.max(keysRead, rowsRead);
    progress.at(keysRead);
  }

  @Override
  public synchronized void committed(CommitResult result) {
    rowsWritten += result.rows();
    rowsTakenOut += result.replaced().rows();
    long position = result.token().position().orElse(0);
    for (Taken next = unseen.peek();
        next != null && next.position() <= position;
        next = unseen.peek()) {
      waitedNanos.add(System.nanoTime() - unseen.remove().nanos());
    }
  }

  /** What a reader sees, and what it took. */
  synchronized void report(Table table, PrintStream out) {
    SortedMap<Object, Integer> byStatus = new TreeMap<>();
    List<Record> rows = ReaderView.rows(table);
    rows.forEach(row -> byStatus.merge(row.getField("status"), 1, Integer::sum));
    out.printf("%nWhat a reader of %s sees%n", table.name());
    out.printf(
        "  rows           %,d, of %,d earthquakes%n",
        rows.size(), rows.stream().map(row -> row.getField("id")).distinct().count());
    byStatus.forEach((status, count) -> out.printf("    %-12s %,d%n", status, count));
    out.printf("  snapshots      %,d%n", ReaderView.snapshots(table));
    out.printf(
        "  data files     %,d, of which %,d have a deletion vector%n",
        ReaderView.dataFiles(table), ReaderView.dataFilesWithDeletes(table));
    out.printf("What this run did%n");
    out.printf("  keys read      %,d, when the writer was opened%n", keysRead);
    out.printf("  rows written   %,d%n", rowsWritten);
    out.printf("  rows taken out %,d, replaced by newer ones or deleted%n", rowsTakenOut);
    if (!waitedNanos.isEmpty()) {
      waitedNanos.sort(null);
      out.printf(
          "  freshness      half of the changes were visible after %.2f s, all after %.2f s%n",
          waitedNanos.get(waitedNanos.size() / 2) / 1e9,
          waitedNanos.get(waitedNanos.size() - 1) / 1e9);
    }
  }
}
