package dev.firn.internal.buffer;

import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.WriterInterruptedException;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;

/** The memory budget on real processors, and in real time. */
public final class BudgetStress {

  /** So long that only a lost wake-up takes it. */
  private static final Duration LONG = Duration.ofSeconds(20);

  private static final int SERVED = 1;
  private static final int LATE = 2;
  private static final int GAVE_UP = 3;

  private BudgetStress() {}

  private static MemoryBudget full() {
    MemoryBudget budget = new MemoryBudget(100);
    budget.charge(100);
    return budget;
  }

  /** Who waits is woken by the release that makes room. */
  @JCStressTest
  @Outcome(id = "1, 60", expect = Expect.ACCEPTABLE, desc = "served in time")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake-up, or wrong accounts")
  @State
  public static class ReleaseWakes {
    private final MemoryBudget budget = full();

    @Actor
    public void waits(IJ_Result r) {
      r.r1 = budget.reserve(60, LONG) < LONG.toNanos() / 2 ? SERVED : LATE;
    }

    @Actor
    public void releases() {
      budget.release(100);
    }

    @Arbiter
    public void counts(IJ_Result r) {
      r.r2 = budget.used();
    }
  }

  /** A wait that runs out while memory comes free takes all it asked for, or nothing. */
  @JCStressTest
  @Outcome(id = "1, 60", expect = Expect.ACCEPTABLE, desc = "served")
  @Outcome(id = "3, 0", expect = Expect.ACCEPTABLE, desc = "gave up")
  @Outcome(expect = Expect.FORBIDDEN, desc = "served and gave up, or neither")
  @State
  public static class TimeRunsOut {
    private final MemoryBudget budget = full();

    @Actor
    public void waits(IJ_Result r) {
      try {
        budget.reserve(60, Duration.ofNanos(2_000));
        r.r1 = SERVED;
      } catch (BufferFullException e) {
        r.r1 = GAVE_UP;
      }
    }

    @Actor
    public void releases() {
      budget.release(100);
    }

    @Arbiter
    public void counts(IJ_Result r) {
      r.r2 = budget.used();
    }
  }

  /** So does a wait that is interrupted; the flag is there in the end. */
  @JCStressTest
  @Outcome(id = "1, 60", expect = Expect.ACCEPTABLE, desc = "served")
  @Outcome(id = "3, 0", expect = Expect.ACCEPTABLE, desc = "gave up")
  @Outcome(expect = Expect.FORBIDDEN, desc = "served and gave up, or neither, or no flag")
  @State
  public static class Interrupted {
    private final MemoryBudget budget = full();
    private volatile Thread waiter;
    private volatile boolean interrupted;

    @Actor
    public void waits(IJ_Result r) {
      waiter = Thread.currentThread();
      int outcome;
      try {
        budget.reserve(60, LONG);
        outcome = SERVED;
      } catch (WriterInterruptedException e) {
        outcome = Thread.currentThread().isInterrupted() ? GAVE_UP : LATE;
      }
      while (!interrupted) {
        Thread.onSpinWait();
      }
      r.r1 = Thread.interrupted() ? outcome : LATE;
    }

    @Actor
    public void interruptsAndReleases() {
      while (waiter == null) {
        Thread.onSpinWait();
      }
      waiter.interrupt();
      interrupted = true;
      budget.release(100);
    }

    @Arbiter
    public void counts(IJ_Result r) {
      r.r2 = budget.used();
    }
  }
}
