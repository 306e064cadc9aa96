package dev.firn.api;

import java.util.concurrent.CompletionStage;

/**
 * Writes a stream that can be replayed (Kafka, CDC, files, a log) into one table, exactly once.
 *
 * <p>Like a JDBC connection, it is for one thread at a time and transactional: rows, then {@link
 * #mark(long)}, which says "all rows so far are covered up to here". Rows and position become
 * visible together in one snapshot. Commits happen at marks only: in the background when the {@link
 * CommitPolicy} says so, or on {@link #commit()}; the next batch fills while the last one seals and
 * commits. After a crash the source is read again from {@link #committed()}.
 *
 * <p>A background commit that fails is rethrown by the next call of any method but {@link
 * #status()}, {@link #committed()}, {@link #abort()} and {@link #close()}. Kinds that say "reopen"
 * or "stop" are final: every later call throws them again.
 *
 * <p>The opener closes it. {@code status()} may be called by any thread.
 *
 * @param <T> the application's record
 * @since 0.1
 */
public interface StreamingTableWriter<T> extends RecordSink<T>, AutoCloseable {

  /**
   * All rows so far are covered up to {@code position} (exclusive) of the one unnamed source.
   *
   * @throws dev.firn.api.error.InvalidTokenException if it does not advance, or sources are named
   */
  void mark(long position);

  /**
   * All rows so far of {@code source} are covered up to {@code position} (exclusive).
   *
   * @throws dev.firn.api.error.InvalidTokenException if it does not advance, or the source is
   *     unnamed
   */
  void mark(String source, long position);

  /**
   * All rows so far are covered up to {@code token}: any number of sources at once, positions of
   * two numbers, and an attachment that is kept with them.
   *
   * @throws dev.firn.api.error.InvalidTokenException if a position does not advance
   */
  void mark(CommitToken token);

  /**
   * Commits everything up to the last mark, and waits until it is visible.
   *
   * @throws dev.firn.api.error.InvalidTokenException if rows were appended since the last mark: no
   *     position covers them. Mark, or {@link #abort()}.
   */
  CommitResult commit();

  /**
   * Commits everything up to the last mark, like {@link #commit()}, without waiting. Results come
   * in the order of the calls, with a bounded number under way: a call beyond that blocks like
   * {@link #append}. Results are completed on the thread that commits: what hangs on them must not
   * wait for another commit. A close completes those that it gives up with a {@link
   * java.util.concurrent.CancellationException}.
   */
  CompletionStage<CommitResult> commitAsync();

  /** The token that the table holds for this stream, as last seen; does no I/O. */
  CommitToken committed();

  /** Forgets all rows and marks that are not yet in a commit under way. */
  void abort();

  /**
   * Takes over sources (only {@link Ownership#PER_SOURCE}): from the next commit on, {@code
   * generation} must be at least the one in the table, and it fences owners with a lower one.
   *
   * @return the token the table holds for these sources: where to resume
   */
  CommitToken claim(Iterable<String> sources, long generation);

  /**
   * Gives sources back (only {@link Ownership#PER_SOURCE}); rows of theirs must be committed or
   * aborted first.
   */
  void release(Iterable<String> sources);

  /** What the writer is doing, without I/O; any thread. */
  WriterStatus status();

  /**
   * Closes the writer. Starts no commit; awaits those under way up to the close deadline, and
   * reports rows that it dropped to the listener: they will be replayed from {@link #committed()}.
   * Rows that no mark ever covered are dropped too; a warning in the log says how many. Harmless
   * twice.
   */
  @Override
  void close();
}
