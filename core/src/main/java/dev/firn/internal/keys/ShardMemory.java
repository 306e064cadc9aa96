package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;
import java.util.concurrent.atomic.AtomicLong;

/** The bytes that an index holds, told to its {@link IndexMemory}. Shared by all shards. */
final class ShardMemory {

  private final IndexMemory memory;
  private final AtomicLong held = new AtomicLong();

  ShardMemory(IndexMemory memory) {
    this.memory = memory;
  }

  /**
   * Asks for {@code bytes}.
   *
   * @throws IndexFullException if they are refused
   */
  void reserve(long bytes) {
    if (!memory.tryReserve(bytes)) {
      throw full(bytes);
    }
    held.addAndGet(bytes);
  }

  private IndexFullException full(long needed) {
    long holds = held.get();
    return new IndexFullException(
        "The key index holds "
            + holds
            + " bytes and needs "
            + needed
            + " more, which its limit of "
            + memory.limitBytes()
            + " does not allow. Raise indexMemoryLimitBytes by that much at least (a key of up to 8"
            + " bytes takes about 24, a longer one 36), or give the index a directory:"
            + " indexDirectory.",
        needed,
        holds,
        memory.limitBytes());
  }

  /** Takes {@code bytes} without asking. */
  void charge(long bytes) {
    memory.charge(bytes);
    held.addAndGet(bytes);
  }

  void release(long bytes) {
    memory.release(bytes);
    held.addAndGet(-bytes);
  }

  /** As {@link IndexMemory#limitBytes}. */
  long limitBytes() {
    return memory.limitBytes();
  }

  long held() {
    return held.get();
  }
}
