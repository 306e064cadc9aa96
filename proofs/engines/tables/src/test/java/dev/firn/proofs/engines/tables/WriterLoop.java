package dev.firn.proofs.engines.tables;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A writer in a process of its own that numbers its rows: row n is {@code (n, "firn", ...)}, and
 * the position behind it n + 1. One request a line, one answer a line.
 */
public final class WriterLoop {

  static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.required(2, "who", Types.StringType.get()),
          NestedField.optional(3, "bucket", Types.IntegerType.get()),
          NestedField.optional(4, "at", Types.TimestampType.withZone()));

  private final StreamingTableWriter<Record> writer;

  private WriterLoop(Table table) {
    this.writer =
        Firn.openWriter(
            table,
            Firn.recordMapper(),
            WriterOptions.builder("numbers").commitPolicy(CommitPolicy.manual()).build());
  }

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
                  // Spark's own retries: the two meet at the catalog all the time.
                  "commit.retry.num-retries", "100"));
      answer(table);
    }
  }

  private static void answer(Table table) throws IOException {
    try {
      new WriterLoop(table).answer();
    } catch (FirnException e) {
      System.out.println("failed " + e.getClass().getSimpleName());
    }
  }

  private void answer() throws IOException {
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String request = requests.readLine(); request != null; request = requests.readLine()) {
      String[] words = request.split(" ");
      long position =
          switch (words[0]) {
            case "position" -> writer.committed().position().orElse(0);
            case "append" -> append(Long.parseLong(words[1]), Long.parseLong(words[2]));
            default -> throw new IllegalArgumentException(request);
          };
      System.out.println("ok " + position);
    }
    writer.close();
  }

  /** Rows up to {@code end}, with a commit behind each {@code each} of them. */
  private long append(long end, long each) {
    long position = writer.committed().position().orElse(0);
    while (position < end) {
      long to = Math.min(end, position + each);
      for (long n = position; n < to; n++) {
        writer.append(row(n));
      }
      writer.mark(to);
      writer.commit();
      position = to;
    }
    return position;
  }

  private static Record row(long n) {
    GenericRecord row = GenericRecord.create(SCHEMA);
    row.setField("id", n);
    row.setField("who", "firn");
    row.setField("bucket", (int) (n % 3));
    row.setField("at", Instant.ofEpochSecond(n).atOffset(ZoneOffset.UTC));
    return row;
  }
}
