package dev.firn.proofs.catalogs;

import java.util.concurrent.atomic.AtomicInteger;

/** One fault at one commit, and what others do while its answer is on its way. */
final class Strike {

  final Fault fault;

  private final Runnable meanwhile;
  private final AtomicInteger struck = new AtomicInteger();
  private volatile Throwable trouble;

  Strike(Fault fault, Runnable meanwhile) {
    this.fault = fault;
    this.meanwhile = meanwhile;
  }

  /** The others' turn; called by the catalog's side once. */
  void meanwhile() {
    struck.incrementAndGet();
    try {
      meanwhile.run();
    } catch (RuntimeException | Error e) {
      trouble = e;
      throw e;
    }
  }

  /** Fails if the fault did not happen, or the others could not do their part. */
  void requireDone() {
    if (struck.get() != 1 || trouble != null) {
      throw new AssertionError(fault + " struck " + struck.get() + " times", trouble);
    }
  }
}
