package dev.firn.proofs.races;

import java.util.List;
import java.util.stream.Stream;

/** Threads that begin together and are waited for. */
public final class Race {

  private Race() {}

  /** Runs all parts, each on a thread of its own; what one of them throws is thrown on. */
  public static void together(Runnable... parts) {
    List<Racer> racers = Stream.of(parts).map(Racer::new).toList();
    racers.forEach(Thread::start);
    racers.forEach(Racer::finish);
  }

  /** Fails with {@code what} unless {@code holds}. Plain, for it runs under the model checker. */
  public static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }

  private static final class Racer extends Thread {
    private final Runnable part;
    private RuntimeException thrown;

    Racer(Runnable part) {
      this.part = part;
    }

    @Override
    public void run() {
      try {
        part.run();
      } catch (RuntimeException e) {
        thrown = e;
      }
    }

    void finish() {
      try {
        join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (thrown != null) {
        throw thrown;
      }
    }
  }
}
