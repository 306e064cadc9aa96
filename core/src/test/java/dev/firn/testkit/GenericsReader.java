package dev.firn.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Rows as Iceberg's generics and parquet-java read them: the first stranger. Shares no code with
 * Firn's encoder. Needs Hadoop on the class path.
 */
public final class GenericsReader {

  private GenericsReader() {}

  /** What a reader of the table's main branch sees now. */
  public static List<List<@Nullable Object>> rows(Table table) {
    table.refresh();
    return read(table, IcebergGenerics.read(table));
  }

  /** What a reader of a branch sees now; nothing if there is no such branch. */
  public static List<List<@Nullable Object>> rows(Table table, String branch) {
    table.refresh();
    Snapshot head = table.snapshot(branch);
    return head == null ? List.of() : rows(table, head.snapshotId());
  }

  /** What one snapshot holds, in today's schema. */
  public static List<List<@Nullable Object>> rows(Table table, long snapshotId) {
    return read(
        table,
        // A scan of a snapshot would take that snapshot's schema; one of a projection does not.
        IcebergGenerics.read(table).useSnapshot(snapshotId).project(table.schema()));
  }

  private static List<List<@Nullable Object>> read(Table table, IcebergGenerics.ScanBuilder scan) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (CloseableIterable<Record> records = scan.build()) {
      for (Record record : records) {
        rows.add(Cells.of(table.schema().asStruct(), record));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }
}
