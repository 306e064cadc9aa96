package dev.firn.examples;

import dev.firn.Firn;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.RecordRejectedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;

/** Rows as maps, nested ones too; a row that does not fit is refused and the stream goes on. */
public final class MapRows {

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "station", Types.StringType.get()),
          Types.NestedField.optional(
              2,
              "place",
              Types.StructType.of(
                  Types.NestedField.required(3, "latitude", Types.DoubleType.get()),
                  Types.NestedField.required(4, "longitude", Types.DoubleType.get()))),
          Types.NestedField.optional(
              5, "readings", Types.ListType.ofRequired(6, Types.DoubleType.get())),
          Types.NestedField.optional(
              7,
              "labels",
              Types.MapType.ofOptional(8, 9, Types.StringType.get(), Types.StringType.get())));

  private static final List<Map<String, ?>> ROWS =
      List.of(
          Map.of(
              "station", "Hualien",
              "place", Map.of("latitude", 24.1, "longitude", 121.7),
              "readings", List.of(6.1, 6.4),
              "labels", Map.of("network", "TW")),
          Map.of("station", "Castaic"), // what is missing is null
          Map.of("readings", List.of(1.0)), // but a required column must not be
          Map.of("station", "Kodiak", "readings", List.of("strong")));

  private MapRows() {}

  /** Takes the directory of the tables; {@code target/map-rows} if there is none. */
  public static void main(String[] args) throws IOException {
    run(Path.of(args.length > 0 ? args[0] : "target/map-rows"), System.out);
  }

  static void run(Path directory, PrintStream out) throws IOException {
    WriterOptions options = WriterOptions.builder("stations").build();
    try (JdbcCatalog catalog = Firn.openEmbedded(directory)) {
      TableIdentifier name = TableIdentifier.of("demo", "stations");
      Table table = Firn.createTableIfAbsent(catalog, name, SCHEMA);
      try (StreamingTableWriter<Map<String, ?>> writer =
          Firn.openWriter(table, Firn.mapMapper(), options)) {
        long start = writer.committed().position().orElse(0);
        for (long next = start; next < ROWS.size(); next++) {
          try {
            writer.append(ROWS.get((int) next));
          } catch (RecordRejectedException e) {
            out.printf("Row %d refused: column %s, %s%n", next, e.field(), e.reason());
          }
          writer.mark(next + 1); // refused rows are passed over too
        }
        writer.commit();
      }
      ReaderView.rows(table).forEach(out::println);
    }
  }
}
