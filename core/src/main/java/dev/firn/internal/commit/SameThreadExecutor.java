package dev.firn.internal.commit;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs a task where it is submitted. Iceberg waits for pools by polling every 10 ms, which costs a
 * small commit more than its work; tasks that are done when they are submitted never wait.
 */
final class SameThreadExecutor extends AbstractExecutorService {

  static final SameThreadExecutor INSTANCE = new SameThreadExecutor();

  private SameThreadExecutor() {}

  /**
   * Whether files at {@code location} are read faster by the thread that asks than by a pool: they
   * are local. On remote storage each read waits for the network, and Iceberg's own pool pays.
   */
  static boolean suits(String location) {
    return location.startsWith("/") || location.startsWith("file:");
  }

  @Override
  public void execute(Runnable task) {
    task.run();
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
