package dev.firn.internal.buffer;

import static dev.firn.proofs.races.Race.require;
import static dev.firn.proofs.races.Race.together;

import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.WriterInterruptedException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;

/** What holds of the memory budget in whatever order its callers get on. */
public final class BudgetOrders {

  private static final Duration LONG = Duration.ofHours(1);

  private BudgetOrders() {}

  private static MemoryBudget full(long bytes) {
    MemoryBudget budget = new MemoryBudget(bytes);
    budget.charge(bytes);
    return budget;
  }

  private static void requireUsed(MemoryBudget budget, long bytes) {
    require(budget.used() == bytes, budget.used() + " bytes are held, not " + bytes);
  }

  /** Two requests of which only one fits: one gets it. */
  public static void onlyOneOfTwoFits() {
    MemoryBudget budget = new MemoryBudget(100);
    boolean[] taken = new boolean[2];
    together(() -> taken[0] = budget.tryReserve(60), () -> taken[1] = budget.tryReserve(60));
    require(taken[0] != taken[1], "both or none took 60 of 100 bytes");
    requireUsed(budget, 60);
  }

  /** What is larger than the limit is let through only when it is alone. */
  public static void theOversizedIsAlone() {
    MemoryBudget budget = new MemoryBudget(100);
    boolean[] taken = new boolean[2];
    together(() -> taken[0] = budget.tryReserve(1_000), () -> taken[1] = budget.tryReserve(1));
    require(taken[0] != taken[1], "the oversized one was not alone");
    requireUsed(budget, taken[0] ? 1_000 : 1);
  }

  /** Who waits is woken by the release that makes room. */
  public static void aReleaseWakesWhoWaits() {
    MemoryBudget budget = full(100);
    together(() -> budget.reserve(60, LONG), () -> budget.release(100));
    requireUsed(budget, 60);
  }

  /** One release may make room for several. */
  public static void aReleaseWakesAllThatFit() {
    MemoryBudget budget = full(100);
    together(
        () -> budget.reserve(40, LONG), () -> budget.reserve(40, LONG), () -> budget.release(100));
    requireUsed(budget, 80);
  }

  /** Takers that give back what they took: nobody is forgotten, nothing is left. */
  public static void whatIsTakenAndGivenBackSumsUpToNothing() {
    MemoryBudget budget = new MemoryBudget(100);
    Runnable taker =
        () -> {
          budget.reserve(60, LONG);
          require(budget.used() <= 100, "over the limit");
          budget.release(60);
        };
    together(taker, taker, taker);
    requireUsed(budget, 0);
  }

  /** Who comes later does not get what somebody before it waits for. */
  public static void nobodyOvertakes() {
    MemoryBudget budget = full(100);
    together(
        () -> budget.reserve(100, LONG),
        () -> {
          budget.release(50);
          boolean waits = anybodyWaits(budget);
          boolean taken = budget.tryReserve(50);
          require(!(waits && taken), "overtook who waited");
          budget.release(taken ? 100 : 50);
        });
    requireUsed(budget, 100);
  }

  private static boolean anybodyWaits(MemoryBudget budget) {
    try {
      Field waiters = MemoryBudget.class.getDeclaredField("waiters");
      waiters.setAccessible(true);
      return !((Collection<?>) waiters.get(budget)).isEmpty();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A wait that runs out leaves nothing taken, and one that is served keeps what it got. */
  public static void aWaitThatRunsOutTakesNothing() {
    MemoryBudget budget = full(100);
    boolean[] served = new boolean[1];
    together(
        () -> {
          try {
            budget.reserve(60, Duration.ofNanos(1));
            served[0] = true;
          } catch (BufferFullException e) {
            served[0] = false;
          }
        },
        () -> budget.release(100));
    requireUsed(budget, served[0] ? 60 : 0);
  }

  /** Who gives up stands in nobody's way. */
  public static void whoGivesUpLetsTheNextOneGo() {
    MemoryBudget budget = full(50);
    together(
        () -> {
          try {
            budget.reserve(40, Duration.ofNanos(1));
            budget.release(40);
          } catch (BufferFullException e) {
            // as it should be most of the time
          }
        },
        () -> budget.reserve(10, LONG),
        () -> budget.release(30));
    requireUsed(budget, 30);
  }

  /** An interrupt leaves nothing taken, or what was served; and the flag is kept. */
  public static void anInterruptTakesNothing() {
    MemoryBudget budget = full(100);
    boolean[] served = new boolean[1];
    boolean[] flag = new boolean[1];
    Thread waiter =
        new Thread(
            () -> {
              try {
                budget.reserve(60, LONG);
                served[0] = true;
              } catch (WriterInterruptedException e) {
                flag[0] = Thread.currentThread().isInterrupted();
              }
            });
    waiter.start();
    together(waiter::interrupt, () -> budget.release(100));
    try {
      waiter.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    require(served[0] || flag[0], "the interrupt was swallowed");
    requireUsed(budget, served[0] ? 60 : 0);
  }
}
