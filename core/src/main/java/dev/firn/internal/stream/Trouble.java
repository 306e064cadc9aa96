package dev.firn.internal.stream;

import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterFailedException;
import dev.firn.api.error.WriterInterruptedException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What has gone wrong in the background, and who has heard of it. Changed under the pipeline's
 * lock.
 *
 * <p>A <em>stall</em> loses nothing: work rests, one caller hears it, and work goes on. A
 * <em>failure</em> is final: every caller hears it.
 */
final class Trouble {

  /** A second between tries that nobody asked for: quick to go on, easy on a storage in trouble. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String streamId;
  private final boolean replayable;
  private volatile @Nullable FirnException stall;
  private volatile @Nullable FirnException failure;
  private volatile long stalledAt;
  private boolean heard;

  /**
   * @param replayable whether the application can write rows again; if not, only what can never
   *     succeed is final
   */
  Trouble(String streamId, boolean replayable) {
    this.streamId = streamId;
    this.replayable = replayable;
  }

  /** Whether work may go on; any thread. */
  boolean isNone() {
    return stall == null && failure == null;
  }

  /** Why the writer has failed, if it has; any thread. */
  @Nullable FirnException failure() {
    return failure;
  }

  /** Takes note of {@code problem} and returns what callers hear: the first failure for ever. */
  FirnException note(Throwable problem) {
    FirnException earlier = failure;
    if (earlier != null) {
      return earlier;
    }
    FirnException told = asFirnException(problem);
    if (mayTryAgain(told)) {
      stalledAt = System.nanoTime();
      stall = told;
      heard = false;
    } else {
      failure = told;
    }
    return told;
  }

  private boolean mayTryAgain(FirnException problem) {
    return problem instanceof StorageException
        || problem instanceof WriterInterruptedException
        || (!replayable
            && (problem instanceof CommitUnknownException
                || problem instanceof CommitConflictException));
  }

  FirnException asFirnException(@Nullable Throwable problem) {
    return problem instanceof FirnException known
        ? known
        : new WriterFailedException(
            "Stream "
                + streamId
                + " failed unexpectedly: "
                + problem
                + ". Reopen the writer and replay from committed().",
            problem);
  }

  /** Whether work has rested long enough after a stall for things to have changed; any thread. */
  boolean hasRested() {
    return stall != null && System.nanoTime() - stalledAt >= REST_NANOS;
  }

  /** Ends a stall; returns it if nobody has heard of it yet. */
  @Nullable FirnException endStall() {
    FirnException ended = heard ? null : stall;
    stall = null;
    heard = true;
    return ended;
  }

  /** Somebody was told of {@code problem}; if it is the stall, nobody else needs to hear it. */
  void heard(FirnException problem) {
    heard |= stall == problem;
  }
}
