package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How the bytes of a {@link TieredIndex} are shared out. What runs need, their filters and
 * directories, they get; deltas have equal shares of the rest. An eighth of all is left free, for
 * what is old and new at the same time while a delta grows or runs are merged. Thread-safe.
 */
final class TieredMemory {

  /**
   * Of all bytes, what deltas must have at least: with less, runs would be many and small, and each
   * key written again and again.
   */
  private static final int LEAST_FRACTION = 8;

  private static final int FREE_FRACTION = 8;

  private final ShardMemory memory;
  private final long limit;
  private final AtomicLong runBytes = new AtomicLong();

  TieredMemory(ShardMemory memory) {
    this.memory = memory;
    this.limit = memory.limitBytes();
  }

  /** Bytes that one delta may take. */
  long share() {
    return left() / KeyIndex.SHARDS;
  }

  private long left() {
    return limit - limit / FREE_FRACTION - runBytes.get();
  }

  /**
   * Sees that deltas have what they must.
   *
   * @throws IndexFullException if runs have left them less
   */
  void requireShares() {
    long missing = limit / LEAST_FRACTION - left();
    if (missing > 0) {
      // Of each byte more an eighth would be free, and an eighth more asked for deltas.
      throw full(missing * 4 / 3 + 1);
    }
  }

  private IndexFullException full(long needed) {
    return new IndexFullException(
        "The key index holds "
            + memory.held()
            + " bytes and needs "
            + needed
            + " more, for of its limit of "
            + limit
            + " what it keeps of its files has left too little. Raise indexMemoryLimitBytes by that"
            + " much at least; an index with a directory takes about 3 bytes for each key, and a"
            + " third as much again to work with.",
        needed,
        memory.held(),
        limit);
  }

  /**
   * Takes bytes for a run.
   *
   * @throws IndexFullException if they are refused
   */
  void reserve(long bytes) {
    memory.reserve(bytes);
    runBytes.addAndGet(bytes);
  }

  /** Gives the bytes of a run back. */
  void release(long bytes) {
    memory.release(bytes);
    runBytes.addAndGet(-bytes);
  }
}
