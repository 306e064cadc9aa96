package dev.firn.internal.stream;

import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads behind a writer: the application's, or daemon threads of the writer's own. */
final class Workers {

  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

  /** One seals, one commits, and the others encode; no thread starts before it is needed. */
  private static final int OWN_THREADS =
      Math.max(4, Math.min(8, Runtime.getRuntime().availableProcessors() + 1));

  /** How often due commits are looked for at most and at least. */
  private static final long MIN_TICK_MILLIS = 10;

  private static final long MAX_TICK_MILLIS = 1_000;

  private final Executor executor;
  private final ScheduledExecutorService scheduler;
  private final @Nullable ExecutorService ownExecutor;
  private final @Nullable ExecutorService ownScheduler;
  private @Nullable ScheduledFuture<?> ticking;

  private Workers(
      Executor executor,
      ScheduledExecutorService scheduler,
      @Nullable ExecutorService ownExecutor,
      @Nullable ExecutorService ownScheduler) {
    this.executor = executor;
    this.scheduler = scheduler;
    this.ownExecutor = ownExecutor;
    this.ownScheduler = ownScheduler;
  }

  static Workers of(WriterOptions options) {
    ExecutorService ownExecutor = null;
    Executor executor = options.executor().orElse(null);
    if (executor == null) {
      ownExecutor = pool(daemons("firn-" + options.streamId()));
      executor = ownExecutor;
    }
    ScheduledThreadPoolExecutor ownScheduler = null;
    ScheduledExecutorService scheduler = options.scheduler().orElse(null);
    if (scheduler == null) {
      ownScheduler =
          new ScheduledThreadPoolExecutor(1, daemons("firn-timer-" + options.streamId()));
      ownScheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
      scheduler = ownScheduler;
    }
    return new Workers(executor, scheduler, ownExecutor, ownScheduler);
  }

  private static ExecutorService pool(ThreadFactory threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            OWN_THREADS, OWN_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  Executor executor() {
    return executor;
  }

  ScheduledExecutorService scheduler() {
    return scheduler;
  }

  /** Lets {@code executor} do {@code work}; if it takes nothing, this thread does it, once. */
  static void start(Executor executor, Runnable work) {
    AtomicBoolean begun = new AtomicBoolean();
    Runnable once =
        () -> {
          if (begun.compareAndSet(false, true)) {
            work.run();
          }
        };
    try {
      executor.execute(once);
    } catch (RuntimeException | Error rejected) {
      LOG.debug("The executor takes nothing; working on the calling thread", rejected);
      once.run();
    }
  }

  /** Calls {@code tick} again and again, often enough for the deadlines of {@code policy}. */
  void startTicking(Runnable tick, CommitPolicy policy) {
    long interval = millis(policy.interval());
    long idle = millis(policy.idle());
    long millis =
        Math.min(interval == 0 ? Long.MAX_VALUE : interval, idle == 0 ? Long.MAX_VALUE : idle);
    long period = Math.max(MIN_TICK_MILLIS, Math.min(MAX_TICK_MILLIS, millis / 10));
    ticking = scheduler.scheduleWithFixedDelay(tick, period, period, TimeUnit.MILLISECONDS);
  }

  /** The milliseconds of {@code interval}; those of 292 years if it is longer. */
  static long millis(Duration interval) {
    return TimeUnit.NANOSECONDS.toMillis(Guard.nanos(interval));
  }

  /**
   * Ends the ticking and the threads that are the writer's own; tasks under way end by themselves.
   */
  void close() {
    if (ticking != null) {
      ticking.cancel(false);
    }
    if (ownExecutor != null) {
      ownExecutor.shutdown();
    }
    if (ownScheduler != null) {
      ownScheduler.shutdown();
    }
  }
}
