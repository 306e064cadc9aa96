package dev.firn.internal.ingest;

import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.FirnException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Files that are sealed before the cut, since they are full or memory is short: sealed already,
 * being sealed, or waiting for it.
 */
final class EarlySeals {

  private final Executor sealers;
  private List<SealTask> tasks = new ArrayList<>();

  /** What the tasks held when they were handed to the sealers. */
  private long bytes;

  EarlySeals(Executor sealers) {
    this.sealers = sealers;
  }

  /** Hands a file that holds {@code held} bytes to the sealers. */
  void add(SealTask task, long held) {
    tasks.add(task);
    bytes += held;
    start(task);
  }

  /** Bytes that all of them held in the beginning. */
  long bytes() {
    return bytes;
  }

  /** Bytes that will come free when all are sealed. */
  long bytesOnTheWay() {
    long total = 0;
    for (SealTask task : tasks) {
      total += task.charged();
    }
    return total;
  }

  /** Files that could not be written are tried once more. */
  void tryAgain() {
    for (SealTask task : tasks) {
      if (task.mayTryAgain()) {
        start(task);
      }
    }
  }

  /** If memory is full because files cannot be written, that is what the caller must hear. */
  RuntimeException reasonFor(BufferFullException full) {
    for (SealTask task : tasks) {
      FirnException failure = task.failure();
      if (failure != null) {
        return failure;
      }
    }
    return full;
  }

  /** Hands all on to the caller. */
  List<SealTask> takeAll() {
    List<SealTask> all = tasks;
    tasks = new ArrayList<>();
    bytes = 0;
    return all;
  }

  private void start(SealTask task) {
    try {
      sealers.execute(() -> sealQuietly(task));
    } catch (RuntimeException e) {
      sealQuietly(task); // the executor takes nothing, it may be closing
    }
  }

  private static void sealQuietly(SealTask task) {
    try {
      if (!task.isDropped()) {
        task.seal();
      }
    } catch (RuntimeException e) {
      // Sealed again with the cut, or by the append that runs out of memory; reported there.
      TableStager.LOG.warn("Could not seal a file early, will try again: {}", e.getMessage());
    }
  }
}
