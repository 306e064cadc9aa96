package dev.firn.internal.keys;

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
      throw new IndexFullException(bytes, held.get());
    }
    held.addAndGet(bytes);
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

  long held() {
    return held.get();
  }
}
