package dev.firn.internal.encode;

import dev.firn.internal.parquet.PageScratch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Lends scratches to threads, so that there are as many as threads that encode at once and not as
 * many as open files. Thread-safe.
 *
 * <p>A scratch holds a few pages, uncompressed and compressed: about 2 to 4 MB with pages of 1 MiB.
 */
final class ScratchPool {

  /** More idle ones than this are dropped: no more threads than this can run anyway. */
  private static final int MOST_IDLE = Runtime.getRuntime().availableProcessors();

  /** One that a freak batch made larger is dropped, for what is idle is in nobody's budget. */
  private static final long LARGEST_KEPT_BYTES = 16L << 20;

  private final Supplier<PageScratch> newPages;
  private final Deque<EncodeScratch> idle = new ArrayDeque<>();

  ScratchPool(Supplier<PageScratch> newPages) {
    this.newPages = newPages;
  }

  EncodeScratch take() {
    EncodeScratch scratch;
    synchronized (idle) {
      scratch = idle.pollLast();
    }
    return scratch != null ? scratch : new EncodeScratch(newPages.get());
  }

  void give(EncodeScratch scratch) {
    boolean keep = scratch.heapBytes() <= LARGEST_KEPT_BYTES;
    synchronized (idle) {
      if (keep && idle.size() < MOST_IDLE) {
        idle.addLast(scratch);
      }
    }
  }
}
