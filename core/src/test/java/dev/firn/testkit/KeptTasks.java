package dev.firn.testkit;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Keeps what it is to do until the test says so; then does it in order, on the test's thread. */
public final class KeptTasks implements Executor {

  private final Queue<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** The process is no more. */
  public void forget() {
    tasks.clear();
  }

  /** Does everything, also what comes up meanwhile. */
  public void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }
}
