package dev.firn.internal.commit;

import java.time.Clock;
import java.time.Duration;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.jspecify.annotations.Nullable;

/**
 * When a token must be written anew lest it is expired: when its snapshot has used a quarter of its
 * life (at most six hours), or when others have put half as many snapshots on top as expiry keeps
 * (at least twenty).
 */
final class Heartbeats {

  /** How often the catalog is asked at most. */
  static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  private static final Duration OLDEST = Duration.ofHours(6);
  private static final int SHALLOWEST = 20;

  private final TokenLedger ledger;
  private final String branch;
  private final Clock clock;

  private long lookedAtMillis;

  Heartbeats(TokenLedger ledger, String branch, Clock clock) {
    this.ledger = ledger;
    this.branch = branch;
    this.clock = clock;
    this.lookedAtMillis = clock.millis();
  }

  /** Whether it is time to ask the catalog; from memory. */
  boolean timeToLook() {
    return clock.millis() - lookedAtMillis >= LOOK_EVERY.toMillis();
  }

  void looked() {
    lookedAtMillis = clock.millis();
  }

  /** Whether the token at the head of {@code base} is old or deep. */
  boolean isDue(TableMetadata base) {
    BranchTokens tokens = ledger.read(base);
    Snapshot carrier = tokens.carrier();
    if (carrier == null) {
      // Nothing to keep, or expired already: writing it is up to those who know it.
      return tokens.end().truncated();
    }
    long age = clock.millis() - carrier.timestampMillis();
    return age > ageLimitMillis(base) || tokens.depth() > depthLimit(base);
  }

  private long ageLimitMillis(TableMetadata base) {
    @Nullable SnapshotRef ref = base.ref(branch);
    Long ofRef = ref == null ? null : ref.maxSnapshotAgeMs();
    long maxAge =
        ofRef != null
            ? ofRef
            : base.propertyAsLong(
                TableProperties.MAX_SNAPSHOT_AGE_MS, TableProperties.MAX_SNAPSHOT_AGE_MS_DEFAULT);
    return Math.min(maxAge / 4, OLDEST.toMillis());
  }

  private int depthLimit(TableMetadata base) {
    @Nullable SnapshotRef ref = base.ref(branch);
    Integer ofRef = ref == null ? null : ref.minSnapshotsToKeep();
    int kept =
        ofRef != null
            ? ofRef
            : base.propertyAsInt(
                TableProperties.MIN_SNAPSHOTS_TO_KEEP,
                TableProperties.MIN_SNAPSHOTS_TO_KEEP_DEFAULT);
    return Math.max(SHALLOWEST, kept / 2);
  }
}
