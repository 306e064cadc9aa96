package dev.firn.internal.stream;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The pipeline's lock on real processors, and in real time. */
public final class GuardStress {

  private static final Duration LONG = Duration.ofSeconds(20);

  private GuardStress() {}

  /** A change is seen by who waits for it, at once. */
  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "woken")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake-up")
  @State
  public static class ChangeWakes {
    private final Guard guard = new Guard();
    private boolean moved;

    @Actor
    public void waits(I_Result r) {
      long start = System.nanoTime();
      boolean seen = guard.await(() -> moved, LONG, "waiting");
      r.r1 = seen && System.nanoTime() - start < LONG.toNanos() / 2 ? 1 : 0;
    }

    @Actor
    public void changes() {
      guard.run(() -> moved = true);
    }
  }
}
