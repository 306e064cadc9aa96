package dev.firn.internal.commit;

import dev.firn.api.WriterOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ExpireSnapshots;
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
 * deleted, and the next one is as good. Files are deleted only after it has landed; which ones,
 * {@link ExpiredFiles} knows. No commit fails by what happens here.
 *
 * <p>A table's rules can take the token of a stream that is not running. This expiry does not: it
 * leaves everything as it is then, and says so.
 */
final class SnapshotExpiry {

  /** Dozens at once: each run rewrites the table's metadata once more. */
  static final int COMMITS_BETWEEN = 60;

  /** For streams that commit a few times a day. */
  static final Duration TIME_BETWEEN = Duration.ofHours(1);

  /** Iceberg compares each snapshot with each; and commits wait for what is done here. */
  static final int MOST_SNAPSHOTS = 10_000;

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

  /** Looks, if it is time, and lets go what may go. Trouble is logged. */
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
      commits = COMMITS_BETWEEN; // the next commit tries again
      LOG.info(
          "Stream {}: snapshots were not expired, the next commit sees to it: {}",
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
    if (base.snapshots().size() > MOST_SNAPSHOTS) {
      tooMany(base.snapshots().size());
      return;
    }
    ExpireSnapshots update = table.expireSnapshots();
    List<Snapshot> due = update.apply();
    if (due.isEmpty()) {
      return;
    }
    ExpiredFiles files = new ExpiredFiles(base, due, tokenFiles, options.clock());
    String branch = branchThatLosesItsTokens(base, files.ids());
    if (branch != null) {
      LOG.warn(
          "Stream {}: {} snapshots are due to expire, but the tokens of branch {} would go with"
              + " them. Run its stream, or expire them by hand if nobody needs it.",
          options.streamId(),
          due.size(),
          branch);
      return;
    }
    if (files.mustReadAll() && base.snapshots().size() > MOST_SNAPSHOTS / 10) {
      tooMany(base.snapshots().size());
      return;
    }
    files.prepare(update);
    operations.arm();
    update.commit();
    files.delete(operations.io(), operations.pinned());
    LOG.debug("Stream {}: {} snapshots expired", options.streamId(), due.size());
    options.listener().expired(due.size());
  }

  private void tooMany(int snapshots) {
    LOG.warn(
        "Stream {}: the table keeps {} snapshots, too many to expire some of them between commits."
            + " Expire them once with another engine, and lower"
            + " history.expire.max-snapshot-age-ms.",
        options.streamId(),
        snapshots);
  }

  /** A branch on which some stream writes, and whose tokens would go, or could not be trusted. */
  private @Nullable String branchThatLosesItsTokens(TableMetadata base, Set<Long> due) {
    for (Map.Entry<String, SnapshotRef> ref : base.refs().entrySet()) {
      if (ref.getValue().isBranch() && StreamRegistry.anyOn(base, ref.getKey())) {
        Snapshot at = base.snapshot(ref.getValue().snapshotId());
        boolean endangered = at != null && isTooOld(base, ref.getKey(), ref.getValue(), at);
        while (at != null && !tokenFiles.carriesTokens(at)) {
          // A copied snapshot whose source is gone may hold rows of Firn: nobody could say.
          endangered |= due.contains(TokenLedger.sourceOf(at));
          at = TokenLedger.parent(base, at);
        }
        if (at != null && (endangered || due.contains(at.snapshotId()))) {
          return ref.getKey();
        }
      }
    }
    return null;
  }

  /** Whether the branch itself would go, by the table's {@code max-ref-age-ms} or its own. */
  private boolean isTooOld(TableMetadata base, String branch, SnapshotRef ref, Snapshot head) {
    Long own = ref.maxRefAgeMs();
    long oldest =
        own != null
            ? own
            : base.propertyAsLong(
                TableProperties.MAX_REF_AGE_MS, TableProperties.MAX_REF_AGE_MS_DEFAULT);
    return !branch.equals(SnapshotRef.MAIN_BRANCH)
        && options.clock().millis() - head.timestampMillis() >= oldest;
  }
}
