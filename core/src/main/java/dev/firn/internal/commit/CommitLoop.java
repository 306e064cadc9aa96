package dev.firn.internal.commit;

import dev.firn.api.WriterListener;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.internal.commit.AttemptFailure.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one change into the table: attempt after attempt, each built on the newest base, until it
 * has landed, cannot land any more, or the deadline has passed.
 *
 * <p>After every failure, whatever the catalog said, the change's commit id is looked for in all
 * snapshots first: "failed" may be a lie, and "unknown" is resolved by looking and by trying again.
 * Both the old request and the new one compare-and-set the branch's head, so only one can land.
 * Nothing is ever deleted here.
 */
final class CommitLoop {

  /** Something that is to become one snapshot. */
  interface Change {
    UUID commitId();

    /** What to send on {@code base}; null when nothing is to be sent. */
    @Nullable CommitPlan plan(TableMetadata base);

    /** Whether the tokens at the head of {@code base} say that it is in, under its own id. */
    boolean isIn(TableMetadata base);

    /** It was committed, but is not in the branch's history any more. Throws, or accepts that. */
    void rolledBack(Snapshot snapshot);
  }

  /**
   * How a change ended well.
   *
   * @param snapshot the snapshot that holds it; null if it is in but its snapshot is expired, or
   *     nothing was to be sent
   * @param attempts catalog calls
   * @param landed whether one of these calls made the snapshot
   * @param visible whether it is in the branch's history
   */
  record Landed(@Nullable Snapshot snapshot, int attempts, boolean landed, boolean visible) {}

  private static final Logger LOG = LoggerFactory.getLogger(CommitLoop.class);

  /** The first wait is random below it: a fast catalog's commit. Doubled with every attempt. */
  private static final Duration FIRST_WAIT = Duration.ofMillis(20);

  /** A catalog that comes back is noticed soon; one that is overloaded is left in peace. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** What storage or catalog refuse three times, waiting longer will not mend. */
  private static final int MAX_REFUSALS = 3;

  private static final long NO_HEAD = -1;

  private final ExactBaseOperations operations;
  private final CommitAttempt attempt;
  private final TokenLedger ledger;
  private final WriterListener listener;
  private final Pause pause;
  private final Random random = new Random();

  private boolean inDoubt;

  CommitLoop(
      ExactBaseOperations operations,
      CommitAttempt attempt,
      TokenLedger ledger,
      WriterListener listener,
      Pause pause) {
    this.operations = operations;
    this.attempt = attempt;
    this.ledger = ledger;
    this.listener = listener;
    this.pause = pause;
  }

  /**
   * Runs {@code change} to its end.
   *
   * @throws FirnException if it did not end well; {@link #inDoubt()} then says whether it may still
   *     land
   */
  Landed run(Change change, Duration timeout) {
    Run run = new Run(change, pause.nanoTime() + timeout.toNanos());
    inDoubt = true;
    try {
      Landed landed = run.run();
      inDoubt = false;
      return landed;
    } catch (FirnException e) {
      inDoubt = run.mayStillLand();
      throw e;
    }
  }

  /** Whether the last change may still land although {@link #run} has ended. */
  boolean inDoubt() {
    return inDoubt;
  }

  /** One change's way; holds what is known about its attempts. */
  private final class Run {

    private final Change change;
    private final long deadline;

    /** Heads under attempts of unknown outcome: while the head is one of them, one may land. */
    private final Set<Long> unknownOn = new HashSet<>();

    /** A base that was refused as outdated: if it is still read, one of both answers is wrong. */
    private @Nullable String refusedOn;

    private int attempts;
    private int refusals;
    private int waits;
    private boolean unresolved;
    private @Nullable RuntimeException last;

    Run(Change change, long deadline) {
      this.change = change;
      this.deadline = deadline;
    }

    Landed run() {
      while (true) {
        TableMetadata base = base();
        if (base != null) {
          Landed landed = tryOn(base);
          if (landed != null) {
            return landed;
          }
        }
        waitForNext();
      }
    }

    /** The base of the next attempt; null if the catalog cannot be read now. */
    private @Nullable TableMetadata base() {
      if (attempts == 0 && !operations.stale()) {
        return operations.pinned();
      }
      try {
        return operations.pin();
      } catch (FirnException e) {
        throw e;
      } catch (RuntimeException e) {
        last = e;
        return null;
      }
    }

