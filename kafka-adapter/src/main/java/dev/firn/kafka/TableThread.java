package dev.firn.kafka;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The second thread of a loop: does what waits for the table or the cluster, in order. Each piece
 * of work ends with what is to be done after it on the polling thread, which alone calls this.
 */
final class TableThread implements AutoCloseable {

  private final ExecutorService executor;
  private @Nullable Future<Runnable> work;

  TableThread(String name) {
    this.executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Whether there is work whose end was not dealt with. */
  boolean isBusy() {
    return work != null;
  }

  /** Begins with {@code slow}. What earlier work would have left to do is left undone. */
  void begin(Callable<Runnable> slow) {
    work = executor.submit(slow);
  }

  /**
   * Does what work has left to do, if it has ended.
   *
   * @throws ExecutionException with what the work threw
   */
  void finish() throws ExecutionException {
    Future<Runnable> done = work;
    if (done == null || !done.isDone()) {
      return;
    }
    work = null;
    try {
      done.get().run();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Waits until work has ended, if there is any; {@link #finish} then deals with it. */
  void awaitWork(Duration patience) throws ExecutionException, TimeoutException {
    if (work != null) {
      await(() -> {}, patience);
    }
  }

  /**
   * Does {@code slow} behind what is under way, and waits for it. When time runs out it goes on
   * without being waited for.
   */
  void await(Runnable slow, Duration patience) throws ExecutionException, TimeoutException {
    try {
      executor.submit(slow).get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Takes no more work; what is under way is finished. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
