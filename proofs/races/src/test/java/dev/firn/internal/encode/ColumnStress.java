package dev.firn.internal.encode;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Pooled encoding on real processors: what a helper wrote is seen, what was given up is not read.
 */
public final class ColumnStress {

  private static final int COLUMNS = 4;

  private ColumnStress() {}

  /** An owner that begins and a helper that comes when it likes. */
  private static class Shared {
    final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    final int[] plain = new int[COLUMNS];
    volatile boolean ended;

    ColumnWork begin(ColumnWork.Step step) {
      ColumnWork work = new ColumnWork(step, new long[COLUMNS], ColumnOrders.scratches());
      work.offerTo(new Crew(tasks::add, 1));
      return work;
    }

    void help() {
      while (!ended) {
        Runnable task = tasks.poll();
        if (task != null) {
          task.run();
        }
      }
    }
  }

  /** Each column is encoded once, and plain writes of helpers are seen by the owner. */
  @JCStressTest
  @Outcome(id = "4, 1", expect = Expect.ACCEPTABLE, desc = "each once, and seen")
  @Outcome(expect = Expect.FORBIDDEN, desc = "left out, done twice, or not seen")
  @State
  public static class EachOnce {
    private final Shared shared = new Shared();

    @Actor
    public void owns(II_Result r) {
      ColumnWork work = shared.begin((column, scratch) -> shared.plain[column]++);
      work.finish();
      int sum = 0;
      int most = 0;
      for (int runs : shared.plain) {
        sum += runs;
        most = Math.max(most, runs);
      }
      shared.ended = true;
      r.r1 = sum;
      r.r2 = most;
    }

    @Actor
    public void helps() {
      shared.help();
    }
  }

  /** After abandon no helper reads the rows any more. */
  @JCStressTest
  @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "nobody read what was given up")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a helper read rows that were given up")
  @State
  public static class GivenUp {
    private final Shared shared = new Shared();
    private volatile boolean begun;
    private volatile int readAfter;
    private int row;

    @Actor
    public void owns(I_Result r) {
      ColumnWork work =
          shared.begin(
              (column, scratch) -> {
                for (int i = 0; i < 100; i++) {
                  begun = true;
                  if (row != 0) {
                    readAfter = 1;
                  }
                }
              });
      for (int i = 0; i < 1_000 && !begun; i++) {
        Thread.onSpinWait(); // a helper is mostly later than the owner
      }
      work.abandon();
      row = 1;
      for (int i = 0; i < 200; i++) {
        Thread.onSpinWait();
      }
      shared.ended = true;
      r.r1 = readAfter;
    }

    @Actor
    public void helps() {
      shared.help();
    }
  }
}
