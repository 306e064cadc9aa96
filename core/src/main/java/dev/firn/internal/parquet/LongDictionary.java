package dev.firn.internal.parquet;

import java.util.Arrays;

/**
 * Codes of the distinct 64-bit values of a column chunk, in order of arrival. Hot.
 *
 * <p>An open table, at most half full, in two arrays: the value of a slot, and its code plus one (0
 * is a free slot). Value and code together do not fit a long, and the value is kept in the slot so
 * that a look-up does not jump to the list of values. Hashed like {@link IntDictionary}.
 */
final class LongDictionary {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** Small: there may be thousands of column chunks with few rows each. */
  private static final int INITIAL_BITS = 6;

  private long[] keys = {};
  private int[] codesPlusOne = {};
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
    if (keys.length == 0) {
      rehash(INITIAL_BITS);
    }
    long[] slotKeys = keys;
    int[] slotCodes = codesPlusOne;
    int mask = slotCodes.length - 1;
    int high = shift;
    for (int i = 0; i < count; i++) {
      long value = source[from + i];
      int slot = (int) ((value * GOLDEN) >>> high);
      int code;
      while ((code = slotCodes[slot]) != 0 && slotKeys[slot] != value) {
        slot = slot + 1 & mask;
      }
      if (code == 0) {
        code = insert(slot, value);
        slotKeys = keys;
        slotCodes = codesPlusOne;
        mask = slotCodes.length - 1;
        high = shift;
      }
      codes[at + i] = code - 1;
    }
  }

  private int insert(int slot, long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.max(16, size * 2));
    }
    values[size++] = value;
    keys[slot] = value;
    codesPlusOne[slot] = size;
    int code = size;
    if (size * 2 > keys.length) {
      rehash(Long.SIZE - shift + (size < 2048 ? 2 : 1));
    }
    return code;
  }

  private void rehash(int bits) {
    keys = new long[1 << bits];
    codesPlusOne = new int[1 << bits];
    shift = Long.SIZE - bits;
    int mask = keys.length - 1;
    for (int code = 0; code < size; code++) {
      int slot = (int) ((values[code] * GOLDEN) >>> shift);
      while (codesPlusOne[slot] != 0) {
        slot = slot + 1 & mask;
      }
      keys[slot] = values[code];
      codesPlusOne[slot] = code + 1;
    }
  }

  /** Takes back every value from code {@code newSize} on. */
  void truncate(int newSize) {
    size = newSize;
    rehash(Long.SIZE - shift);
  }

  /** Forgets how to look up, keeps the values: nothing more will be added. */
  void freeze() {
    keys = new long[0];
    codesPlusOne = new int[0];
    values = Arrays.copyOf(values, size);
  }

  void clear() {
    keys = new long[0];
    codesPlusOne = new int[0];
    shift = Long.SIZE;
    values = new long[0];
    size = 0;
  }

  long heapBytes() {
    return (long) Long.BYTES * (keys.length + values.length)
        + (long) Integer.BYTES * codesPlusOne.length;
  }
}
