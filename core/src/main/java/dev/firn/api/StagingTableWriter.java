package dev.firn.api;

/**
 * The first half of a commit: turns rows into sealed files, and never changes the table. For hosts
 * that write in many places and commit in one (Flink, Kafka Connect, many threads).
 *
 * <p>It only appends: its options have no key.
 *
 * <p>One thread at a time. The opener closes it.
 *
 * @param <T> the application's record
 * @since 0.1
 */
public interface StagingTableWriter<T> extends RecordSink<T>, AutoCloseable {

  /**
   * Seals everything since the last stage. The rows cover {@code [from, to)} of every source that
   * is named in {@code to}; a source missing in {@code from} starts at its beginning.
   *
   * @throws dev.firn.api.error.InvalidTokenException if {@code to} does not advance {@code from}
   * @throws dev.firn.api.error.StorageException files could not be written; call again
   */
  StagedCommit stage(CommitToken from, CommitToken to);

  /** Forgets all rows since the last stage. */
  void abort();

  /** What the writer is doing, without I/O; any thread. */
  WriterStatus status();

  /** Drops rows that are not staged. Staged commits stay valid. Harmless twice. */
  @Override
  void close();
}
