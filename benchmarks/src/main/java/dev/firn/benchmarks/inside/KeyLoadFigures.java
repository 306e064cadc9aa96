package dev.firn.benchmarks.inside;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.measure.Meter;
import dev.firn.internal.resolve.KeyedTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * How fast the index of a table's keys is built from its files: local files of 500,000 rows with a
 * key and three other columns, one thread, files to index, processor time. {@code java -cp
 * benchmarks/target/benchmarks.jar dev.firn.benchmarks.inside.KeyLoadFigures [rows]}.
 */
public final class KeyLoadFigures {

  private static final int FILE_ROWS = 500_000;
  private static final int ROUNDS = 5;

  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.required(2, "name", Types.StringType.get()),
          NestedField.required(3, "amount", Types.DoubleType.get()),
          NestedField.required(4, "count", Types.IntegerType.get()));

  private KeyLoadFigures() {}

  /** Prints a line for each kind of key. */
  public static void main(String[] args) throws IOException {
    long rows = args.length > 0 ? Long.parseLong(args[0]) : 10_000_000;
    Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "firn-bench-load");
    try (JdbcCatalog catalog = Firn.openEmbedded(directory, Map.of("firn.local.sync", "false"))) {
      measure(catalog, "ordered", rows, false);
      measure(catalog, "scattered", rows, true);
    } finally {
      Place.delete(directory);
    }
  }

  private static void measure(JdbcCatalog catalog, String name, long rows, boolean scattered) {
    BaseTable table =
        (BaseTable)
            Firn.createTableIfAbsent(
                catalog,
                TableIdentifier.of("db", name),
                SCHEMA,
                PartitionSpec.unpartitioned(),
                SortOrder.unsorted(),
                Map.of("format-version", "3"));
    RecordMapper<Long> mapper =
        (id, row) ->
            row.setLong(0, scattered ? id * 0x9E3779B97F4A7C15L : id)
                .setString(1, "name of " + id % 10_000)
                .setDouble(2, id * 0.25)
                .setInt(3, (int) (id % 100));
    WriterOptions options =
        WriterOptions.builder("load").commitPolicy(CommitPolicy.manual()).build();
    try (StreamingTableWriter<Long> writer = Firn.openWriter(table, mapper, options)) {
      for (long id = 0; id < rows; id++) {
        writer.append(id);
        if ((id + 1) % FILE_ROWS == 0 || id + 1 == rows) {
          writer.mark(id + 1);
          writer.commit();
        }
      }
    }
    table.refresh();
    WriterOptions upserts = options.toBuilder().upsertBy("id").build();
    for (int round = 0; round < ROUNDS; round++) {
      KeyedTable keyed = KeyedTable.of(table, upserts, Runnable::run);
      long start = Meter.callerNanos();
      keyed.open(table.operations().current());
      long nanos = Meter.callerNanos() - start;
      System.out.printf(
          "%s: %,d keys, %.2f million a second and processor%n", name, rows, rows * 1e3 / nanos);
    }
  }
}
