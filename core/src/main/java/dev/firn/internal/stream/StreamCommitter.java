package dev.firn.internal.stream;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What one writer commits with: a committer of its own, or its seat at the committer of a group.
 * The pipeline hands in one batch at a time.
 */
interface StreamCommitter {

  /** Hears how a batch ended: exactly one of both is there. */
  @FunctionalInterface
  interface Ending {
    void ended(@Nullable CommitResult result, @Nullable Throwable problem);
  }

  /**
   * Commits a batch, and tells {@code ending}: before this returns, or later from another thread.
   */
  void commit(Batch batch, StagedCommit staged, Ending ending);

  /**
   * Takes a batch back that is in no attempt yet, and whose ending is never told; says if it was.
   */
  default boolean withdraw(Batch batch) {
    return false;
  }

  /** Whether batches were cut that will be here soon, besides the one that is being committed. */
  default void expect(boolean soon) {}

  /** The writer is in trouble: what it has cut may be long in coming. */
  default void rest() {}

  /** Deletes the files of a batch that will not be committed, unless they may be in the table. */
  void discard(StagedCommit staged);

  /** What must be done now and then beside the commits. */
  void housekeep();

  CommitToken claim(Iterable<String> sources, long generation);

  void release(Iterable<String> sources);

  /** The table's token for the stream, as last seen; any thread. */
  CommitToken committed();

  /** The table's metadata, as last seen; any thread. */
  TableMetadata base();

  void close();
}
