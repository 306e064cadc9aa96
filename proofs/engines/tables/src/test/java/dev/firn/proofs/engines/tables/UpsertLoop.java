package dev.firn.proofs.engines.tables;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.RowLineage;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.record.RecordMapper;
import dev.firn.proofs.engines.KeyedEvents;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A writer in a process of its own that upserts {@link KeyedEvents}; the position behind event n is
 * n + 1. One request a line, one answer a line.
 */
public final class UpsertLoop {

  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.required(2, "value", Types.LongType.get()),
          NestedField.optional(3, "bucket", Types.IntegerType.get()));

  private static final RecordMapper<Long> MAPPER =
      (event, row) ->
          row.setLong(0, KeyedEvents.key(event))
              .setLong(1, event)
              .setInt(2, KeyedEvents.bucket(event));

  private UpsertLoop() {}

  /** Takes the directory of the embedded catalog and a name that ends in the format version. */
  public static void main(String[] args) throws IOException {
    String name = args[1];
    try (JdbcCatalog catalog = WriteTables.open(Path.of(args[0]))) {
      Table table =
          Firn.createTableIfAbsent(
              catalog,
              TableIdentifier.parse(name),
              SCHEMA,
              PartitionSpec.builderFor(SCHEMA).identity("bucket").build(),
              SortOrder.unsorted(),
              Map.of(
                  "format-version", name.substring(name.length() - 1),
                  "write.delete.mode", "merge-on-read",
                  "write.update.mode", "merge-on-read",
                  "write.merge.mode", "merge-on-read",
                  // Spark's own retries: the two meet at the catalog all the time.
                  "commit.retry.num-retries", "100"));
      WriterOptions options =
          WriterOptions.builder("keys")
              .upsertBy("id")
              .rowLineage(name.endsWith("3") ? RowLineage.PRESERVE : RowLineage.NEW)
              .commitPolicy(CommitPolicy.manual())
              .build();
      try (StreamingTableWriter<Long> writer = Firn.openWriter(table, MAPPER, options)) {
        answer(writer, table);
      } catch (FirnException e) {
        System.out.println("failed " + e);
      }
    }
  }

  private static void answer(StreamingTableWriter<Long> writer, Table table) throws IOException {
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String request = requests.readLine(); request != null; request = requests.readLine()) {
      String[] words = request.split(" ");
      long position =
          switch (words[0]) {
            case "position" -> writer.committed().position().orElse(0);
            case "upsert" -> upsert(writer, Long.parseLong(words[1]), Long.parseLong(words[2]));
            case "rewrite" -> Firn.maintenance(table).rewriteDataFiles().files();
            default -> throw new IllegalArgumentException(request);
          };
      System.out.println("ok " + position);
    }
  }

  /** Events up to {@code end}, with a commit behind each {@code each} of them. */
  private static long upsert(StreamingTableWriter<Long> writer, long end, long each) {
    long position = writer.committed().position().orElse(0);
    while (position < end) {
      long to = Math.min(end, position + each);
      for (long event = position; event < to; event++) {
        if (KeyedEvents.deletes(event)) {
          writer.delete(event);
        } else {
          writer.upsert(event);
        }
      }
      writer.mark(to);
      writer.commit();
      position = to;
    }
    return position;
  }
}
