package dev.firn.internal.resolve;

import dev.firn.internal.keys.IndexMemory;
import java.util.concurrent.atomic.AtomicLong;

/** The heap that an index may take. Thread-safe. */
final class IndexBudget implements IndexMemory {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  IndexBudget(long limitBytes) {
    this.limit = limitBytes;
  }

  @Override
  public boolean tryReserve(long bytes) {
    long before = used.getAndUpdate(now -> now + bytes <= limit ? now + bytes : now);
    return before + bytes <= limit;
  }

  @Override
  public void charge(long bytes) {
    used.addAndGet(bytes);
  }

  @Override
  public void release(long bytes) {
    used.addAndGet(-bytes);
  }

  @Override
  public long limitBytes() {
    return limit;
  }
}
