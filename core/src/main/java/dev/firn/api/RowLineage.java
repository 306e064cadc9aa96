package dev.firn.api;

/**
 * What becomes of a row's id, {@code _row_id} of format version 3, when an upsert takes the row's
 * place. Source: the Iceberg spec, "Row Lineage".
 *
 * @since 0.1
 */
public enum RowLineage {
  /**
   * The row that comes is a new one, with an id of its own, and the old one is deleted: what the
   * spec lets engines make of an upsert. It costs nothing.
   */
  NEW,

  /**
   * The row stays the same one, with the id that it had and a new {@code
   * _last_updated_sequence_number}: whoever reads what has changed since a sequence number can tell
   * an update from a deleted row and a new one. A key that was deleted in an earlier commit, or by
   * a truncation, and comes again is a new row.
   *
   * <p>Needs a table of format version 3, and {@link DeleteMode#AUTO}. A file with rows that keep
   * their ids is written a second time, when these are known; and ids that are not by place are
   * kept in memory: of {@link WriterOptions#indexMemoryLimitBytes} a quarter is theirs.
   */
  PRESERVE
}
