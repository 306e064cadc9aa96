package dev.firn.api.record;

import org.apache.iceberg.Schema;

/**
 * Writes one record into one row.
 *
 * <p>Called by the thread that appends, and by no two threads at once for the same writer. A mapper
 * that throws has its record rejected whole: the row is undone and the caller gets a {@link
 * dev.firn.api.error.RecordRejectedException}. A column that the mapper does not set takes the
 * column's write default, else null; a required column without either rejects the record, unless
 * the record is there to be deleted: of that only the columns of the key are needed.
 *
 * @param <T> the application's record
 * @since 0.1
 */
@FunctionalInterface
public interface RecordMapper<T> {

  /** Writes {@code record} into {@code row}; the row is complete when this method returns. */
  void map(T record, RowAppender row);

  /**
   * Called before the first row and again whenever the table's schema has changed, so that a mapper
   * resolves names to positions once instead of for every row.
   */
  default void bind(Schema schema) {}
}
