package dev.firn.internal.keys;

/**
 * Where an index asks for heap before it takes it. Called by every thread that writes to the index,
 * once for each growth of a shard.
 */
public interface IndexMemory {

  /** Counts {@code bytes}, if there is room for them. */
  boolean tryReserve(long bytes);

  /** Counts {@code bytes} that cannot wait, over the limit if need be; hundreds, not more. */
  void charge(long bytes);

  /** Gives {@code bytes} back. */
  void release(long bytes);

  /** How many bytes there may be at most, for those who are refused. */
  long limitBytes();
}
