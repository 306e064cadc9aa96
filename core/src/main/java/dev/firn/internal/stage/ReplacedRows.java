package dev.firn.internal.stage;

import java.util.List;

/**
 * What staged rows take the place of, on one state of the table.
 *
 * @param deletes the rows that go, file by file: of files in the table, and of the staged ones
 *     where another row has the key of this one
 * @param missedDeletes deletes of keys that had no row
 * @param lateChanges staged rows and deletes that are dropped, for there is something newer
 */
public record ReplacedRows(List<RowDeletes> deletes, long missedDeletes, long lateChanges) {

  /** Nothing. */
  public static final ReplacedRows NONE = new ReplacedRows(List.of(), 0, 0);

  public ReplacedRows {
    deletes = List.copyOf(deletes);
  }

  /** How many rows go. */
  public long count() {
    return deletes.stream().mapToLong(each -> each.added().count()).sum();
  }
}
