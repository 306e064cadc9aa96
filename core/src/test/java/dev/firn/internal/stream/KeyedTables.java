package dev.firn.internal.stream;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.DeleteMode;
import dev.firn.api.NullsInKey;
import dev.firn.api.RecordSink;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.GenericsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Tables for equality deletes: what they are laid out like, their rows, and a map beside them. */
final class KeyedTables {

  static final TableIdentifier NAME = TableIdentifier.of("db", "keyed");

  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "kind", Types.IntegerType.get()),
          Types.NestedField.optional(3, "name", Types.StringType.get()),
          Types.NestedField.required(4, "value", Types.LongType.get()));

  /** Tables and keys that differ in what an equality delete looks like and where it lies. */
  enum Shape {
    FLAT_2(2, "", false, "id"),
    FLAT_3(3, "", false, "id"),
    IDENTITY_2(2, "identity", false, "kind", "id"),
    IDENTITY_3(3, "identity", false, "id", "kind"),
    BUCKET_2(2, "bucket", false, "id"),
    BUCKET_3(3, "bucket", false, "id"),
    SORTED(3, "", true, "id"),
    SORTED_IDENTITY(2, "identity", true, "kind", "name"),
    STRING(3, "", false, "name"),
    NULLS(2, "identity", false, "kind", "name");

    final int format;
    final int partitions;
    final String partition;
    final boolean sorted;
    final List<String> key;

    Shape(int format, String partition, boolean sorted, String... key) {
      this.format = format;
      this.partition = partition;
      this.partitions = partition.isEmpty() ? 1 : partition.equals("bucket") ? 4 : 3;
      this.sorted = sorted;
      this.key = List.of(key);
    }

    Table create(Catalog catalog) {
      PartitionSpec.Builder spec = PartitionSpec.builderFor(SCHEMA);
      if (partition.equals("identity")) {
        spec.identity("kind");
      } else if (partition.equals("bucket")) {
        spec.bucket("id", 4);
      }
      SortOrder order =
          sorted ? SortOrder.builderFor(SCHEMA).desc("value").build() : SortOrder.unsorted();
      return Firn.createTableIfAbsent(
          catalog,
          NAME,
          SCHEMA,
          spec.build(),
          order,
          Map.of(TableProperties.FORMAT_VERSION, Integer.toString(format)));
    }

    /** Options without background commits. */
    WriterOptions.Builder options(String streamId) {
      return WriterOptions.builder(streamId)
          .commitPolicy(CommitPolicy.manual())
          .deleteMode(DeleteMode.EQUALITY_DELETES)
          .upsertBy(key.toArray(String[]::new))
          .nullsInKey(this == NULLS ? NullsInKey.AS_VALUE : NullsInKey.REJECT);
    }
  }

  record Row(long id, @Nullable Integer kind, @Nullable String name, long value) {

    /** As most tests want it: a key has one kind and one name. */
    static Row of(long id, long value) {
      return new Row(id, (int) (id % 3), "name-" + id, value);
    }

    List<@Nullable Object> cells() {
      List<@Nullable Object> cells = new ArrayList<>();
      cells.add(id);
      cells.add(kind);
      cells.add(name);
      cells.add(value);
      return cells;
    }

    private @Nullable Object cell(String column) {
      return switch (column) {
        case "id" -> id;
        case "kind" -> kind;
        default -> name;
      };
    }

    List<@Nullable Object> key(Shape shape) {
      List<@Nullable Object> key = new ArrayList<>();
      shape.key.forEach(column -> key.add(cell(column)));
      return key;
    }
  }

  static final RecordMapper<Row> MAPPER =
      (row, to) -> {
        to.setLong(0, row.id()).setLong(3, row.value());
        if (row.kind() != null) {
          to.setInt(1, row.kind());
        }
        if (row.name() != null) {
          to.setString(2, row.name());
        }
      };

  private KeyedTables() {}

  /** What a table must hold. */
  static final class Expected {

    private final Shape shape;
    private final Map<List<@Nullable Object>, Row> rows = new HashMap<>();

    Expected(Shape shape) {
      this.shape = shape;
    }

    /** Writes the row, or deletes its key, here and there. */
    void change(RecordSink<Row> writer, Row row, boolean delete) {
      if (delete) {
        writer.delete(row);
      } else {
        writer.upsert(row);
      }
      note(row, delete);
    }

    void note(Row row, boolean delete) {
      if (delete) {
        rows.remove(row.key(shape));
      } else {
        rows.put(row.key(shape), row);
      }
    }

    /** Some random changes of few keys. */
    void changes(RecordSink<Row> writer, Random random, int count, int keys) {
      for (int i = 0; i < count; i++) {
        change(writer, row(random, keys), random.nextInt(4) == 0);
      }
    }

    Row row(Random random, int keys) {
      int id = random.nextInt(keys);
      if (shape != Shape.NULLS) {
        return new Row(id, id % 3, "name-" + id, random.nextInt());
      }
      Integer kind = random.nextInt(3) == 0 ? null : random.nextInt(2);
      String name = random.nextInt(4) == 0 ? null : "name-" + random.nextInt(keys / 4);
      return new Row(id, kind, name, random.nextInt());
    }

    List<String> sorted() {
      return KeyedTables.sorted(rows.values().stream().map(Row::cells).toList());
    }
  }

  static List<String> rowsOf(Table table) {
    return sorted(GenericsReader.rows(table));
  }

  private static List<String> sorted(List<List<@Nullable Object>> rows) {
    return rows.stream().map(Object::toString).sorted(Comparator.naturalOrder()).toList();
  }

  static int snapshots(Table table) {
    table.refresh();
    int count = 0;
    for (Snapshot ignored : table.snapshots()) {
      count++;
    }
    return count;
  }

  /** The delete files of the table's head. */
  static List<DeleteFile> deletes(Table table) {
    table.refresh();
    List<DeleteFile> deletes = new ArrayList<>();
    for (ManifestFile manifest : table.currentSnapshot().deleteManifests(table.io())) {
      try (CloseableIterable<DeleteFile> files =
          ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
        files.forEach(file -> deletes.add(file.copy()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return deletes;
  }

  static List<DeleteFile> equalityDeletes(Table table) {
    return deletes(table).stream()
        .filter(file -> file.content() == FileContent.EQUALITY_DELETES)
        .toList();
  }
}
