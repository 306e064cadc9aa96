package dev.firn.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.internal.parquet.ColumnSettings;
import dev.firn.internal.parquet.PageScratch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every column is worked on once, whoever comes and whenever. */
@Timeout(60)
class ColumnWorkTest {

  private static final int COLUMNS = 20;

  private final IdlePool<EncodeScratch> scratches =
      new IdlePool<>(
          () ->
              new EncodeScratch(
                  new PageScratch(CompressionCodecName.UNCOMPRESSED, ColumnSettings.DEFAULT_LEVEL)),
          EncodeScratch::heapBytes,
          Long.MAX_VALUE);
  private final AtomicIntegerArray runs = new AtomicIntegerArray(COLUMNS);
  private final ExecutorService pool = Executors.newFixedThreadPool(3);

  @AfterEach
  void closePool() {
    pool.shutdownNow();
  }

  @Test
  void helpersAndOwnerShareTheColumns() {
    Crew crew = new Crew(pool, 3);
    for (int round = 0; round < 2_000; round++) {
      ColumnWork work = work(new long[COLUMNS]);
      work.offerTo(crew);
      work.finish();
      for (int column = 0; column < COLUMNS; column++) {
        assertThat(runs.get(column)).as("round %s", round).isEqualTo(round + 1);
      }
    }
  }

  @Test
  void theOwnerDoesItAllWhenNobodyComes() {
    ColumnWork work = work(new long[COLUMNS]);
    work.offerTo(new Crew(task -> {}, 3));
    work.finish();

    assertAllRanOnce();
  }

  @Test
  void theOwnerDoesItAllWhenTheExecutorIsClosed() {
    ColumnWork work = work(new long[COLUMNS]);
    work.offerTo(
        new Crew(
            task -> {
              throw new RejectedExecutionException("closed");
            },
            3));
    work.finish();

    assertAllRanOnce();
  }

  @Test
  void anExecutorOfTheCallingThreadDefersTheWork() {
    ColumnWork work = work(new long[COLUMNS]);
    work.offerTo(new Crew(Runnable::run, 3));
    assertThat(runs.get(0)).isZero();
    work.finish();

    assertAllRanOnce();
  }

  @Test
  void aHelperQueuesAgainAfterEachColumnSoThatOthersHaveTheirTurn() throws Exception {
    Deque<Runnable> queue = new ArrayDeque<>();
    List<String> turns = Collections.synchronizedList(new ArrayList<>());
    Crew crew = new Crew(queue::addLast, 1);
    ColumnWork wide = new ColumnWork((i, s) -> turns.add("wide"), new long[3], scratches);
    ColumnWork narrow = new ColumnWork((i, s) -> turns.add("narrow"), new long[1], scratches);
    wide.offerTo(crew);
    narrow.offerTo(crew);

    Thread helper =
        new Thread(
            () -> {
              while (!queue.isEmpty()) {
                queue.pollFirst().run();
              }
            });
    helper.start();
    helper.join();

    assertThat(turns).containsExactly("wide", "narrow", "wide", "wide");
  }

  @Test
  void theDearestColumnsGoFirst() {
    List<Integer> order = new ArrayList<>();
    long[] nanos = {5, 70, 0, 70, 900};
    ColumnWork work = new ColumnWork((column, scratch) -> order.add(column), nanos, scratches);
    work.finish();

    assertThat(order).containsExactly(4, 1, 3, 0, 2);
    assertThat(nanos[2]).isPositive();
  }

  @Test
  void whatAHelperThrowsIsThrownToTheOwnerAgainAndAgain() throws Exception {
    CountDownLatch thrown = new CountDownLatch(1);
    Thread owner = Thread.currentThread();
    ColumnWork work =
        new ColumnWork(
            (column, scratch) -> {
              if (Thread.currentThread() != owner) {
                thrown.countDown();
                throw new IllegalStateException("column " + column);
              }
            },
            new long[COLUMNS],
            scratches);
    work.offerTo(new Crew(pool, 1));
    assertThat(thrown.await(30, TimeUnit.SECONDS)).isTrue();

    assertThatThrownBy(work::finish).hasMessage("column 0");
    assertThatThrownBy(work::finish).hasMessage("column 0");
  }

  @Test
  void abandonedWorkEndsWithTheColumnUnderWay() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    ColumnWork work =
        new ColumnWork(
            (column, scratch) -> {
              runs.incrementAndGet(column);
              begun.countDown();
              awaitQuietly(mayEnd);
            },
            new long[COLUMNS],
            scratches);
    work.offerTo(new Crew(pool, 1));
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    Thread waiting = new Thread(work::abandon);
    waiting.start();
    waiting.join(50);
    assertThat(waiting.isAlive()).isTrue();
    mayEnd.countDown();
    waiting.join();

    int total = 0;
    for (int column = 0; column < COLUMNS; column++) {
      total += runs.get(column);
    }
    assertThat(total).isEqualTo(1);
  }

  private ColumnWork work(long[] nanos) {
    return new ColumnWork((column, scratch) -> runs.incrementAndGet(column), nanos, scratches);
  }

  private void assertAllRanOnce() {
    for (int column = 0; column < COLUMNS; column++) {
      assertThat(runs.get(column)).isEqualTo(1);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
