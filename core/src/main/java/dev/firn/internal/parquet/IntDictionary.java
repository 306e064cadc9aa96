package dev.firn.internal.parquet;

import java.util.Arrays;

/**
 * Codes of the distinct 32-bit values of a column chunk, in order of arrival. Hot.
 *
 * <p>An open table of longs, at most half full: the value in the upper half of a slot, its code
 * plus one in the lower; 0 is a free slot. So a look-up touches one array and one cache line. The
 * hash is the upper bits of a multiplication by the golden ratio, which spreads runs of numbers
 * evenly.
 */
final class IntDictionary {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** Small: there may be thousands of column chunks with few rows each. */
  private static final int INITIAL_BITS = 6;

  private long[] table = {};
  private int shift = Long.SIZE;
  private int[] values = {};
  private int size;

  int size() {
    return size;
  }

  /** The value of each code. */
  int[] values() {
    return values;
  }

  /** Sets {@code codes[at..]} to the codes of {@code source[from..from + count)}. */
  void look(int[] source, int from, int count, int[] codes, int at) {
    if (table.length == 0) {
      rehash(INITIAL_BITS);
    }
    long[] slots = table;
    int mask = slots.length - 1;
    int high = shift;
    for (int i = 0; i < count; i++) {
      int value = source[from + i];
      int slot = (int) ((value * GOLDEN) >>> high);
      long entry;
      while ((entry = slots[slot]) != 0 && (int) (entry >>> 32) != value) {
        slot = slot + 1 & mask;
      }
      if (entry == 0) {
        entry = insert(slot, value);
        slots = table;
        mask = slots.length - 1;
        high = shift;
      }
      codes[at + i] = (int) entry - 1;
    }
  }

  private long insert(int slot, int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.max(16, size * 2));
    }
    values[size++] = value;
    long entry = (long) value << 32 | size;
    table[slot] = entry;
    if (size * 2 > table.length) {
      rehash(Long.SIZE - shift + (size < 2048 ? 2 : 1));
    }
    return entry;
  }

  private void rehash(int bits) {
    table = new long[1 << bits];
    shift = Long.SIZE - bits;
    int mask = table.length - 1;
    for (int code = 0; code < size; code++) {
      int slot = (int) ((values[code] * GOLDEN) >>> shift);
      while (table[slot] != 0) {
        slot = slot + 1 & mask;
      }
      table[slot] = (long) values[code] << 32 | code + 1;
    }
  }

  /** Takes back every value from code {@code newSize} on. */
  void truncate(int newSize) {
    size = newSize;
    rehash(Long.SIZE - shift);
  }

  /** Forgets how to look up, keeps the values: nothing more will be added. */
  void freeze() {
    table = new long[0];
    values = Arrays.copyOf(values, size);
  }

  void clear() {
    table = new long[0];
    shift = Long.SIZE;
    values = new int[0];
    size = 0;
  }

  long heapBytes() {
    return (long) Long.BYTES * table.length + (long) Integer.BYTES * values.length;
  }
}
