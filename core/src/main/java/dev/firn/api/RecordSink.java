package dev.firn.api;

/**
 * Takes rows. The common part of every writer.
 *
 * @param <T> the application's record
 * @since 0.1
 */
public interface RecordSink<T> {

  /**
   * Appends one row. While memory is full the call blocks, at most for the block deadline of the
   * options. A call that throws has not taken the record, and the sink is as it was.
   *
   * @throws dev.firn.api.error.RecordRejectedException the record does not fit the table
   * @throws dev.firn.api.error.BufferFullException memory stayed full until the deadline
   * @throws dev.firn.api.error.WriterInterruptedException interrupted while blocked
   * @throws dev.firn.api.error.StorageException files could not be written; nothing is lost
   * @throws dev.firn.api.error.FirnException a background commit has failed; see its kind
   */
  void append(T record);
}
