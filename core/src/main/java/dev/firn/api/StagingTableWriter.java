package dev.firn.api;

/**
 * The first half of a commit: turns rows into sealed files, and never changes the table. For hosts
 * that write in many places and commit in one (Flink, Kafka Connect, many threads).
 *
 * <p>With a key it upserts and deletes by {@link DeleteMode#EQUALITY_DELETES}, and refuses another
 * mode: where a row of the table is, only who commits can know. Of one key all changes must then
 * come through one writer, and what one writer has staged must be committed one by one ({@link
 * TableCommitter#commit(java.util.List)}). After a {@link #stage} that failed it takes no row until
 * {@code stage} has been called again, or {@link #abort}. The keys since the last stage are held in
 * memory, some 36 bytes each and their own. Without a key it only appends.
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
