package dev.firn.internal.stream;

import dev.firn.api.error.WriterInterruptedException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A lock, and the waiting for what it guards to change: with a deadline, and interruptibly. */
final class Guard {

  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();

  /** Reads or changes what is guarded, and lets those who wait look again. */
  <R> R with(Supplier<R> change) {
    lock.lock();
    try {
      return change.get();
    } finally {
      moved.signalAll();
      lock.unlock();
    }
  }

  /** As {@link #with}. */
  void run(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      moved.signalAll();
      lock.unlock();
    }
  }

  /**
   * Waits for {@code condition}.
   *
   * @param what the wait, as in "interrupted while {@code what}"
   * @return false if the time ran out first
   */
  boolean await(BooleanSupplier condition, Duration timeout, String what) {
    return await(condition, timeout, what, () -> {});
  }

  /** As {@link #await}, and runs {@code then} before anybody else can change anything. */
  boolean await(BooleanSupplier condition, Duration timeout, String what, Runnable then) {
    long left = nanos(timeout);
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = moved.awaitNanos(left);
      }
      then.run();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WriterInterruptedException("Interrupted while " + what + ".", e);
    } finally {
      lock.unlock();
    }
  }

  /** The nanoseconds of {@code timeout}; those of 292 years if it is longer. */
  static long nanos(Duration timeout) {
    return timeout.compareTo(LONGEST) >= 0 ? Long.MAX_VALUE : timeout.toNanos();
  }
}
