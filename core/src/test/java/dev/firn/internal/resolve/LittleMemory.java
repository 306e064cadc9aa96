package dev.firn.internal.resolve;

import dev.firn.internal.keys.IndexMemory;

/** An index is told that there is hardly any memory, and gets what it asks for all the same. */
final class LittleMemory extends KeyedParts {

  /** So little that what a shard begins with is too large for the next load. */
  private static final long TOLD_BYTES = 24 << 10;

  @Override
  IndexMemory memory(long limitBytes) {
    IndexMemory memory = super.memory(limitBytes);
    return new IndexMemory() {
      @Override
      public boolean tryReserve(long bytes) {
        return memory.tryReserve(bytes);
      }

      @Override
      public void charge(long bytes) {
        memory.charge(bytes);
      }

      @Override
      public void release(long bytes) {
        memory.release(bytes);
      }

      @Override
      public long limitBytes() {
        return TOLD_BYTES;
      }
    };
  }
}
