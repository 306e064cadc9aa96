package dev.firn.proofs.races;

import java.util.List;
import java.util.stream.Stream;

/**
 * Mistakes that must not go unnoticed: a wake-up, a lock or an order left out, something done
 * twice.
 */
final class Mutants {

  private static final Check ROUNDS = new Rounds(1);

  private static final String LOCK = "ReentrantLock lock = new ReentrantLock();";

  /** Keeps nobody out. */
  private static final String OPEN_LOCK =
      """
      ReentrantLock lock = new ReentrantLock() {
        @Override public void lock() {}
        @Override public void unlock() {}
        @Override public boolean tryLock() { return true; }
        @Override public boolean tryLock(long time, java.util.concurrent.TimeUnit unit) {
          return true;
        }
      };
      """;

  private Mutants() {}

  static List<Mutant> all() {
    return Stream.of(budget(), encoding(), sealing(), waiting(), committing(), appending())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Mutant> budget() {
    return List.of(
        new Mutant(
            "a waiter is served and not woken",
            "buffer/MemoryBudget.java",
            "next.turn.signal();",
            "",
            List.of(
                scenario("buffer.BudgetOrders", "aReleaseWakesWhoWaits"),
                stress("buffer.BudgetStress.ReleaseWakes"))),
        new Mutant(
            "a release serves the first waiter only",
            "buffer/MemoryBudget.java",
            "next = waiters.peekFirst()) {",
            "next = null) {",
            List.of(scenario("buffer.BudgetOrders", "aReleaseWakesAllThatFit"))),
        new Mutant(
            "room is looked at, then taken",
            "buffer/MemoryBudget.java",
            "      used += bytes;\n      return true;",
            "      lock.unlock();\n      lock.lock();\n      used += bytes;\n      return true;",
            List.of(scenario("buffer.BudgetOrders", "onlyOneOfTwoFits"))),
        new Mutant(
            "newcomers overtake",
            "buffer/MemoryBudget.java",
            "if (!waiters.isEmpty() || !fits(bytes))",
            "if (!fits(bytes))",
            List.of(scenario("buffer.BudgetOrders", "nobodyOvertakes"))),
        new Mutant(
            "who gives up stays in the queue",
            "buffer/MemoryBudget.java",
            "waiters.remove(waiter);",
            "",
            List.of(
                scenario("buffer.BudgetOrders", "anInterruptTakesNothing"),
                stress("buffer.BudgetStress.TimeRunsOut"))),
        new Mutant(
            "who gives up does not let the next one go",
            "buffer/MemoryBudget.java",
            "serveWaiters(); // who stood behind may fit",
            "",
            List.of(scenario("buffer.BudgetOrders", "whoGivesUpLetsTheNextOneGo"))),
        new Mutant(
            "an interrupt beats having been served",
            "buffer/MemoryBudget.java",
            "        if (!waiter.served) {\n          throw new Writer",
            "        {\n          throw new Writer",
            List.of(
                scenario("buffer.BudgetOrders", "anInterruptTakesNothing"),
                stress("buffer.BudgetStress.Interrupted"))),
        new Mutant(
            "the oversized is let through beside others",
            "buffer/MemoryBudget.java",
            "return used == 0 || bytes <= limit - used;",
            "return bytes > limit || bytes <= limit - used;",
            List.of(scenario("buffer.BudgetOrders", "theOversizedIsAlone"))),
        new Mutant(
            "a release is not counted under the lock",
            "buffer/MemoryBudget.java",
            "      used -= bytes;\n",
            "      long before = used;\n      lock.unlock();\n      lock.lock();\n"
                + "      used = before - bytes;\n",
            List.of(scenario("buffer.BudgetOrders", "whatIsTakenAndGivenBackSumsUpToNothing"))));
  }

  private static List<Mutant> encoding() {
    return List.of(
        new Mutant(
            "a column is claimed in two steps",
            "encode/ColumnWork.java",
            "int turn = claimed.getAndIncrement();",
            "int turn = claimed.get();\n    claimed.set(turn + 1);",
            List.of(
                scenario("encode.ColumnOrders", "eachColumnIsEncodedOnce"),
                stress("encode.ColumnStress.EachOnce"))),
        new Mutant(
            "a closed pool ends the owner's work",
            "encode/ColumnWork.java",
            "      return false; // the executor takes nothing",
            "      claimed.incrementAndGet();\n      left.countDown();\n"
                + "      return false; // the executor takes nothing",
            List.of(scenario("encode.ColumnOrders", "aPoolThatClosesLeavesNoColumnOut"))),
        new Mutant(
            "giving up does not wait for helpers",
            "encode/ColumnWork.java",
            "      left.countDown();\n    }\n    await();",
            "      left.countDown();\n    }",
            List.of(
                scenario("encode.ColumnOrders", "nobodyReadsWhatWasGivenUp"),
                stress("encode.ColumnStress.GivenUp"))),
        new Mutant(
            "what a helper throws is forgotten",
            "encode/ColumnWork.java",
            "failure = e;",
            "failure = Thread.currentThread() == owner ? e : failure;",
            List.of(scenario("encode.ColumnOrders", "whatAHelperThrowsReachesTheOwner"))),
        new Mutant(
            "an idle thing is looked at, then taken",
            "encode/IdlePool.java",
            "kept = idle.pollLast();",
            "kept = idle.peekLast();\n    }\n    synchronized (idle) {\n      idle.pollLast();",
            List.of(scenario("encode.ColumnOrders", "whatIsIdleIsTakenByOne"))));
  }

  private static List<Mutant> sealing() {
    return List.of(
        new Mutant(
            "memory comes free before it is said so",
            "ingest/SealTask.java",
            "    charged = 0;\n    budget.release(held);",
            "    budget.release(held);\n    charged = 0;",
            List.of(
                scenario("ingest.SealOrders", "whatCameFreeIsNotPromisedAgain"),
                stress("ingest.SealStress.NotPromisedAgain"))),
        new Mutant(
            "a file without its lock",
            "ingest/SealTask.java",
            LOCK,
            OPEN_LOCK,
            List.of(scenario("ingest.SealOrders", "memoryIsGivenBackOnce"))),
        new Mutant(
            "a file that is sealed is sealed again",
            "ingest/SealTask.java",
            "if (sealed == null && !empty) {",
            "if (!empty) {",
            List.of(stress("ingest.SealStress.SealedByTwo"))),
        new Mutant(
            "who has written a dropped file does not look",
            "ingest/SealTask.java",
            "      if (dropped) {\n        forget();\n      }\n",
            "",
            List.of(stress("ingest.SealStress.DroppedWhileSealed"))));
  }

  private static List<Mutant> waiting() {
    return List.of(
        new Mutant(
            "a change wakes one waiter only",
            "stream/Guard.java",
            "moved.signalAll();",
            "moved.signal();",
            List.of(scenario("stream.GuardOrders", "aChangeWakesAllWhoWait"))),
        new Mutant(
            "a change wakes nobody",
            "stream/Guard.java",
            "moved.signalAll();",
            "",
            List.of(
                scenario("stream.GuardOrders", "onlyOneGetsWhatBothWaitedFor"),
                stress("stream.GuardStress.ChangeWakes"))),
        new Mutant(
            "what follows a wait is done without the lock",
            "stream/Guard.java",
            "      then.run();\n",
            "      lock.unlock();\n      then.run();\n      lock.lock();\n",
            List.of(scenario("stream.GuardOrders", "onlyOneGetsWhatBothWaitedFor"))),
        new Mutant(
            "marks are taken without the lock",
            "stream/Marks.java",
            "synchronized CommitToken takePending()",
            "CommitToken takePending()",
            List.of(scenario("stream.GuardOrders", "aMarkIsTakenOnce"))),
        new Mutant(
            "marks are read without the lock",
            "stream/Marks.java",
            "synchronized CommitToken last()",
            "CommitToken last()",
            List.of(scenario("stream.GuardOrders", "aMarkIsSeenAsAWhole"))));
  }

  private static List<Mutant> committing() {
    return List.of(
        new Mutant(
            "two commit at once",
            "stream/CommitPipeline.java",
            "if (committing || !trouble",
            "if (!trouble",
            List.of(ROUNDS)),
        new Mutant(
            "a batch overtakes",
            "stream/CommitPipeline.java",
            "queue.add(batch)",
            "queue.addFirst(batch)",
            List.of(ROUNDS)),
        new Mutant(
            "a worker does not start the next",
            "stream/CommitPipeline.java",
            "        giveUp(batch, problem);\n      }\n    }\n    work();",
            "        giveUp(batch, problem);\n      }\n    }",
            List.of(ROUNDS)),
        new Mutant(
            "a committed batch stays in the queue",
            "stream/CommitPipeline.java",
            "queue.remove(batch);",
            "",
            List.of(ROUNDS)));
  }

  private static List<Mutant> appending() {
    return List.of(
        new Mutant(
            "a shared writer without its lock",
            "stream/SharedWriter.java",
            LOCK,
            OPEN_LOCK,
            List.of(ROUNDS)),
        new Mutant(
            "a row is taken while the writer closes",
            "stream/SharedWriter.java",
            "    if (closing) {\n      throw",
            "    if (closing && lastSequence < 0) {\n      throw",
            List.of(ROUNDS)),
        new Mutant(
            "the timer does not look at the gate",
            "stream/Gate.java",
            "return state.compareAndSet(FREE, BESIDE);",
            "return state.get() >= FREE;",
            List.of(ROUNDS)),
        new Mutant(
            "a page is encoded while it is filled anew",
            "ingest/TableStager.java",
            "      if (files.keepsRows() && rows == arrival) {\n        takeTurns();\n      }\n",
            "",
            List.of(ROUNDS)));
  }

  private static Check scenario(String className, String name) {
    return new Scenario("dev.firn.internal." + className, name);
  }

  private static Check stress(String test) {
    return new Stress("dev.firn.internal." + test);
  }
}
