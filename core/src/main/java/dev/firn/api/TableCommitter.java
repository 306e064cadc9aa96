package dev.firn.api;

import java.util.List;

/**
 * The second half of a commit: turns staged commits into one atomic snapshot with rows and token.
 *
 * <p>For a staged range: {@code to} at or below the committed position of every source means
 * already committed; {@code from} equal to the committed position of every touched source means
 * commit; anything else is stale. Committing the same {@link StagedCommit} twice is safe. One
 * thread at a time. The opener closes it.
 *
 * @since 0.1
 */
public interface TableCommitter extends AutoCloseable {

  /**
   * Commits {@code staged} in one snapshot; ranges of one source must follow each other.
   *
   * <p>Of rows that are upserted or deleted by equality deletes, one snapshot takes at most one
   * staged commit of each writer and of each source: a delete does not reach the rows of its own
   * snapshot, and the later one would miss those of the earlier. Commit them one after the other.
   *
   * @throws dev.firn.api.error.InvalidTokenException if a staged commit is not for this stream, or
   *     cannot share a snapshot with another one
   * @throws dev.firn.api.error.UnsupportedTableException if its equality deletes would not reach
   *     all older rows of their keys, because files of another partition spec are in the table
   */
  CommitResult commit(List<StagedCommit> staged);

  /** As {@link #commit(List)}. */
  CommitResult commit(StagedCommit... staged);

  /** The token that the table holds for this stream, as last seen; does no I/O. */
  CommitToken committed();

  /** As {@link StreamingTableWriter#claim}. */
  CommitToken claim(Iterable<String> sources, long generation);

  /**
   * What must be done now and then beside the commits: keeps the token of a quiet stream from being
   * expired, and lets go of old snapshots if {@link WriterOptions#expireSnapshots()} asks for it.
   * Cheap when nothing is due; to be called after commits, and every minute while there are none.
   * Trouble that harms nothing is logged; what is thrown means what it means from {@code commit}. A
   * {@link StreamingTableWriter} and a {@link SharedTableWriter} do it by themselves.
   */
  void housekeep();

  /** Releases the committer; changes nothing in the table. Harmless twice. */
  @Override
  void close();
}
