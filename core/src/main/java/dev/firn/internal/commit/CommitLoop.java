package dev.firn.internal.commit;

import dev.firn.api.WriterListener;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.internal.commit.AttemptFailure.Kind;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.NotFoundException;
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

    /**
     * Whether the tokens at the head of {@code base} cover what it commits: then it is in, though
     * an expiry may have cut the history between its snapshot and the head.
     */
    boolean isCovered(TableMetadata base);

    /**
     * It may have been committed, rolled back and expired, all while nobody looked: its files must
     * not be committed again.
     */
    void outOfSight();

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

  private final ExactBaseOperations operations;
  private final CommitAttempt attempt;
  private final TokenLedger ledger;
  private final WriterListener listener;
  private final Pause pause;
  private final Random random = new Random();

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
   * Runs {@code change} to its end. What is known about its attempts is kept in {@code doubt}, so
   * that a later call can go on where this one gave up.
   *
   * @throws FirnException if it did not end well; {@link Doubt#remains} then says whether it may
   *     still land
   */
  Landed run(Change change, Doubt doubt, Duration timeout) {
    return new Run(change, doubt, pause.nanoTime() + timeout.toNanos()).run();
  }

  /** As {@link #run(Change, Doubt, Duration)}, for a change that is not taken up again. */
  Landed run(Change change, Duration timeout) {
    return run(change, new Doubt(), timeout);
  }

  /** One change's way; holds what is known about its attempts. */
  private final class Run {

    private final Change change;
    private final long deadline;
    private final Doubt doubt;

    private int attempts;
    private int refusals;
    private int waits;
    private @Nullable RuntimeException last;

    Run(Change change, Doubt doubt, long deadline) {
      this.change = change;
      this.doubt = doubt;
      this.deadline = deadline;
    }

    Landed run() {
      Landed landed = operations.stale() ? null : tryUnseen();
      while (landed == null) {
        if (last != null) {
          long left = deadline - pause.nanoTime();
          if (left <= 0) {
            return lastLook();
          }
          waitForNext(left);
        }
        TableMetadata base = base();
        landed = base == null ? null : tryOn(base);
      }
      return landed;
    }

    /** The time is up; but a failure that was not looked into may have been a success. */
    private Landed lastLook() {
      TableMetadata base = doubt.isUnresolved() ? base() : null;
      if (base != null) {
        Landed landed = alreadyIn(base);
        if (landed != null) {
          return landed;
        }
        doubt.resolved();
      }
      throw givenUp();
    }

    /** The newest base; null if the catalog cannot be read now. */
    private @Nullable TableMetadata base() {
      try {
        return operations.pin();
      } catch (FirnException e) {
        throw e;
      } catch (RuntimeException e) {
        last = e;
        return null;
      }
    }

    /**
     * The first attempt stands on what was seen last and saves a look at the catalog: a head that
     * has moved refuses it. Anything but an attempt must be decided on the newest base.
     */
    @SuppressWarnings("CatchingUnchecked")
    private @Nullable Landed tryUnseen() {
      TableMetadata base = operations.pinned();
      CommitPlan plan = null;
      try {
        plan = alreadyIn(base) == null ? plan(base) : null;
      } catch (RuntimeException e) {
        LOG.debug("Not decided on a base that may be outdated", e);
      }
      return plan == null ? null : send(base, plan);
    }

    private @Nullable Landed tryOn(TableMetadata base) {
      CommitPlan plan;
      try {
        Landed landed = alreadyIn(base);
        if (landed != null) {
          return landed;
        }
        doubt.resolved();
        plan = plan(base);
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

    private @Nullable CommitPlan plan(TableMetadata base) {
      if (!doubt.neverWasIn(base)) {
        change.outOfSight();
      }
      return change.plan(base);
    }

    private @Nullable Landed alreadyIn(TableMetadata base) {
      Snapshot snapshot = ledger.find(base, change.commitId());
      if (snapshot == null) {
        return change.isIn(base) ? new Landed(null, attempts, attempts > 0, true) : null;
      }
      boolean visible = ledger.isVisible(base, snapshot) || change.isCovered(base);
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
          refusals += e.kind() == Kind.REJECTED ? 1 : 0;
          doubt.failed(e.kind(), base, ledger.head(base));
          tellListener(e);
        }
        return null;
      }
    }

    private void waitForNext(long left) {
      if (refusals >= MAX_REFUSALS && !mayStillLand()) {
        if (last instanceof NotFoundException) {
          operations.requireMetadataFile();
        }
        throw storageFailure();
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

    private boolean mayStillLand() {
      TableMetadata seen = operations.pinned();
      return doubt.remains(seen, ledger.head(seen));
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
