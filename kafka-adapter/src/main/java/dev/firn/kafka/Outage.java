package dev.firn.kafka;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A time of trouble: from the first failure until a commit lands. Says when to try again: soon at
 * first, then every ten seconds or so, never at the same moment as others.
 *
 * <p>One thread, but for {@link #last}. Times are of {@code System.nanoTime}.
 */
final class Outage {

  private static final long FIRST_NANOS = Duration.ofMillis(50).toNanos();
  private static final long LONGEST_NANOS = Duration.ofSeconds(10).toNanos();

  /** Quiet for that long, it was another outage: a stream without rows has no commits to end it. */
  private static final long OVER_NANOS = Duration.ofMinutes(10).toNanos();

  private long since;
  private long latest;
  private int failures;
  private volatile @Nullable Throwable last;

  /** Something failed; returns how long to wait before the next try. */
  long failed(Throwable problem, long now) {
    if (failures == 0 || now - latest > OVER_NANOS) {
      failures = 0;
      since = now;
    }
    latest = now;
    last = problem;
    long wait = Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(failures, 20));
    failures++;
    return ThreadLocalRandom.current().nextLong(wait / 2, wait + 1);
  }

  /** A commit has landed. */
  void over() {
    failures = 0;
    last = null;
  }

  Duration lasting() {
    return failures == 0 ? Duration.ZERO : Duration.ofNanos(latest - since);
  }

  @Nullable Throwable last() {
    return last;
  }
}
