package dev.firn.internal.encode;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Something to be done for every column of a file, by whoever has time. Hot.
 *
 * <p>Columns are claimed one by one, the dearest of the last time first, so that nobody is left
 * with a long one at the end. A helper takes one column and then queues again behind the work of
 * others: so writers that share threads share them column by column, and one with 500 columns does
 * not shut out one with five. The owner fills the next page meanwhile; when that is full it comes
 * back, takes the columns that nobody has begun, and waits for those under way. A helper that comes
 * late finds nothing to do.
 */
final class ColumnWork {

  /** What is done for one column. */
  @FunctionalInterface
  interface Step {
    void run(int column, EncodeScratch scratch);
  }

  private static final int NONE = -1;

  private final Step step;
  private final IdlePool<EncodeScratch> scratches;

  /** Columns in the order in which they are claimed. */
  private final int[] order;

  /** By column: how long it took; read for the order of the next work. */
  private final long[] nanos;

  private final Thread owner = Thread.currentThread();
  private final AtomicInteger claimed = new AtomicInteger();
  private final CountDownLatch left;
  private volatile @Nullable Throwable failure;

  /**
   * @param nanos by column, how long it took the last time; set to how long it takes now
   */
  ColumnWork(Step step, long[] nanos, IdlePool<EncodeScratch> scratches) {
    this.step = step;
    this.nanos = nanos;
    this.scratches = scratches;
    this.order = dearestFirst(nanos);
    this.left = new CountDownLatch(nanos.length);
  }

  private static int[] dearestFirst(long[] nanos) {
    int[] order = new int[nanos.length];
    for (int column = 0; column < order.length; column++) {
      int at = column;
      for (; at > 0 && nanos[order[at - 1]] < nanos[column]; at--) {
        order[at] = order[at - 1];
      }
      order[at] = column;
    }
    return order;
  }

  /** Asks helpers to begin; returns at once, or does nothing if there are none. */
  void offerTo(Crew crew) {
    int count = Math.min(crew.count(), order.length);
    for (int i = 0; i < count; i++) {
      if (!ask(crew)) {
        return;
      }
    }
  }

  private boolean ask(Crew crew) {
    try {
      crew.executor().execute(() -> help(crew));
      return true;
    } catch (RuntimeException e) {
      return false; // the executor takes nothing, it may be closing: the owner does it all
    }
  }

  private void help(Crew crew) {
    if (Thread.currentThread() == owner) {
      return; // an executor that runs things on the calling thread: there is time for that later
    }
    for (int column = claim(); column != NONE; column = claim()) {
      run(column);
      if (claimed.get() >= order.length || ask(crew)) {
        return;
      }
    }
  }

  /** A column that nobody else works on, or {@link #NONE} if all are claimed. */
  private int claim() {
    int turn = claimed.getAndIncrement();
    return turn < order.length ? order[turn] : NONE;
  }

  private void run(int column) {
    long start = System.nanoTime();
    try {
      if (failure == null) {
        EncodeScratch scratch = scratches.take();
        step.run(column, scratch);
        scratch.release();
        scratches.give(scratch);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      nanos[column] = System.nanoTime() - start;
      left.countDown();
    }
  }

  /**
   * Does what nobody has begun and waits for what is under way.
   *
   * @throws RuntimeException what the step has thrown, for whatever column; then the columns are in
   *     no state to go on
   */
  void finish() {
    for (int column = claim(); column != NONE; column = claim()) {
      run(column);
    }
    await();
    Throwable thrown = failure;
    if (thrown instanceof Error error) {
      throw error;
    } else if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** Ends the work where it is, and waits for what is under way. */
  void abandon() {
    while (claim() != NONE) {
      left.countDown();
    }
    await();
  }

  /** Not for long: a helper that has claimed a column is at it. */
  private void await() {
    boolean interrupted = false;
    while (left.getCount() > 0) {
      try {
        left.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
