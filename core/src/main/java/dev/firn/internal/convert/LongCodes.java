package dev.firn.internal.convert;

import java.util.Arrays;

/** Numbers distinct longs 0, 1, 2, ... in order of first appearance. Open addressing; hot. */
final class LongCodes {

  private static final int INITIAL_SLOTS = 64;

  /** Code + 1 of the key that hashes here, 0 when free; a power of two, at most half full. */
  private int[] table = new int[INITIAL_SLOTS];

  private long[] keys = new long[INITIAL_SLOTS / 2];
  private int size;

  int size() {
    return size;
  }

  /** The key of a code. */
  long key(int code) {
    return keys[code];
  }

  /** The code of a key, a new one if it is seen for the first time. */
  int code(long key) {
    int mask = table.length - 1;
    int slot = spread(key) & mask;
    while (table[slot] != 0) {
      int code = table[slot] - 1;
      if (keys[code] == key) {
        return code;
      }
      slot = (slot + 1) & mask;
    }
    return add(key, slot);
  }

  private int add(long key, int slot) {
    if (size == keys.length) {
      grow();
      return code(key);
    }
    keys[size] = key;
    table[slot] = ++size;
    return size - 1;
  }

  private void grow() {
    int[] larger = new int[table.length * 2];
    keys = Arrays.copyOf(keys, larger.length / 2);
    for (int code = 0; code < size; code++) {
      int slot = spread(keys[code]) & (larger.length - 1);
      while (larger[slot] != 0) {
        slot = (slot + 1) & (larger.length - 1);
      }
      larger[slot] = code + 1;
    }
    table = larger;
  }

  private static int spread(long key) {
    long h = key * 0x9E3779B97F4A7C15L; // 2^64 by the golden ratio: the high bits mix best
    return (int) (h >>> 32);
  }

  long heapBytes() {
    return 4L * table.length + 8L * keys.length;
  }
}
