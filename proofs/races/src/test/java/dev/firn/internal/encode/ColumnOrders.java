package dev.firn.internal.encode;

import static dev.firn.proofs.races.Race.require;
import static dev.firn.proofs.races.Race.together;

import dev.firn.internal.parquet.ColumnSettings;
import dev.firn.internal.parquet.PageScratch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** What holds of pooled encoding in whatever order owner and helpers get on. */
public final class ColumnOrders {

  private static final int COLUMNS = 3;

  /** Steps here use no scratch memory, so that all may have the same. */
  private static final PageScratch PAGES =
      new PageScratch(CompressionCodecName.UNCOMPRESSED, ColumnSettings.DEFAULT_LEVEL);

  private ColumnOrders() {}

  /** All scenarios, by name. */
  public static Map<String, Runnable> all() {
    return Map.ofEntries(
        Map.entry("eachColumnIsEncodedOnce", ColumnOrders::eachColumnIsEncodedOnce),
        Map.entry(
            "aPoolThatClosesLeavesNoColumnOut", ColumnOrders::aPoolThatClosesLeavesNoColumnOut),
        Map.entry("nobodyReadsWhatWasGivenUp", ColumnOrders::nobodyReadsWhatWasGivenUp),
        Map.entry(
            "whatAHelperThrowsReachesTheOwner", ColumnOrders::whatAHelperThrowsReachesTheOwner),
        Map.entry("whatIsIdleIsTakenByOne", ColumnOrders::whatIsIdleIsTakenByOne));
  }

  /** Tasks for whoever asks; refuses them when it is closed. */
  private static final class Tasks {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean closed;

    synchronized void add(Runnable task) {
      if (closed) {
        throw new RejectedExecutionException("closed");
      }
      waiting.addLast(task);
    }

    synchronized Runnable next() {
      return waiting.pollFirst();
    }

    synchronized void close() {
      closed = true;
    }

    void runAll() {
      for (Runnable task = next(); task != null; task = next()) {
        task.run();
      }
    }
  }

  static IdlePool<EncodeScratch> scratches() {
    return new IdlePool<>(() -> new EncodeScratch(PAGES), scratch -> 1, 0);
  }

  /** Each column is encoded once, and the owner sees all of it. */
  static void eachColumnIsEncodedOnce() {
    int[] runs = new int[COLUMNS];
    Tasks tasks = new Tasks();
    together(
        () -> {
          ColumnWork work =
              new ColumnWork((column, scratch) -> runs[column]++, new long[COLUMNS], scratches());
          work.offerTo(new Crew(tasks::add, 2));
          work.finish();
          for (int column = 0; column < COLUMNS; column++) {
            require(runs[column] == 1, "column " + column + " was encoded " + runs[column] + "x");
          }
        },
        tasks::runAll,
        tasks::runAll);
    tasks.runAll();
    for (int column = 0; column < COLUMNS; column++) {
      require(runs[column] == 1, "column " + column + " was encoded " + runs[column] + "x");
    }
  }

  /** A pool of threads that closes meanwhile leaves no column out. */
  static void aPoolThatClosesLeavesNoColumnOut() {
    int[] runs = new int[COLUMNS];
    Tasks tasks = new Tasks();
    together(
        () -> {
          ColumnWork work =
              new ColumnWork((column, scratch) -> runs[column]++, new long[COLUMNS], scratches());
          work.offerTo(new Crew(tasks::add, 2));
          work.finish();
          require(runs[0] + runs[1] + runs[2] == COLUMNS, "a column was left out");
        },
        tasks::runAll,
        tasks::close);
  }

  /** When rows are given up, no helper looks at them any more. */
  static void nobodyReadsWhatWasGivenUp() {
    boolean[] givenUp = new boolean[1];
    boolean[] readAfter = new boolean[1];
    Tasks tasks = new Tasks();
    together(
        () -> {
          ColumnWork work =
              new ColumnWork(
                  (column, scratch) -> readAfter[0] |= givenUp[0], new long[COLUMNS], scratches());
          work.offerTo(new Crew(tasks::add, 2));
          work.abandon();
          givenUp[0] = true;
        },
        tasks::runAll);
    tasks.runAll();
    require(!readAfter[0], "a helper read rows that were given up");
  }

  /** What a helper throws reaches the owner, and nobody waits for ever. */
  static void whatAHelperThrowsReachesTheOwner() {
    Tasks tasks = new Tasks();
    together(
        () -> {
          ColumnWork work =
              new ColumnWork(
                  (column, scratch) -> {
                    throw new UnsupportedOperationException("column");
                  },
                  new long[COLUMNS],
                  scratches());
          work.offerTo(new Crew(tasks::add, 1));
          boolean thrown = false;
          try {
            work.finish();
          } catch (UnsupportedOperationException e) {
            thrown = true;
          }
          require(thrown, "what a column threw was lost");
        },
        tasks::runAll);
  }

  /** What was given back belongs to one taker at a time. */
  static void whatIsIdleIsTakenByOne() {
    IdlePool<int[]> pool = new IdlePool<>(() -> new int[1], thing -> 1, 10);
    pool.give(new int[1]);
    Runnable user =
        () -> {
          int[] mine = pool.take();
          require(++mine[0] == 1, "somebody else has it");
          mine[0]--;
          pool.give(mine);
        };
    together(user, user, user);
  }
}
