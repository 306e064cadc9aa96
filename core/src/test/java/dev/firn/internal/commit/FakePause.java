package dev.firn.internal.commit;

import java.time.Duration;

/** A pause that takes no time: the clock of deadlines jumps, and others may work meanwhile. */
final class FakePause implements Pause {

  private long now;
  private int sleeps;
  private Runnable meanwhile = () -> {};

  /** What happens while a committer waits. */
  FakePause meanwhile(Runnable others) {
    meanwhile = others;
    return this;
  }

  int sleeps() {
    return sleeps;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    sleeps++;
    now += duration.toNanos();
    meanwhile.run();
  }
}
