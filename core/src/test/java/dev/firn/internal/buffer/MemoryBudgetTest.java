package dev.firn.internal.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.WriterInterruptedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MemoryBudgetTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void whatFitsIsTakenAtOnceAndWhatDoesNotIsRefused() {
    MemoryBudget budget = new MemoryBudget(100);
    assertThat(budget.tryReserve(60)).isTrue();
    assertThat(budget.reserve(40, Duration.ZERO)).isZero();
    assertThat(budget.tryReserve(1)).isFalse();
    assertThat(budget.tryReserve(0)).isTrue();
    assertThat(budget.used()).isEqualTo(100);
    budget.release(100);
    assertThat(budget.used()).isZero();
    assertThat(budget.limit()).isEqualTo(100);
  }

  @Test
  void aRequestLargerThanTheLimitIsLetThroughAlone() {
    MemoryBudget budget = new MemoryBudget(100);
    budget.reserve(1, LONG);
    assertThat(budget.tryReserve(1000)).isFalse();
    budget.release(1);
    assertThat(budget.tryReserve(Long.MAX_VALUE / 2)).isTrue();
    assertThat(budget.tryReserve(1)).isFalse();
  }

  @Test
  void fullMeansATypedExceptionAfterTheDeadlineAndNothingTaken() {
    MemoryBudget budget = new MemoryBudget(100);
    budget.reserve(90, LONG);
    long start = System.nanoTime();
    assertThatThrownBy(() -> budget.reserve(11, Duration.ofMillis(30)))
        .isInstanceOf(BufferFullException.class)
        .hasMessageContaining("no room for 11 bytes")
        .hasMessageContaining("90 of 100 bytes are held")
        .satisfies(
            e -> {
              assertThat(((BufferFullException) e).limitBytes()).isEqualTo(100);
              assertThat(((BufferFullException) e).waited()).isGreaterThan(Duration.ofMillis(29));
            });
    assertThat(System.nanoTime() - start).isGreaterThan(29_000_000);
    assertThat(budget.used()).isEqualTo(90);
    // Who gave up stands in nobody's way.
    assertThat(budget.tryReserve(10)).isTrue();
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() throws Exception {
    MemoryBudget budget = new MemoryBudget(100);
    budget.reserve(100, LONG);
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread waiter =
        new Thread(
            () -> {
              try {
                budget.reserve(1, LONG);
                flag.complete(false);
              } catch (WriterInterruptedException e) {
                flag.complete(Thread.currentThread().isInterrupted());
              }
            });
    waiter.start();
    waiter.interrupt();
    assertThat(flag.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(budget.used()).isEqualTo(100);
    budget.release(100);
    assertThat(budget.tryReserve(100)).isTrue();
  }

  @Test
  void nobodyOvertakesWhoWaits() throws Exception {
    MemoryBudget budget = new MemoryBudget(100);
    budget.reserve(80, LONG);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Thread large = waiter(budget, 100, "large", order);
    awaitWaiting(large);
    Thread small = waiter(budget, 1, "small", order);
    awaitWaiting(small);
    assertThat(budget.tryReserve(1)).as("there is room, but the large one waits for it").isFalse();
    budget.release(80);
    large.join();
    assertThat(order).containsExactly("large");
    budget.release(100);
    small.join();
    assertThat(order).containsExactly("large", "small");
    assertThat(budget.used()).isEqualTo(1);
  }

  private static Thread waiter(MemoryBudget budget, long bytes, String name, List<String> order) {
    Thread thread =
        new Thread(
            () -> {
              assertThat(budget.reserve(bytes, LONG)).isPositive();
              order.add(name);
            });
    thread.start();
    return thread;
  }

  /** A waiter is in the queue when its thread is parked. */
  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aWaiterThatGivesUpLetsTheNextOneGo() throws Exception {
    MemoryBudget budget = new MemoryBudget(100);
    budget.reserve(80, LONG);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch gaveUp = new CountDownLatch(1);
    Thread large =
        new Thread(
            () -> {
              try {
                budget.reserve(100, LONG);
              } catch (WriterInterruptedException e) {
                gaveUp.countDown();
              }
            });
    large.start();
    awaitWaiting(large);
    Thread small = waiter(budget, 20, "small", order);
    awaitWaiting(small);
    large.interrupt();
    assertThat(gaveUp.await(10, TimeUnit.SECONDS)).isTrue();
    small.join();
    assertThat(order).containsExactly("small");
    assertThat(budget.used()).isEqualTo(100);
  }

  @Test
  void whatIsTakenAlreadyIsCountedOverTheLimit() {
    MemoryBudget budget = new MemoryBudget(100);
    budget.charge(150);
    assertThat(budget.used()).isEqualTo(150);
    assertThat(budget.tryReserve(1)).isFalse();
    budget.release(60);
    assertThat(budget.tryReserve(10)).isTrue();
  }

  @Test
  void mistakesAreRefused() {
    assertThatThrownBy(() -> new MemoryBudget(0)).isInstanceOf(IllegalArgumentException.class);
    MemoryBudget budget = new MemoryBudget(10);
    assertThatThrownBy(() -> budget.tryReserve(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> budget.release(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("released 1 bytes of memory, but only 0 are held");
  }

  @Test
  void manyThreadsNeverHoldMoreThanTheLimit() throws Exception {
    MemoryBudget budget = new MemoryBudget(1000);
    AtomicLong held = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      long seed = t;
      all.add(
          CompletableFuture.runAsync(
              () -> {
                Random random = new Random(seed);
                for (int i = 0; i < 5_000; i++) {
                  long bytes = random.nextInt(600);
                  budget.reserve(bytes, LONG);
                  assertThat(held.addAndGet(bytes)).isLessThanOrEqualTo(1000);
                  held.addAndGet(-bytes);
                  budget.release(bytes);
                }
              },
              threads));
    }
    for (CompletableFuture<Void> one : all) {
      one.get(25, TimeUnit.SECONDS);
    }
    threads.shutdown();
    assertThat(budget.used()).isZero();
  }
}
