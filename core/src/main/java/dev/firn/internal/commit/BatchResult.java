package dev.firn.internal.commit;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitResult.Outcome;
import dev.firn.api.CommitResult.Replaced;
import dev.firn.api.CommitResult.Timings;
import dev.firn.api.CommitToken;
import dev.firn.internal.stage.StagedFiles;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * What became of a batch that ended well, as a whole and for each of its staged commits. Replaced
 * rows are told of all that was committed, not of parts: who replaced which is not known here.
 *
 * @param staged the staged commits, in the caller's order
 * @param committed the stage ids of those that the snapshot was made of; empty when none was made
 * @param files what the snapshot made of their files
 * @param snapshot the snapshot, if it is known
 * @param token the table's token for the stream
 * @param attempts catalog calls
 * @param took all attempts together
 */
record BatchResult(
    List<StagedFiles> staged,
    Set<UUID> committed,
    FileChanges files,
    @Nullable Snapshot snapshot,
    CommitToken token,
    int attempts,
    Duration took) {

  CommitResult whole() {
    return result(staged);
  }

  List<CommitResult> each() {
    return staged.stream().map(one -> result(List.of(one))).toList();
  }

  private CommitResult result(List<StagedFiles> of) {
    List<StagedFiles> visible =
        of.stream().filter(files -> committed.contains(files.stageId())).toList();
    List<DataFile> added =
        visible.stream()
            .flatMap(one -> one.dataFiles().stream())
            .map(files::comesInAs)
            .filter(files::adds)
            .toList();
    return new CommitResult(
        outcome(of, visible),
        snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot.snapshotId()),
        token,
        added.stream().mapToLong(files::visibleRows).sum(),
        visible.size() == committed.size() ? files.replaced() : Replaced.NONE,
        added.size(),
        added.stream().mapToLong(DataFile::fileSizeInBytes).sum(),
        attempts,
        new Timings(Duration.ZERO, Duration.ZERO, took));
  }

  private static Outcome outcome(List<StagedFiles> of, List<StagedFiles> visible) {
    if (!visible.isEmpty()) {
      return Outcome.COMMITTED;
    }
    boolean nothing = of.stream().allMatch(files -> CommitBatch.advanced(files).isEmpty());
    return nothing ? Outcome.NOTHING_TO_COMMIT : Outcome.ALREADY_COMMITTED;
  }
}
