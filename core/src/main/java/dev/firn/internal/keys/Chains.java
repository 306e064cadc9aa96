package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;
import java.util.Arrays;

/**
 * The locations of keys that a table has more than once, as chains in two arrays: any number of
 * keys with any number of rows each cost 12 bytes a row, and adding one costs the same whether a
 * key has two rows or millions (a table that is no table of such a key). Nodes that are given back
 * form a chain of their own.
 */
final class Chains {

  /** The end of every chain. */
  static final int END = -1;

  private static final int NODE_BYTES = Long.BYTES + Integer.BYTES;

  private final ShardMemory memory;
  private long[] locations = {};
  private int[] next = {};
  private int used;
  private int vacant = END;

  Chains(ShardMemory memory) {
    this.memory = memory;
  }

  /**
   * Puts a location before a chain.
   *
   * @return the chain's new first node
   * @throws IndexFullException if there is no memory for it; nothing has changed
   */
  int push(long location, int chain) {
    int node = vacant;
    if (node == END) {
      if (used == next.length) {
        grow();
      }
      node = used++;
    } else {
      vacant = next[node];
    }
    locations[node] = location;
    next[node] = chain;
    return node;
  }

  private void grow() {
    int capacity = Math.max(16, Math.addExact(used, used >> 2));
    memory.reserve((long) capacity * NODE_BYTES);
    long before = heapBytes();
    locations = Arrays.copyOf(locations, capacity);
    next = Arrays.copyOf(next, capacity);
    memory.release(before);
  }

  /** Gives one node back. */
  void drop(int node) {
    next[node] = vacant;
    vacant = node;
  }

  long location(int node) {
    return locations[node];
  }

  int next(int node) {
    return next[node];
  }

  /** Nodes in use, counted one by one. For tests. */
  int size() {
    int size = used;
    for (int node = vacant; node != END; node = next[node]) {
      size--;
    }
    return size;
  }

  long heapBytes() {
    return (long) next.length * NODE_BYTES;
  }

  void clear() {
    memory.release(heapBytes());
    locations = new long[0];
    next = new int[0];
    used = 0;
    vacant = END;
  }
}
