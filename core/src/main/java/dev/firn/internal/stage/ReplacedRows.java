package dev.firn.internal.stage;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;

/**
 * What staged rows take the place of, on one state of the table.
 *
 * @param deletes the rows that go, file by file: of files in the table, and of the staged ones
 *     where another row has the key of this one
 * @param missedDeletes deletes of keys that had no row
 * @param lateChanges staged rows and deletes that are dropped, for there is something newer
 * @param standIns files with the rows of staged ones, to come in instead of these, by the location
 *     of these; {@code deletes} speak of them
 */
public record ReplacedRows(
    List<RowDeletes> deletes,
    long missedDeletes,
    long lateChanges,
    Map<String, DataFile> standIns) {

  /** Nothing. */
  public static final ReplacedRows NONE = new ReplacedRows(List.of(), 0, 0);

  public ReplacedRows {
    deletes = List.copyOf(deletes);
    standIns = Map.copyOf(standIns);
  }

  /** As all, and staged files come in themselves. */
  public ReplacedRows(List<RowDeletes> deletes, long missedDeletes, long lateChanges) {
    this(deletes, missedDeletes, lateChanges, Map.of());
  }

  /** How many rows go. */
  public long count() {
    return deletes.stream().mapToLong(each -> each.added().count()).sum();
  }
}
