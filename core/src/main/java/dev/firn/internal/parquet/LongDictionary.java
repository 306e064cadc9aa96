package dev.firn.internal.parquet;

import java.util.Arrays;

/**
 * Codes of the distinct 64-bit values of a column chunk, in order of arrival. Hot.
 *
 * <p>An open table, at most half full, of pairs: the value of a slot and, beside it in the same
 * cache line, its code plus one (0 is a free slot). The value is kept in the slot so that a look-up
 * does not jump to the list of values. Hashed, and kept from chunk to chunk, like {@link
 * IntDictionary}.
 */
final class LongDictionary {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** Small: there may be thousands of column chunks with few rows each. */
  private static final int INITIAL_BITS = 6;

  /** Slot {@code i}: the value at {@code 2 * i}, its code plus one behind it. */
  private long[] table = {};

  private int shift = Long.SIZE;
  private long[] values = {};
  private int size;

  int size() {
    return size;
  }

  /** The value of each code. */
  long[] values() {
    return values;
  }

  /** Sets {@code codes[at..]} to the codes of {@code source[from..from + count)}. */
  void look(long[] source, int from, int count, int[] codes, int at) {
    if (shift == Long.SIZE) {
      rehash(INITIAL_BITS);
    }
    long[] slots = table;
    int high = shift;
    int mask = length(high) - 2;
    for (int i = 0; i < count; i++) {
      long value = source[from + i];
      int slot = (int) ((value * GOLDEN) >>> high) << 1;
      int code;
      while ((code = (int) slots[slot + 1]) != 0 && slots[slot] != value) {
        slot = slot + 2 & mask;
      }
      if (code == 0) {
        code = insert(slot, value);
        slots = table;
        high = shift;
        mask = length(high) - 2;
      }
      codes[at + i] = code - 1;
    }
  }

  private int insert(int slot, long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.max(16, size * 2));
    }
    values[size++] = value;
    table[slot] = value;
    table[slot + 1] = size;
    int code = size;
    if (size * 4 > length(shift)) {
      rehash(Long.SIZE - shift + (size < 2048 ? 2 : 1));
    }
    return code;
  }

  /** Two longs per slot. */
  private static int length(int shift) {
    return 2 << Long.SIZE - shift;
  }

  private void rehash(int bits) {
    shift = Long.SIZE - bits;
    int length = length(shift);
    if (table.length < length) {
      table = new long[length];
    } else {
      Arrays.fill(table, 0, length, 0);
    }
    int mask = length - 2;
    for (int code = 0; code < size; code++) {
      int slot = (int) ((values[code] * GOLDEN) >>> shift) << 1;
      while (table[slot + 1] != 0) {
        slot = slot + 2 & mask;
      }
      table[slot] = values[code];
      table[slot + 1] = code + 1L;
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
    return (long) Long.BYTES * (table.length + values.length);
  }
}
