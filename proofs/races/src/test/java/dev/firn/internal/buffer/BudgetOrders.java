package dev.firn.internal.buffer;

import static dev.firn.proofs.races.Race.join;
import static dev.firn.proofs.races.Race.require;
import static dev.firn.proofs.races.Race.together;

import dev.firn.api.error.WriterInterruptedException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * What holds of the memory budget in whatever order its callers get on. Time does not pass here:
 * who waits is served or interrupted.
 */
public final class BudgetOrders {

  private static final Duration LONG = Duration.ofHours(1);

  private BudgetOrders() {}

  /** All scenarios, by name. */
  public static Map<String, Runnable> all() {
    return Map.ofEntries(
        Map.entry("onlyOneOfTwoFits", BudgetOrders::onlyOneOfTwoFits),
        Map.entry("theOversizedIsAlone", BudgetOrders::theOversizedIsAlone),
        Map.entry("aReleaseWakesWhoWaits", BudgetOrders::aReleaseWakesWhoWaits),
        Map.entry("aReleaseWakesAllThatFit", BudgetOrders::aReleaseWakesAllThatFit),
        Map.entry(
            "whatIsTakenAndGivenBackSumsUpToNothing",
            BudgetOrders::whatIsTakenAndGivenBackSumsUpToNothing),
        Map.entry("nobodyOvertakes", BudgetOrders::nobodyOvertakes),
        Map.entry("whoGivesUpLetsTheNextOneGo", BudgetOrders::whoGivesUpLetsTheNextOneGo),
        Map.entry("anInterruptTakesNothing", BudgetOrders::anInterruptTakesNothing));
  }

  private static MemoryBudget full(long bytes) {
    MemoryBudget budget = new MemoryBudget(bytes);
    budget.charge(bytes);
    return budget;
  }

  private static void requireUsed(MemoryBudget budget, long bytes) {
    require(budget.used() == bytes, budget.used() + " bytes are held, not " + bytes);
  }

  /** Two requests of which only one fits: one gets it. */
  static void onlyOneOfTwoFits() {
    MemoryBudget budget = new MemoryBudget(100);
    boolean[] taken = new boolean[2];
    together(() -> taken[0] = budget.tryReserve(60), () -> taken[1] = budget.tryReserve(60));
    require(taken[0] != taken[1], "both or none took 60 of 100 bytes");
    requireUsed(budget, 60);
  }

  /** What is larger than the limit is let through only when it is alone. */
  static void theOversizedIsAlone() {
    MemoryBudget budget = new MemoryBudget(100);
    boolean[] taken = new boolean[2];
    together(() -> taken[0] = budget.tryReserve(1_000), () -> taken[1] = budget.tryReserve(1));
    require(taken[0] != taken[1], "the oversized one was not alone");
    requireUsed(budget, taken[0] ? 1_000 : 1);
  }

  /** Who waits is woken by the release that makes room. */
  static void aReleaseWakesWhoWaits() {
    MemoryBudget budget = full(100);
    together(() -> budget.reserve(60, LONG), () -> budget.release(100));
    requireUsed(budget, 60);
  }

  /** One release may make room for several. */
  static void aReleaseWakesAllThatFit() {
    MemoryBudget budget = full(100);
    together(
        () -> budget.reserve(40, LONG), () -> budget.reserve(40, LONG), () -> budget.release(100));
    requireUsed(budget, 80);
  }

  /** Takers that give back what they took: nobody is forgotten, nothing is left. */
  static void whatIsTakenAndGivenBackSumsUpToNothing() {
    MemoryBudget budget = new MemoryBudget(100);
    Runnable taker =
        () -> {
          budget.reserve(40, LONG);
          require(budget.used() <= 100, "over the limit");
          budget.release(40);
        };
    together(taker, taker, taker);
    requireUsed(budget, 0);
  }

  /** Who comes later does not get what somebody before it waits for. */
  static void nobodyOvertakes() {
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

  /** Who gives up stands in nobody's way. */
  static void whoGivesUpLetsTheNextOneGo() {
    MemoryBudget budget = full(50);
    boolean[] served = new boolean[1];
    boolean[] flag = new boolean[1];
    Thread impatient = waiter(budget, 40, served, flag);
    impatient.start();
    together(impatient::interrupt, () -> budget.reserve(10, LONG), () -> budget.release(30));
    join(impatient);
    require(!served[0] && flag[0], "40 bytes beside 20 are too many for 50");
    requireUsed(budget, 30);
  }

  /** An interrupt leaves nothing taken, or what was served; and the flag is kept. */
  static void anInterruptTakesNothing() {
    MemoryBudget budget = full(100);
    boolean[] served = new boolean[1];
    boolean[] flag = new boolean[1];
    Thread waiter = waiter(budget, 60, served, flag);
    waiter.start();
    together(waiter::interrupt, () -> budget.release(100));
    join(waiter);
    require(served[0] || flag[0], "the interrupt was swallowed");
    requireUsed(budget, served[0] ? 60 : 0);
    budget.release(budget.used());
    require(budget.tryReserve(100), "somebody still waits");
  }

  private static Thread waiter(
      MemoryBudget budget, long bytes, boolean[] served, boolean[] interrupted) {
    return new Thread(
        () -> {
          try {
            budget.reserve(bytes, LONG);
            served[0] = true;
          } catch (WriterInterruptedException e) {
            interrupted[0] = Thread.currentThread().isInterrupted();
          }
        });
  }
}
