package dev.firn.internal.parquet;

import java.util.Arrays;

/**
 * Codes of the distinct 32-bit values of a column chunk, in order of arrival. Hot.
 *
 * <p>An open table of longs, at most half full: the value in the upper half of a slot, its code
 * plus one in the lower; 0 is a free slot. So a look-up touches one array and one cache line. The
 * hash is the upper bits of a multiplication by the golden ratio, which spreads runs of numbers
 * evenly. The table begins small in every chunk, in memory that is kept from the chunk before.
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
    if (shift == Long.SIZE) {
      rehash(INITIAL_BITS);
    }
    long[] slots = table;
    int high = shift;
    int mask = slots(high) - 1;
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
        high = shift;
        mask = slots(high) - 1;
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
    if (size * 2 > slots(shift)) {
      rehash(Long.SIZE - shift + (size < 2048 ? 2 : 1));
    }
    return entry;
  }

  private static int slots(int shift) {
    return 1 << Long.SIZE - shift;
  }

  private void rehash(int bits) {
    int slots = 1 << bits;
    if (table.length < slots) {
      table = new long[slots];
    } else {
      Arrays.fill(table, 0, slots, 0);
    }
    shift = Long.SIZE - bits;
    int mask = slots - 1;
    for (int code = 0; code < size; code++) {
      int slot = (int) ((values[code] * GOLDEN) >>> shift);
      while (table[slot] != 0) {
        slot = slot + 1 & mask;
      }
      table[slot] = (long) values[code] << 32 | code + 1;
    }
  }

  /** Takes back every value from code {@code newSize} on; nothing may be looked up any more. */
  void closeAt(int newSize) {
    size = newSize;
  }

  /** Forgets all values, and keeps the memory. */
  void clear() {
    shift = Long.SIZE;
    size = 0;
  }

  long heapBytes() {
    return (long) Long.BYTES * table.length + (long) Integer.BYTES * values.length;
  }
}
