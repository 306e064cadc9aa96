package dev.firn.proofs.iceberg;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;

/**
 * One data file written by Firn's public API: rows go into a writer on a table of their own, and
 * the one commit at the end writes the file. What Iceberg asks of it afterwards is what the table's
 * snapshot says of the file.
 */
final class FirnAppender implements FileAppender<Object> {

  private final OneFileTable table;
  private final StreamingTableWriter<Object> writer;
  private long rows;
  private DataFile file;

  FirnAppender(OneFileTable table) {
    this.table = table;
    this.writer =
        Firn.openWriter(
            table.table(),
            new AnyRecord(),
            WriterOptions.builder("iceberg-tests").commitPolicy(CommitPolicy.manual()).build());
  }

  @Override
  public void add(Object record) {
    writer.append(record);
    rows++;
  }

  @Override
  public void close() {
    try (writer) {
      if (file == null && rows > 0) {
        writer.mark(rows);
        writer.commit();
        file = table.file();
      }
    }
  }

  private DataFile file() {
    return Objects.requireNonNull(file, "not closed");
  }

  /** Firn writes no file without rows. */
  @Override
  public Metrics metrics() {
    if (rows == 0) {
      return new Metrics(0L, Map.of(), Map.of(), Map.of(), Map.of());
    }
    return new Metrics(
        file().recordCount(),
        present(file().columnSizes()),
        present(file().valueCounts()),
        present(file().nullValueCounts()),
        present(file().nanValueCounts()),
        present(file().lowerBounds()),
        present(file().upperBounds()),
        types());
  }

  /** Of what type the bounds are; a manifest leaves that to the schema. */
  private Map<Integer, Type> types() {
    Schema schema = table.table().schema();
    return TypeUtil.getProjectedIds(schema).stream()
        .collect(Collectors.toMap(id -> id, schema::findType));
  }

  /** A manifest does not tell an empty map from none; a writer's metrics have no null. */
  private static <V> Map<Integer, V> present(Map<Integer, V> map) {
    return map == null ? Map.of() : map;
  }

  /** Before the end, what the rows take in memory: enough for whoever rolls files by size. */
  @Override
  public long length() {
    return file == null ? writer.status().bytesBuffered() : file.fileSizeInBytes();
  }

  @Override
  public List<Long> splitOffsets() {
    return rows == 0 ? null : file().splitOffsets();
  }
}
