package dev.firn.internal.encode;

import java.util.concurrent.Executor;

/**
 * Threads that may help whoever encodes. They need not come, or not in time: what no helper has
 * begun is done by the one who waits for it.
 *
 * @param executor runs them; may be shared with other files and writers, and with other work
 * @param count how many may work on one file at once, none if 0
 */
public record Crew(Executor executor, int count) {

  /** More than this cannot be fed: filling columns costs a tenth of encoding them. */
  private static final int MOST = 7;

  /** Nobody helps. */
  public static Crew none() {
    return new Crew(Runnable::run, 0);
  }

  /**
   * As many as there are other processors; none on one processor, where they only would be in the
   * way.
   */
  public static Crew on(Executor executor) {
    return new Crew(executor, Math.min(MOST, Runtime.getRuntime().availableProcessors() - 1));
  }
}
