package dev.firn.internal.commit;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.ExpireSnapshots.CleanupLevel;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;
import org.jspecify.annotations.Nullable;

/**
 * The files that only snapshots about to expire need.
 *
 * <p>Iceberg has two ways to find them. The incremental one deletes a Puffin file when one of the
 * deletion vectors in it is replaced, and other rows with it, so it is never used. The one by
 * reachability reads the manifest lists of all snapshots, and often all manifests, while commits
 * wait.
 *
 * <p>Most streams only append, and then little must be read. What a snapshot refers to it has from
 * its parent, or added itself; what was once dropped does not come back to the descendants. So take
 * a manifest that one that goes and one that stays share. If the snapshot that added it stays, that
 * is an ancestor of the one that goes, and has a lower sequence number. If not, the manifest is in
 * the oldest that stays of the other's history. Only the lists of these two kinds need be read. (A
 * look at the parents alone would not do: the history between may have been expired before.) And if
 * all that go have a descendant that stays, and there are only appends up to there, without delete
 * files, no data file goes at all.
 */
final class ExpiredFiles {

  private final TableMetadata base;
  private final List<Snapshot> due;
  private final Set<Long> ids;
  private final TokenFiles tokenFiles;

  /**
   * Snapshots that stay and may share a manifest with one that goes, which none above them does.
   */
  private final List<Snapshot> sharing;

  private final boolean onlyAppends;
  private final boolean mayBeSentAgain;

  /** What goes with {@code due}, snapshots of {@code base}. */
  ExpiredFiles(TableMetadata base, List<Snapshot> due, TokenFiles tokenFiles, Clock clock) {
    this.base = base;
    this.due = due;
    this.tokenFiles = tokenFiles;
    this.ids = due.stream().map(Snapshot::snapshotId).collect(Collectors.toSet());
    long newest = due.stream().mapToLong(Snapshot::sequenceNumber).max().orElse(-1);
    List<Snapshot> kept =
        base.snapshots().stream().filter(snapshot -> isKept(snapshot.snapshotId())).toList();
    this.sharing =
        kept.stream()
            .filter(snapshot -> isOldest(snapshot) || snapshot.sequenceNumber() <= newest)
            .toList();
    Set<Long> inHistory = historyOfKept();
    this.onlyAppends =
        inHistory.containsAll(ids)
            && due.stream().allMatch(ExpiredFiles::isPlainAppend)
            && kept.stream().filter(this::isOldest).allMatch(ExpiredFiles::isPlainAppend)
            && !haveStatistics();
    long young = clock.millis() - AbandonedFiles.DEFAULT_GRACE.toMillis();
    this.mayBeSentAgain =
        due.stream()
            .anyMatch(
                snapshot ->
                    !inHistory.contains(snapshot.snapshotId())
                        && tokenFiles.carriesTokens(snapshot)
                        && snapshot.timestampMillis() > young);
  }

  /** The snapshots that go. */
  Set<Long> ids() {
    return ids;
  }

  /** Whether the manifest lists of all snapshots must be read. */
  boolean mustReadAll() {
    return !onlyAppends;
  }

  /** Tells Iceberg what it is to delete itself. */
  void prepare(ExpireSnapshots update) {
    if (onlyAppends) {
      update.cleanupLevel(CleanupLevel.NONE);
      return;
    }
    // One id of ours chooses the clean-up by reachability; the others follow by the rules. The rows
    // of a commit that was rolled back lately may be committed again: their files stay.
    update.expireSnapshotId(due.get(0).snapshotId());
    update.cleanupLevel(mayBeSentAgain ? CleanupLevel.METADATA_ONLY : CleanupLevel.ALL);
    if (SameThreadExecutor.suits(base.location())) {
      update.planWith(SameThreadExecutor.INSTANCE);
    }
  }

  /** Deletes what Iceberg does not; the snapshots are gone from {@code now}. */
  void delete(FileIO io, TableMetadata now) {
    List<String> gone = new ArrayList<>();
    if (onlyAppends) {
      Set<String> manifests = manifests(io, due);
      manifests.removeAll(manifests(io, sharing));
      gone.addAll(manifests);
      due.forEach(snapshot -> gone.add(snapshot.manifestListLocation()));
    }
    Set<String> tokens = tokenFiles.locations(due);
    if (!tokens.isEmpty()) {
      tokens.removeAll(tokenFiles.locations(now.snapshots()));
      gone.addAll(tokens);
    }
    if (!gone.isEmpty()) {
      AbandonedFiles.delete(io, gone);
    }
  }

  private Set<String> manifests(FileIO io, List<Snapshot> snapshots) {
    Set<String> paths = ConcurrentHashMap.newKeySet();
    Tasks.foreach(snapshots)
        .stopOnFailure()
        .throwFailureWhenFinished()
        .executeWith(
            SameThreadExecutor.suits(base.location())
                ? SameThreadExecutor.INSTANCE
                : ThreadPools.getWorkerPool())
        .run(
            snapshot ->
                snapshot.allManifests(io).stream().map(ManifestFile::path).forEach(paths::add));
    return paths;
  }

  private boolean isKept(@Nullable Long id) {
    return id != null && !ids.contains(id) && base.snapshot(id) != null;
  }

  /** Whether {@code kept}, a snapshot that stays, has a parent that does not. */
  private boolean isOldest(Snapshot kept) {
    return !isKept(kept.parentId());
  }

  /** Every snapshot that is, or has been, the head of a branch or tag that stays. */
  private Set<Long> historyOfKept() {
    Set<Long> seen = new HashSet<>();
    for (SnapshotRef ref : base.refs().values()) {
      Snapshot at = ids.contains(ref.snapshotId()) ? null : base.snapshot(ref.snapshotId());
      while (at != null && seen.add(at.snapshotId())) {
        at = TokenLedger.parent(base, at);
      }
    }
    return seen;
  }

  /** An append may drop delete files that no row needs any more; where there are none it cannot. */
  private static boolean isPlainAppend(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    return DataOperations.APPEND.equals(snapshot.operation())
        && summary != null
        && "0".equals(summary.get(SnapshotSummary.TOTAL_DELETE_FILES_PROP))
        && snapshot.manifestListLocation() != null;
  }

  private boolean haveStatistics() {
    return base.statisticsFiles().stream().map(StatisticsFile::snapshotId).anyMatch(ids::contains)
        || base.partitionStatisticsFiles().stream()
            .anyMatch(file -> ids.contains(file.snapshotId()));
  }
}
