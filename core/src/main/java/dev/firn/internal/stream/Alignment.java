package dev.firn.internal.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets writers that share a committer cut together, so that one interval gives one snapshot and not
 * one for each of them.
 *
 * <p>The writers share a number of calls. Who cuts because its policy says so raises it: that calls
 * the others, and those that have something to commit since before the call cut too. Who cuts
 * because it was called does not call: else two writers would call each other for ever. Of two that
 * are due at once, one calls.
 *
 * <p>Used by the writer's thread, or the timer in its place; {@link #isCalled} by any.
 */
final class Alignment {

  private final AtomicLong calls;
  private final Runnable wake;

  /** The calls that came before the oldest row or mark since the last cut: they are not for it. */
  private volatile long seen;

  /** Whether there is something to commit since the last cut. */
  private volatile boolean pending;

  /**
   * @param calls the number of calls, shared by all who cut together
   * @param wake run after a call; must return at once
   */
  Alignment(AtomicLong calls, Runnable wake) {
    this.calls = calls;
    this.wake = wake;
  }

  /** Of a writer that is alone. */
  static Alignment alone() {
    return new Alignment(new AtomicLong(), () -> {});
  }

  /** Something has come that a commit will have to cover, the first since the last cut. */
  void begin() {
    seen = calls.get();
    pending = true;
  }

  /** Nothing is left that the next cut would have to cover. */
  void end() {
    pending = false;
  }

  /** Whether another writer has called since {@link #begin()}, and there was no cut yet. */
  boolean isCalled() {
    return pending && seen != calls.get();
  }

  /** This writer is about to cut because it is due: by its policy, or because it was called. */
  void due() {
    long before = seen;
    if (calls.compareAndSet(before, before + 1)) {
      wake.run();
    }
  }
}
