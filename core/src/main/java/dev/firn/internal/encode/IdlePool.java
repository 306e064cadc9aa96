package dev.firn.internal.encode;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Keeps a few things that are dear to make and not in use, so that the next who needs one takes it
 * over with its memory. Thread-safe; what is taken belongs to the taker alone.
 *
 * @param <T> what is kept
 */
final class IdlePool<T> {

  /** More idle ones than this are dropped: no more threads than this can run anyway. */
  private static final int MOST_IDLE = Runtime.getRuntime().availableProcessors();

  private final Supplier<T> maker;
  private final ToLongFunction<T> heapBytes;
  private final long largestBytes;
  private final Deque<T> idle = new ArrayDeque<>();

  /**
   * @param largestBytes what takes more heap is dropped, for what is idle is in nobody's budget
   */
  IdlePool(Supplier<T> maker, ToLongFunction<T> heapBytes, long largestBytes) {
    this.maker = maker;
    this.heapBytes = heapBytes;
    this.largestBytes = largestBytes;
  }

  /** One that was given back, or a new one. */
  T take() {
    T kept;
    synchronized (idle) {
      kept = idle.pollLast();
    }
    return kept != null ? kept : maker.get();
  }

  /** Gives one back, in the state that {@link #take} is to hand it out in. */
  void give(T thing) {
    boolean keep = heapBytes.applyAsLong(thing) <= largestBytes;
    synchronized (idle) {
      if (keep && idle.size() < MOST_IDLE) {
        idle.addLast(thing);
      }
    }
  }
}
