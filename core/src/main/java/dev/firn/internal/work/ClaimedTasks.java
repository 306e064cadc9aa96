package dev.firn.internal.work;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that do not know each other, done by whoever has time: helpers, and the one who needs them.
 * Each is claimed by one. So it does no harm if no helper comes, or too late, or if all of their
 * threads wait for tasks of their own.
 */
public final class ClaimedTasks {

  private final int count;
  private final IntConsumer task;
  private final AtomicInteger claimed = new AtomicInteger();
  private final CountDownLatch left;
  private volatile @Nullable Throwable failure;

  private ClaimedTasks(int count, IntConsumer task) {
    this.count = count;
    this.task = task;
    this.left = new CountDownLatch(count);
  }

  /**
   * Runs {@code task} for every number below {@code count}; returns when none is under way.
   *
   * @param helpers who may help; null for nobody
   * @param mostHelpers how many are asked at most
   * @throws RuntimeException what one of them has thrown; then some were not begun
   */
  public static void run(int count, IntConsumer task, @Nullable Executor helpers, int mostHelpers) {
    ClaimedTasks tasks = new ClaimedTasks(count, task);
    if (helpers != null) {
      tasks.ask(helpers, mostHelpers);
    }
    tasks.work();
    tasks.await();
    Throwable thrown = tasks.failure;
    if (thrown instanceof Error error) {
      throw error;
    } else if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private void ask(Executor helpers, int mostHelpers) {
    try {
      for (int i = 1; i < Math.min(count, mostHelpers + 1); i++) {
        helpers.execute(this::work);
      }
    } catch (RejectedExecutionException e) {
      // Then fewer help.
    }
  }

  private void work() {
    for (int i = claimed.getAndIncrement(); i < count; i = claimed.getAndIncrement()) {
      try {
        if (failure == null) {
          task.accept(i);
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      } finally {
        left.countDown();
      }
    }
  }

  /** Not for long: who has claimed a task is at it. */
  private void await() {
    boolean interrupted = false;
    while (left.getCount() > 0) {
      try {
        left.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
