package dev.firn.internal.commit;

import java.time.Duration;

/** How the commit path measures deadlines and waits between attempts; tests bring their own. */
interface Pause {

  /** The monotonic clock of deadlines. */
  long nanoTime();

  /** Waits; ends early with an exception when the thread is interrupted. */
  void sleep(Duration duration) throws InterruptedException;

  /** The machine's. */
  static Pause system() {
    return SystemPause.INSTANCE;
  }

  /** {@link System#nanoTime()} and {@link Thread#sleep(long)}. */
  enum SystemPause implements Pause {
    INSTANCE;

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
    }
  }
}
