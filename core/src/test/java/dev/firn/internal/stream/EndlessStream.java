package dev.firn.internal.stream;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;

/**
 * A stream that never ends into a table with thousands of open partitions, for a JVM with a small
 * heap. Arguments: directory, seconds, partitions, memory limit in MiB. Prints what it saw in one
 * line; a JVM that runs out of memory prints none.
 */
final class EndlessStream {

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "tenant", Types.IntegerType.get()),
          Types.NestedField.required(2, "id", Types.LongType.get()),
          Types.NestedField.required(3, "at", Types.TimestampType.withZone()),
          Types.NestedField.optional(4, "kind", Types.StringType.get()),
          Types.NestedField.optional(5, "payload", Types.StringType.get()),
          Types.NestedField.optional(6, "value", Types.DoubleType.get()));

  private EndlessStream() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    long seconds = Long.parseLong(args[1]);
    int partitions = Integer.parseInt(args[2]);
    long limit = Long.parseLong(args[3]) << 20;
    try (JdbcCatalog catalog = Firn.openEmbedded(directory, Map.of("firn.local.sync", "false"))) {
      Table table =
          Firn.createTableIfAbsent(
              catalog,
              TableIdentifier.of("db", "endless"),
              SCHEMA,
              PartitionSpec.builderFor(SCHEMA).identity("tenant").build(),
              SortOrder.unsorted(),
              Map.of());
      run(table, seconds, partitions, limit);
    }
  }

  private static void run(Table table, long seconds, int partitions, long limit) {
    WriterOptions options =
        WriterOptions.builder("endless")
            .memoryLimitBytes(limit)
            .blockTimeout(Duration.ofSeconds(60))
            .commitPolicy(CommitPolicy.every(Duration.ofSeconds(5)))
            .build();
    SplittableRandom random = new SplittableRandom(7);
    String filler = "x".repeat(80);
    long rows = 0;
    long longestNanos = 0;
    long peakBuffered = 0;
    try (StreamingTableWriter<Long> writer =
        Firn.openWriter(
            table,
            (id, row) ->
                row.setInt(0, random.nextInt(partitions))
                    .setLong(1, id)
                    .setLong(2, id * 1_000)
                    .setString(3, "kind-" + random.nextInt(20))
                    .setString(4, filler + random.nextLong())
                    .setDouble(5, random.nextDouble()),
            options)) {
      long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
      while (System.nanoTime() < end) {
        for (int i = 0; i < 100; i++) {
          long before = System.nanoTime();
          writer.append(rows++);
          longestNanos = Math.max(longestNanos, System.nanoTime() - before);
        }
        writer.mark(rows);
        peakBuffered = Math.max(peakBuffered, writer.status().bytesBuffered());
      }
      writer.commit();
      System.out.printf(
          "rows=%d committed=%d longestPauseMillis=%d peakBufferedBytes=%d%n",
          rows, writer.status().rowsCommitted(), longestNanos / 1_000_000, peakBuffered);
    }
  }
}
