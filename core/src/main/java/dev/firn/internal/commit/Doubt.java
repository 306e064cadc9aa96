package dev.firn.internal.commit;

import dev.firn.internal.commit.AttemptFailure.Kind;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What is not known about one change's attempts. A request of unknown outcome can land as long as
 * the head it was built on is the head; when the head has moved it is dead.
 */
final class Doubt {

  private static final long NO_HEAD = -1;

  private final Set<Long> unknownOn = new HashSet<>();

  /** A base that was refused as outdated: if it is still read, one of both answers is wrong. */
  private @Nullable String refusedOn;

  private boolean unresolved;
  private boolean sent;

  /** Up to this sequence number every snapshot was seen, and none was ours. */
  private long seenUpTo;

  /** An attempt on {@code base} with this head has failed, and nobody has looked since. */
  void failed(Kind kind, TableMetadata base, @Nullable Snapshot head) {
    sent(base);
    refusedOn = kind == Kind.CONFLICT ? base.metadataFileLocation() : null;
    if (kind == Kind.UNKNOWN) {
      unknownOn.add(idOf(head));
    }
  }

  /** The process came out of an attempt in a way that says nothing. */
  void interrupted(TableMetadata base) {
    sent(base);
  }

  private void sent(TableMetadata base) {
    if (!sent) {
      seenUpTo = base.lastSequenceNumber();
    }
    unresolved = true;
    sent = true;
  }

  /**
   * The change is not in {@code seen}: whether it never was. A snapshot that was made since the
   * last look and is expired already may have been ours, rolled back and gone with its files.
   */
  boolean neverWasIn(TableMetadata seen) {
    long made = seen.lastSequenceNumber() - seenUpTo;
    if (!sent || made <= 0) {
      return true;
    }
    long there = seen.snapshots().stream().filter(s -> s.sequenceNumber() > seenUpTo).count();
    if (there < made) {
      return false;
    }
    seenUpTo = seen.lastSequenceNumber();
    return true;
  }

  /** The change was looked for in newer metadata, and is not in it. */
  void resolved() {
    unresolved = false;
  }

  /** Whether there was an attempt at all that reached the catalog, and failed. */
  boolean wasSent() {
    return sent;
  }

  /** Whether a failure was not looked into yet. */
  boolean isUnresolved() {
    return unresolved;
  }

  /** Whether the change may be in the table, or still land, given what was seen last. */
  boolean remains(TableMetadata seen, @Nullable Snapshot head) {
    return unresolved
        || unknownOn.contains(idOf(head))
        || (refusedOn != null && refusedOn.equals(seen.metadataFileLocation()));
  }

  private static long idOf(@Nullable Snapshot head) {
    return head == null ? NO_HEAD : head.snapshotId();
  }
}