    private @Nullable Landed tryOn(TableMetadata base) {
      CommitPlan plan;
      try {
        Landed landed = alreadyIn(base);
        if (landed != null) {
          return landed;
        }
        unresolved = false;
        plan = change.plan(base);
      } catch (FirnException e) {
        throw e;
      } catch (RuntimeException e) {
        last = e;
        refusals++;
        return null;
      }
      if (plan == null) {
        return new Landed(null, attempts, false, true);
      }
      return send(base, plan);
    }

    private @Nullable Landed alreadyIn(TableMetadata base) {
      Snapshot snapshot = ledger.find(base, change.commitId());
      if (snapshot == null) {
        return change.isIn(base) ? new Landed(null, attempts, attempts > 0, true) : null;
      }
      boolean visible = ledger.isVisible(base, snapshot);
      if (!visible) {
        change.rolledBack(snapshot);
      }
      return new Landed(snapshot, attempts, attempts > 0, visible);
    }

    private @Nullable Landed send(TableMetadata base, CommitPlan plan) {
      try {
        long snapshotId = attempt.send(plan);
        attempts++;
        return new Landed(operations.sent().snapshot(snapshotId), attempts, true, true);
      } catch (AttemptFailure e) {
        last = e.reason();
        if (e.kind() == Kind.NOT_SENT) {
          refusals++;
          // The base may have been expired under the attempt: look again before the next.
          operations.outdated();
        } else {
          attempts++;
          unresolved = true;
          refusals += e.kind() == Kind.REJECTED ? 1 : 0;
          refusedOn = e.kind() == Kind.CONFLICT ? base.metadataFileLocation() : null;
          if (e.kind() == Kind.UNKNOWN) {
            Snapshot head = ledger.head(base);
            unknownOn.add(head == null ? NO_HEAD : head.snapshotId());
          }
          tellListener(e);
        }
        return null;
      }
    }

    private void waitForNext() {
      if (refusals >= MAX_REFUSALS && !mayStillLand()) {
        throw storageFailure();
      }
      long left = deadline - pause.nanoTime();
      if (left <= 0) {
        throw givenUp();
      }
      long longest = Math.min(LONGEST_WAIT.toNanos(), FIRST_WAIT.toNanos() << Math.min(waits, 10));
      waits++;
      long nanos = Math.min(left, waits == 1 ? random.nextLong(longest) : jitter(longest));
      try {
        pause.sleep(Duration.ofNanos(nanos));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new WriterInterruptedException(
            "Interrupted while a commit was tried again (attempt "
                + attempts
                + "). Call again: a commit that landed meanwhile is found.",
            last);
      }
    }

    private long jitter(long longest) {
      return longest / 2 + random.nextLong(longest / 2 + 1);
    }

    /** Whether a request of ours may be on its way to a head that is still there. */
    private boolean mayStillLand() {
      Snapshot head = ledger.head(operations.pinned());
      return unresolved
          || unknownOn.contains(head == null ? NO_HEAD : head.snapshotId())
          || (refusedOn != null && refusedOn.equals(operations.pinned().metadataFileLocation()));
    }

    private FirnException givenUp() {
      if (mayStillLand()) {
        return new CommitUnknownException(
            "After "
                + attempts
                + " attempts nobody can say whether commit "
                + change.commitId()
                + " is in the table: "
                + reason()
                + ". Reopen the writer and ask committed(); a replay is harmless.",
            change.commitId().toString(),
            last);
      }
      if (attempts == 0 || refusals > 0) {
        return storageFailure();
      }
      return new CommitConflictException(
          "The table moved under all "
              + attempts
              + " attempts until the commit deadline passed; the last one said: "
              + reason()
              + ". Reopen the writer and replay from committed(), or raise commitTimeout.",
          attempts,
          last);
    }

    private StorageException storageFailure() {
      return new StorageException(
          "The commit's metadata could not be read or written: "
              + reason()
              + ". Nothing is lost: call again when the storage is well.",
          operations.pinned().location(),
          last);
    }

    private String reason() {
      return last == null ? "no answer" : String.valueOf(last.getMessage());
    }

    @SuppressWarnings("CatchingUnchecked")
    private void tellListener(AttemptFailure failure) {
      try {
        listener.commitRetried(attempts, failure.kind() + ": " + failure.reason().getMessage());
      } catch (RuntimeException e) {
        LOG.warn("A listener failed on a retried commit", e);
      }
    }
  }
}
