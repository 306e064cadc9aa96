package dev.firn.internal.buffer;

import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.WriterInterruptedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes of heap that rows may take, counted before they are taken.
 *
 * <p>Thread-safe and fair: who waits longest is served first, and nobody overtakes a waiter, so a
 * large request is not starved by small ones. A single request that is larger than the limit is let
 * through when nothing else is held, for else it could never proceed.
 */
public final class MemoryBudget {

  /** Changed under the lock; read by any. */
  private volatile long limit;

  private final ReentrantLock lock = new ReentrantLock();

  /** Who waits, longest first; each is signalled alone, when it is its turn and there is room. */
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  private long used;

  private static final class Waiter {
    final long bytes;
    final Condition turn;
    boolean served;

    Waiter(long bytes, Condition turn) {
      this.bytes = bytes;
      this.turn = turn;
    }
  }

  public MemoryBudget(long limitBytes) {
    this.limit = positive(limitBytes);
  }

  private static long positive(long limitBytes) {
    if (limitBytes <= 0) {
      throw new IllegalArgumentException("the memory limit must be positive, was " + limitBytes);
    }
    return limitBytes;
  }

  /** Takes {@code bytes} if there is room and nobody waits; never blocks for room. */
  public boolean tryReserve(long bytes) {
    checkNotNegative(bytes);
    lock.lock();
    try {
      if (!waiters.isEmpty() || !fits(bytes)) {
        return false;
      }
      used += bytes;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes {@code bytes}, waiting up to {@code timeout} for room.
   *
   * @return nanoseconds waited, 0 when there was room
   * @throws BufferFullException if there was no room in time; nothing was taken
   * @throws WriterInterruptedException if the thread was interrupted while it waited; nothing was
   *     taken, the interrupt flag is set
   */
  public long reserve(long bytes, Duration timeout) {
    if (tryReserve(bytes)) {
      return 0;
    }
    long start = System.nanoTime();
    lock.lock();
    try {
      Waiter waiter = new Waiter(bytes, lock.newCondition());
      waiters.addLast(waiter);
      serveWaiters();
      try {
        long left = saturatedNanos(timeout);
        while (!waiter.served) {
          if (left <= 0) {
            throw full(bytes, System.nanoTime() - start);
          }
          left = waiter.turn.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        // Served and interrupted at once: the interrupt is kept for the caller's next wait.
        Thread.currentThread().interrupt();
        if (!waiter.served) {
          throw new WriterInterruptedException(
              "interrupted while waiting for "
                  + bytes
                  + " bytes of buffer memory ("
                  + used
                  + " of "
                  + limit
                  + " bytes are held); nothing was taken",
              e);
        }
      } finally {
        if (!waiter.served) {
          waiters.remove(waiter);
          serveWaiters(); // who stood behind may fit
        }
      }
      return Math.max(1, System.nanoTime() - start);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Counts {@code bytes} that have been taken already, over the limit if need be: for growth that
   * is known only afterwards. Whoever reserves next waits until it is made good.
   */
  public void charge(long bytes) {
    checkNotNegative(bytes);
    lock.lock();
    try {
      used += bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Gives {@code bytes} back. */
  public void release(long bytes) {
    checkNotNegative(bytes);
    lock.lock();
    try {
      if (bytes > used) {
        throw new IllegalStateException(
            "released " + bytes + " bytes of memory, but only " + used + " are held");
      }
      used -= bytes;
      serveWaiters();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Bytes that must be released before a request for {@code bytes} is served, those that waiters
   * will take not counted; 0 if it would be served at once.
   */
  public long shortOf(long bytes) {
    checkNotNegative(bytes);
    lock.lock();
    try {
      // A request larger than the limit is served when nothing is held.
      return fits(bytes) ? 0 : Math.min(used, bytes - (limit - used));
    } finally {
      lock.unlock();
    }
  }

  /** Bytes held now. */
  public long used() {
    lock.lock();
    try {
      return used;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes that may be held. */
  public long limit() {
    return limit;
  }

  /** Changes the limit. If more is held, nothing is served until enough has been released. */
  public void limit(long limitBytes) {
    lock.lock();
    try {
      limit = positive(limitBytes);
      serveWaiters();
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(long bytes) {
    return used == 0 || bytes <= limit - used;
  }

  private void serveWaiters() {
    for (Waiter next = waiters.peekFirst();
        next != null && fits(next.bytes);
        next = waiters.peekFirst()) {
      used += next.bytes;
      next.served = true;
      next.turn.signal();
      waiters.removeFirst();
    }
  }

  private BufferFullException full(long bytes, long waitedNanos) {
    Duration waited = Duration.ofNanos(waitedNanos);
    return new BufferFullException(
        "no room for "
            + bytes
            + " bytes within "
            + TimeUnit.NANOSECONDS.toMillis(waitedNanos)
            + " ms: "
            + used
            + " of "
            + limit
            + " bytes are held; call again later, or raise the memory limit",
        limit,
        waited);
  }

  private static long saturatedNanos(Duration timeout) {
    // Duration.toNanos overflows after 292 years.
    return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0
        ? Long.MAX_VALUE
        : timeout.toNanos();
  }

  private static void checkNotNegative(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must not be negative, was " + bytes);
    }
  }
}
