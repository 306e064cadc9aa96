package dev.firn.examples;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitToken;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** Streams a real week of earthquakes into a table. Run it twice: the second run adds nothing. */
public final class QuickStart {

  private QuickStart() {}

  /** Takes the directory of the tables; {@code target/quickstart} if there is none. */
  public static void main(String[] args) throws IOException {
    run(Path.of(args.length > 0 ? args[0] : "target/quickstart"), System.out);
  }

  static void run(Path directory, PrintStream out) throws IOException {
    try (JdbcCatalog catalog = Firn.openEmbedded(directory)) {
      Table table =
          Firn.createTableIfAbsent(
              catalog,
              TableIdentifier.of("demo", "earthquakes"),
              Earthquakes.SCHEMA,
              Earthquakes.BY_DAY);
      int before = ReaderView.rows(table).size();
      CommitToken token = stream(Earthquakes.week(), table);
      report(table, before, token, out);
    }
  }

  private static CommitToken stream(List<Earthquake> week, Table table) {
    RecordMapper<Earthquake> mapper =
        (quake, row) ->
            row.setString("id", quake.id())
                .setInstant("time", quake.time())
                .setString("place", quake.place())
                .setDouble("magnitude", quake.magnitude())
                .setDouble("depth_km", quake.depthKm())
                .setDouble("longitude", quake.longitude())
                .setDouble("latitude", quake.latitude());

    WriterOptions options =
        WriterOptions.builder("usgs-week") // the stream's name, kept across restarts
            .commitPolicy(CommitPolicy.every(Duration.ofSeconds(1)).orAfterRows(500))
            .build();

    try (StreamingTableWriter<Earthquake> writer = Firn.openWriter(table, mapper, options)) {
      long position = writer.committed().position().orElse(0); // what the table holds already
      for (Earthquake quake : week.subList((int) position, week.size())) {
        writer.append(quake); // blocks while memory is full
        writer.mark(++position); // rows and position become visible together, in background
      }
      return writer.commit().token(); // the tail of a source that ends
    }
  }

  private static void report(Table table, int before, CommitToken token, PrintStream out) {
    List<Record> rows = ReaderView.rows(table);
    out.printf(
        "The table held %,d earthquakes; this run added %,d.%n", before, rows.size() - before);
    out.printf("%nWhat a reader of %s sees%n", table.name());
    out.printf("  rows        %,d%n", rows.size());
    out.printf("  snapshots   %,d%n", ReaderView.snapshots(table));
    out.printf("  data files  %,d%n", ReaderView.dataFiles(table));
    out.printf("  token       %s%n", token);
    out.printf("  strongest%n");
    rows.stream()
        .sorted(Comparator.comparing(QuickStart::magnitude).reversed())
        .limit(5)
        .forEach(
            quake ->
                out.printf(
                    "    M %.1f  %s  %s%n",
                    magnitude(quake), quake.getField("time"), quake.getField("place")));
  }

  private static Double magnitude(Record quake) {
    return (Double) quake.getField("magnitude");
  }
}
