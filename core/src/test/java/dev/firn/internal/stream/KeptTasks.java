package dev.firn.internal.stream;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Keeps what it is to do until the test says so; then does it in order, on the test's thread. */
final class KeptTasks implements Executor {

  private final Queue<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** The process is no more. */
  void forget() {
    tasks.clear();
  }

  /** Does everything, also what comes up meanwhile. */
  void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }
}
