package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.error.FirnException;
import dev.firn.internal.stage.StagedFiles;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Which batches were in an attempt that did not end well. They may land yet, so nobody deletes
 * their files before {@link AbandonedFiles} can tell that they will not.
 */
final class UnsettledBatches {

  private final ExactBaseOperations operations;
  private final Clock clock;
  private final Set<UUID> stageIds = new HashSet<>();

  UnsettledBatches(ExactBaseOperations operations, Clock clock) {
    this.operations = operations;
    this.clock = clock;
  }

  /** {@code batch} was in an attempt, and nothing is known of it. */
  void add(CommitBatch batch) {
    stageIds.addAll(batch.stageIds());
  }

  /** {@code batch} was in an attempt that ended with {@code why}; that is noted in the table. */
  void abandon(CommitBatch batch, List<StagedCommit> staged, FirnException why) {
    add(batch);
    try {
      AbandonedFiles.recordIntent(
          operations, new Intent(batch.commitId(), clock.millis(), staged, batch.staged()));
    } catch (RuntimeException e) {
      why.addSuppressed(e); // the caller must hear why the commit failed
    }
  }

  /** Deletes the files of those {@code batches} that were in no attempt and are not committed. */
  void discard(List<StagedFiles> batches, CommitToken committed) {
    AbandonedFiles.deleteUnsent(
        operations.io(),
        batches.stream()
            .filter(files -> !stageIds.contains(files.stageId()))
            .filter(files -> !files.to().isCoveredBy(committed))
            .toList());
  }
}
