package dev.firn.examples;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * A table of the last state of each earthquake, while the earthquakes are seen, revised and
 * retracted. Run it twice: the second run reads the keys of the table, and changes nothing.
 */
public final class UpsertByKey {

  /** The week passes in some four seconds, so that there are several commits. */
  private static final long PAUSE_NANOS = 1_000_000;

  private UpsertByKey() {}

  /** Takes the directory of the tables; {@code target/upsert-by-key} if there is none. */
  public static void main(String[] args) throws IOException {
    run(Path.of(args.length > 0 ? args[0] : "target/upsert-by-key"), System.out);
  }

  static void run(Path directory, PrintStream out) throws IOException {
    try (JdbcCatalog catalog = Firn.openEmbedded(directory)) {
      Table table =
          Firn.createTableIfAbsent(
              catalog,
              TableIdentifier.of("demo", "earthquake_states"),
              QuakeChanges.SCHEMA,
              QuakeChanges.BY_DAY,
              SortOrder.unsorted(),
              Map.of("format-version", "3")); // for deletion vectors
      int before = ReaderView.rows(table).size();
      UpsertLog log = new UpsertLog();
      long changes = replay(QuakeChanges.week(), table, log);
      out.printf(
          "The table held %,d earthquakes; this run brought %,d changes.%n", before, changes);
      log.report(table, out);
    }
  }

  /** Returns how many changes the table did not have yet. */
  private static long replay(List<QuakeChange> week, Table table, UpsertLog log) {
    RecordMapper<QuakeState> states = Firn.javaRecordMapper(QuakeState.class);

    WriterOptions options =
        WriterOptions.builder("usgs-changes")
            .upsertBy("id") // a row takes the place of the one with its id
            .commitPolicy(CommitPolicy.every(Duration.ofMillis(250)))
            .listener(log)
            .build();

    try (StreamingTableWriter<QuakeState> writer = Firn.openWriter(table, states, options)) {
      long start = writer.committed().position().orElse(0);
      long position = start;
      for (QuakeChange change : week.subList((int) start, week.size())) {
        log.taken(position + 1);
        writer.apply(change.kind(), change.state()); // of a deleted one only the id counts
        writer.mark(++position); // rows, deletes and position become visible together
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      writer.commit();
      return position - start;
    }
  }
}
