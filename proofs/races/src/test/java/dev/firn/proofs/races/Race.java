package dev.firn.proofs.races;

/** Threads that begin together and are waited for. */
public final class Race {

  private Race() {}

  /** Runs all parts, each on a thread of its own; what one of them throws is thrown on. */
  public static void together(Runnable... parts) {
    Throwable[] thrown = new Throwable[parts.length];
    Thread[] threads = new Thread[parts.length];
    for (int i = 0; i < parts.length; i++) {
      int part = i;
      threads[i] =
          new Thread(
              () -> {
                try {
                  parts[part].run();
                } catch (RuntimeException | Error e) {
                  thrown[part] = e;
                }
              });
    }
    for (Thread thread : threads) {
      thread.start();
    }
    for (Thread thread : threads) {
      join(thread);
    }
    for (Throwable e : thrown) {
      if (e != null) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Waits for {@code thread} to end. */
  public static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Fails with {@code what} unless {@code holds}. Plain, for it runs under the model checker. */
  public static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }
}
