package dev.firn.internal.stream;

import dev.firn.api.CommitResult;
import dev.firn.api.StagedCommit;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A batch in the hands of a group's committer, until its writer has been told how it ended. */
final class HandedBatch {

  private static final Logger LOG = LoggerFactory.getLogger(HandedBatch.class);

  final Object owner;
  final StagedCommit staged;
  final Set<String> sources;

  private final StreamCommitter.Ending ending;
  private @Nullable CommitResult result;
  private @Nullable Throwable problem;

  /**
   * @param owner who must have claimed {@code sources}, or nobody
   * @param sources the sources that the batch moves
   */
  HandedBatch(
      Object owner, StagedCommit staged, Set<String> sources, StreamCommitter.Ending ending) {
    this.owner = owner;
    this.staged = staged;
    this.sources = sources;
    this.ending = ending;
  }

  void landed(CommitResult how) {
    result = how;
  }

  void failed(Throwable why) {
    problem = why;
  }

  boolean hasLanded() {
    return result != null;
  }

  boolean hasEnded() {
    return result != null || problem != null;
  }

  /** Tells the writer; what that throws is a defect of its own and harms no other writer. */
  void tell() {
    try {
      ending.ended(result, problem);
    } catch (RuntimeException | Error e) {
      LOG.error("A writer could not be told how its commit ended", e);
    }
  }
}
