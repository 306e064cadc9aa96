package dev.firn.api;

import dev.firn.api.error.FirnException;
import dev.firn.api.error.RecordRejectedException;
import java.time.Duration;

/**
 * Hears what a writer does. Called by the thread on which the thing happened, never twice at once
 * for one writer's commits; must return quickly and not call the writer. What it throws is logged
 * and ignored.
 *
 * @since 0.1
 */
public interface WriterListener {

  /** A commit has ended well. */
  default void committed(CommitResult result) {}

  /** A commit has failed for good; the writer rethrows {@code failure}. */
  default void commitFailed(FirnException failure) {}

  /** An attempt lost against another writer's commit and is tried again. */
  default void commitRetried(int attempt, String reason) {}

  /** Behind a commit, snapshots were let go by the table's {@code history.expire} rules. */
  default void expired(int snapshots) {}

  /**
   * A writer that upserts reads the keys of the table into its index; called now and then until it
   * has read them all.
   *
   * @param rowsRead rows whose keys were read so far
   * @param rowsTotal rows to read in all
   */
  default void indexProgress(long rowsRead, long rowsTotal) {}

  /** A record was refused. */
  default void rejected(RecordRejectedException rejection) {}

  /** The appending thread had to wait for memory. */
  default void blocked(Duration waited) {}

  /** Rows were dropped by {@code close} or {@code abort}; they will be replayed. */
  default void dropped(long rows) {}
}
