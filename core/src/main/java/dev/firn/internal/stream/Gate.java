package dev.firn.internal.stream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * How the timer and the writer's thread share a writer.
 *
 * <p>A quiet stream must be committed too, by the timer; but taking a lock for every row would cost
 * more than the row. Rows are only ever cut at a mark, and between a mark and the next row nothing
 * is half done. So there is a gate: at a mark it stands {@code FREE}; the first row after it, or
 * any other call, turns it to {@code WRITER}, and the next mark turns it back. The timer works only
 * when it can turn {@code FREE} to {@code BESIDE}; the writer's thread, finding that, waits the
 * moment that a cut takes. A row in mid-interval costs the look at a plain field. Hot.
 */
final class Gate {

  private static final int FREE = 0;
  private static final int WRITER = 1;
  private static final int BESIDE = 2;

  private static final long LONGEST_PARK_NANOS = 1_000_000;

  private final AtomicInteger state = new AtomicInteger(FREE);

  /** Whether the gate stands at {@code WRITER}; the writer's thread's own copy. */
  private boolean inside;

  /** The writer's thread takes the gate, if it has not; whoever else has it soon leaves. */
  void enter() {
    if (!inside) {
      take();
    }
  }

  private void take() {
    for (long nanos = 1_000; !state.compareAndSet(FREE, WRITER); nanos *= 2) {
      LockSupport.parkNanos(Math.min(nanos, LONGEST_PARK_NANOS));
    }
    inside = true;
  }

  /** The writer's thread leaves, at a mark. */
  void leave() {
    inside = false;
    state.set(FREE);
  }

  /** Another thread takes the gate, if it is free. */
  boolean enterBeside() {
    return state.compareAndSet(FREE, BESIDE);
  }

  /** As {@link #enterBeside()}, and waits for the gate to be free up to {@code patience}. */
  boolean enterBeside(Duration patience) {
    long deadline = System.nanoTime() + Guard.nanos(patience);
    boolean entered = enterBeside();
    while (!entered && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LONGEST_PARK_NANOS);
      entered = enterBeside();
    }
    return entered;
  }

  void leaveBeside() {
    state.set(FREE);
  }
}
