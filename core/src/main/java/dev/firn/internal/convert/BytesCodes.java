package dev.firn.internal.convert;

import java.util.Arrays;

/** Numbers distinct byte strings 0, 1, 2, ... in order of first appearance. Hot. */
final class BytesCodes {

  private static final int INITIAL_SLOTS = 64;

  /** Code + 1 of the key that hashes here, 0 when free; a power of two, at most half full. */
  private int[] table = new int[INITIAL_SLOTS];

  private int[] hashes = new int[INITIAL_SLOTS / 2];

  /** Where each key ends in {@link #bytes}; it begins where the one before ends. */
  private int[] ends = new int[INITIAL_SLOTS / 2];

  private byte[] bytes = {};
  private int size;

  int size() {
    return size;
  }

  /** The bytes of all keys. Not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  int start(int code) {
    return code == 0 ? 0 : ends[code - 1];
  }

  int end(int code) {
    return ends[code];
  }

  boolean equals(int code, byte[] from, int start, int end) {
    return Arrays.equals(bytes, start(code), ends[code], from, start, end);
  }

  /** The code of the key {@code from[start..end)}, a new one if it is seen for the first time. */
  int code(byte[] from, int start, int end) {
    int hash = Murmur3.hash(from, start, end);
    int mask = table.length - 1;
    int slot = hash & mask;
    while (table[slot] != 0) {
      int code = table[slot] - 1;
      if (hashes[code] == hash && equals(code, from, start, end)) {
        return code;
      }
      slot = (slot + 1) & mask;
    }
    if (size == ends.length) {
      grow();
      return code(from, start, end);
    }
    int length = end - start;
    int used = size == 0 ? 0 : ends[size - 1];
    if (used + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(used, length), bytes.length * 2));
    }
    System.arraycopy(from, start, bytes, used, length);
    ends[size] = used + length;
    hashes[size] = hash;
    table[slot] = ++size;
    return size - 1;
  }

  private void grow() {
    int[] larger = new int[table.length * 2];
    hashes = Arrays.copyOf(hashes, larger.length / 2);
    ends = Arrays.copyOf(ends, larger.length / 2);
    for (int code = 0; code < size; code++) {
      int slot = hashes[code] & (larger.length - 1);
      while (larger[slot] != 0) {
        slot = (slot + 1) & (larger.length - 1);
      }
      larger[slot] = code + 1;
    }
    table = larger;
  }

  long heapBytes() {
    return 4L * table.length + 4L * hashes.length + 4L * ends.length + bytes.length;
  }
}
