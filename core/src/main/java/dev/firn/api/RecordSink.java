package dev.firn.api;

import dev.firn.api.record.ChangeKind;

/**
 * Takes rows. The common part of every writer.
 *
 * <p>A writer with a key ({@link WriterOptions.Builder#upsertBy}) keeps at most one row of each key
 * in the table: the row that came last wins, over rows of the same batch as over rows of the table;
 * or, with an order column ({@link WriterOptions.Builder#orderBy}), the newest. Without an order,
 * changes of one key must therefore come in their order, which is the caller's to keep: all of them
 * through one writer, from one partition of the source say. Changes of different keys may come in
 * any order. A writer without a key only appends.
 *
 * @param <T> the application's record
 * @since 0.1
 */
public interface RecordSink<T> {

  /**
   * Appends one row. With a key an append is an {@link #upsert}, so that an insert that is replayed
   * does not double the row. While memory is full the call blocks, at most for the block deadline
   * of the options. A call that throws has not taken the record, and the sink is as it was.
   *
   * @throws dev.firn.api.error.RecordRejectedException the record does not fit the table, or a
   *     column of the key or the order column is null
   * @throws dev.firn.api.error.BufferFullException memory stayed full until the deadline
   * @throws dev.firn.api.error.WriterInterruptedException interrupted while blocked
   * @throws dev.firn.api.error.StorageException files could not be written; nothing is lost
   * @throws dev.firn.api.error.FirnException a background commit has failed; see its kind
   */
  void append(T record);

  /**
   * Writes one row in the place of the one that has its key, if there is one. Otherwise like {@link
   * #append}, and throws what it throws.
   *
   * @throws IllegalStateException if the writer has no key
   */
  void upsert(T record);

  /**
   * Takes the row with the record's key away. That there is none is no error; the commit's result
   * counts it ({@link CommitResult.Replaced#missedDeletes}), if it can. Otherwise like {@link
   * #append}, and throws what it throws.
   *
   * <p>Of the record only the columns of the key count, and the order column if there is one. The
   * mapper may leave all others unset, or set them to null, even where they are required; but what
   * it sets must be of the column's type.
   *
   * @throws IllegalStateException if the writer has no key
   */
  void delete(T record);

  /**
   * Does what a change at the source asks for: {@code INSERT} is {@link #append}, {@code
   * UPDATE_AFTER} is {@link #upsert}, {@code UPDATE_BEFORE} and {@code DELETE} are {@link #delete}.
   *
   * @throws IllegalStateException if the writer has no key, but for {@code INSERT}
   */
  void apply(ChangeKind kind, T record);

  /**
   * Takes all rows of the table away, those that came before this call and are not committed yet
   * among them; what comes after it stays. Data files are dropped whole, so that this costs little
   * however many rows they have. Visible with the next commit, and not before.
   *
   * @throws IllegalStateException if the writer has no key: then others may own the rows
   * @throws UnsupportedOperationException if it deletes by {@link DeleteMode#EQUALITY_DELETES},
   *     which can name keys only
   */
  void truncate();
}
