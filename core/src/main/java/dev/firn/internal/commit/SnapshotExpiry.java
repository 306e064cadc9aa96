package dev.firn.internal.commit;

import dev.firn.api.WriterOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.ExpireSnapshots.CleanupLevel;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of the snapshots that the table's own {@code history.expire} rules let go, behind the
 * commits of a stream. Every snapshot that is kept is in each metadata file, so a table that nobody
 * expires makes each commit dearer than the last.
 *
 * <p>One catalog call on the pinned base, like every change here; if it does not land, nothing is
 * deleted, and the next one is as good. Files are deleted only after it has landed, and by
 * reachability: Iceberg's faster, incremental clean-up deletes a Puffin file when one of the
 * deletion vectors in it is replaced, and other rows with it. No commit fails by what happens here.
 *
 * <p>A table's rules can take the token of a stream that is not running. This expiry does not: it
 * leaves everything as it is then, and says so.
 */
final class SnapshotExpiry {

  /** Dozens at once: each run reads the manifest lists of all snapshots. */
  static final int COMMITS_BETWEEN = 60;

  /** For streams that commit a few times a day. */
  static final Duration TIME_BETWEEN = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotExpiry.class);

  private final ExactBaseOperations operations;
  private final BaseTable table;
  private final TokenFiles tokenFiles;
  private final WriterOptions options;

  private boolean looked;
  private long lookedAtMillis;
  private int commits;

  SnapshotExpiry(
      ExactBaseOperations operations,
      String tableName,
      TokenFiles tokenFiles,
      WriterOptions options) {
    this.operations = operations;
    this.table = new BaseTable(operations, tableName);
    this.tokenFiles = tokenFiles;
    this.options = options;
  }

  /** A commit of this stream has made a snapshot. */
  void landed() {
    commits++;
  }

  /** Looks, if it is time, and lets go what may go. Never throws. */
  @SuppressWarnings("CatchingUnchecked")
  void runIfDue() {
    if (!options.expireSnapshots() || !isTimeToLook()) {
      return;
    }
    looked = true;
    lookedAtMillis = options.clock().millis();
    commits = 0;
    try {
      run();
    } catch (AttemptFailure e) {
      LOG.info(
          "Stream {}: snapshots were not expired, the next commits see to it: {}",
          options.streamId(),
          e.reason().getMessage());
    } catch (RuntimeException e) {
      LOG.warn(
          "Stream {}: expiring snapshots failed; files that no snapshot needs may be left to the"
              + " removal of orphans",
          options.streamId(),
          e);
    }
  }

  private boolean isTimeToLook() {
    return commits >= COMMITS_BETWEEN
        || (commits > 0
            && (!looked || options.clock().millis() - lookedAtMillis >= TIME_BETWEEN.toMillis()));
  }

  private void run() {
    TableMetadata base = operations.stale() ? operations.pin() : operations.pinned();
    if (!base.propertyAsBoolean(TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT)) {
      return; // its files may belong to other tables too
    }
    ExpireSnapshots update = table.expireSnapshots();
    List<Snapshot> due = update.apply();
    if (due.isEmpty()) {
      return;
    }
    Set<Long> ids = due.stream().map(Snapshot::snapshotId).collect(Collectors.toSet());
    String branch = branchThatLosesItsTokens(base, ids);
    if (branch != null) {
      LOG.warn(
          "Stream {}: {} snapshots are due to expire, but the tokens of branch {} would go with"
              + " them. Run its stream, or expire them by hand if nobody needs it.",
          options.streamId(),
          ids.size(),
          branch);
      return;
    }
    // One id of ours suffices for the clean-up by reachability; the others follow by the rules.
    update.expireSnapshotId(due.get(0).snapshotId());
    update.cleanupLevel(losesNoDataFile(base, ids) ? CleanupLevel.METADATA_ONLY : CleanupLevel.ALL);
    if (SameThreadExecutor.suits(base.location())) {
      update.planWith(SameThreadExecutor.INSTANCE);
    }
    operations.arm();
    update.commit();
    deleteTokenFiles(due);
    LOG.debug("Stream {}: {} snapshots expired", options.streamId(), ids.size());
    options.listener().expired(ids.size());
  }

  private @Nullable String branchThatLosesItsTokens(TableMetadata base, Set<Long> due) {
    for (Map.Entry<String, SnapshotRef> ref : base.refs().entrySet()) {
      if (ref.getValue().isBranch() && !due.contains(ref.getValue().snapshotId())) {
        Snapshot at = base.snapshot(ref.getValue().snapshotId());
        while (at != null && !tokenFiles.carriesTokens(at)) {
          at = TokenLedger.parent(base, at);
        }
        if (at != null && due.contains(at.snapshotId())) {
          return ref.getKey();
        }
      }
    }
    return null;
  }

  /**
   * Whether all data files of {@code due} are in snapshots that stay, so that no manifest need be
   * read to know it: each of them has a descendant that stays, and there are only appends between.
   */
  private static boolean losesNoDataFile(TableMetadata base, Set<Long> due) {
    Set<Long> seen = new HashSet<>();
    for (SnapshotRef ref : base.refs().values()) {
      Snapshot at = due.contains(ref.snapshotId()) ? null : base.snapshot(ref.snapshotId());
      while (at != null && seen.add(at.snapshotId())) {
        boolean goes = due.contains(at.snapshotId()) || due.contains(at.parentId());
        if (goes && !DataOperations.APPEND.equals(at.operation())) {
          return false;
        }
        at = TokenLedger.parent(base, at);
      }
    }
    return seen.containsAll(due);
  }

  /** Iceberg does not know of these. Each attempt to commit writes its own. */
  private void deleteTokenFiles(List<Snapshot> due) {
    Set<String> locations = tokenFiles.locations(due);
    if (!locations.isEmpty()) {
      locations.removeAll(tokenFiles.locations(operations.pinned().snapshots()));
      AbandonedFiles.delete(operations.io(), List.copyOf(locations));
    }
  }
}
