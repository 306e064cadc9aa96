package dev.firn.internal.stream;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;

/** A table of numbered events for the tests of this room, and how to read it back. */
final class EventTable {

  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()));

  static final TableIdentifier NAME = TableIdentifier.of("db", "events");

  /** Writes event {@code n} as (n, "event-n"). */
  static final RecordMapper<Long> MAPPER =
      (id, row) -> row.setLong(0, id).setString(1, "event-" + id);

  private EventTable() {}

  static Table create(Catalog catalog) {
    return create(catalog, PartitionSpec.unpartitioned());
  }

  static Table create(Catalog catalog, PartitionSpec spec) {
    return Firn.createTableIfAbsent(catalog, NAME, SCHEMA, spec, SortOrder.unsorted(), Map.of());
  }

  /** Options without background commits. */
  static WriterOptions.Builder manual(String streamId) {
    return WriterOptions.builder(streamId).commitPolicy(CommitPolicy.manual());
  }

  /** The ids in the table, in order. */
  static List<Long> ids(Table table) {
    table.refresh();
    return ids(IcebergGenerics.read(table));
  }

  /** The ids on a branch, in order. */
  static List<Long> ids(Table table, String branch) {
    table.refresh();
    return ids(IcebergGenerics.read(table).useSnapshot(table.snapshot(branch).snapshotId()));
  }

  private static List<Long> ids(IcebergGenerics.ScanBuilder scan) {
    List<Long> ids = new ArrayList<>();
    try (CloseableIterable<Record> rows = scan.build()) {
      for (Record row : rows) {
        long id = (Long) row.get(0);
        if (!("event-" + id).equals(String.valueOf(row.get(1)))) {
          throw new AssertionError("row " + id + " has the name " + row.get(1));
        }
        ids.add(id);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ids.sort(null);
    return ids;
  }
}
