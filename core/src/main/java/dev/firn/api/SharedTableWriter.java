package dev.firn.api;

import java.time.Duration;

/**
 * Writes rows of an application that cannot replay them (request handlers, sensors, logs), from any
 * number of threads at once.
 *
 * <p>Rows become visible by the {@link CommitPolicy}, in the background. A commit whose outcome is
 * unknown is resolved, so nothing is doubled. <strong>What was not yet visible when the process
 * dies is lost</strong>; {@link #awaitVisible} tells when a row is safe.
 *
 * @param <T> the application's record
 * @since 0.1
 */
public interface SharedTableWriter<T> extends AutoCloseable {

  /**
   * Appends one row; with a key an append is an {@link #upsert}. Blocks while memory is full, like
   * {@link RecordSink#append}.
   *
   * @return the row's sequence number: growing, from 1, without gaps over the life of the stream
   */
  long append(T record);

  /**
   * Writes one row in the place of the one that has its key, like {@link RecordSink#upsert}. Of
   * rows with the same key the one with the highest number wins; threads that write the same key at
   * once do not know which that is. With {@link WriterOptions.Builder#orderBy} it is the newest.
   *
   * @return the row's sequence number, as {@link #append} counts them
   * @throws IllegalStateException if the writer has no key
   */
  long upsert(T record);

  /**
   * Takes the row with the record's key away, like {@link RecordSink#delete}.
   *
   * @return the delete's sequence number, as {@link #append} counts them: it is visible when the
   *     row is gone
   * @throws IllegalStateException if the writer has no key
   */
  long delete(T record);

  /**
   * Waits until the row with this number is in a snapshot.
   *
   * @return false if the time ran out first
   * @throws dev.firn.api.error.FirnException if it will never be: see the kind
   */
  boolean awaitVisible(long sequence, Duration timeout);

  /**
   * Commits all rows appended before this call, and waits.
   *
   * @return false if the time ran out first
   */
  boolean flush(Duration timeout);

  /** What the writer is doing, without I/O. */
  WriterStatus status();

  /**
   * Commits what remains and closes. Harmless twice.
   *
   * @throws dev.firn.api.error.CommitUnknownException if the time ran out before the last commit's
   *     outcome was known
   */
  void close(Duration timeout);

  /** {@code close} with the close deadline of the options. */
  @Override
  void close();
}
