package dev.firn.internal.keys;

/** Memory that counts what is held of it, and refuses beyond its limit. */
final class CountedMemory implements IndexMemory {

  private long limit = Long.MAX_VALUE;
  private long held;
  private long highest;

  @Override
  public synchronized boolean tryReserve(long bytes) {
    if (bytes > limit - held) {
      return false;
    }
    charge(bytes);
    return true;
  }

  @Override
  public synchronized void charge(long bytes) {
    held += bytes;
    highest = Math.max(highest, held);
  }

  @Override
  public synchronized void release(long bytes) {
    if (bytes > held) {
      throw new IllegalStateException("released " + bytes + " of " + held);
    }
    held -= bytes;
  }

  @Override
  public synchronized long limitBytes() {
    return limit;
  }

  synchronized void limit(long bytes) {
    limit = bytes;
  }

  synchronized long held() {
    return held;
  }

  synchronized long highest() {
    return highest;
  }
}
