package dev.firn.internal.buffer;

import java.util.Arrays;

/**
 * The values of one field for a run of rows. Hot.
 *
 * <p>Columns are <em>dense</em>: slot {@code i} belongs to row {@code i} (to element {@code i} of a
 * list), null or not, so that a row can be found, moved and undone by its number alone. The price
 * is one pass over columns that have nulls when they are encoded; Parquet keeps non-null values
 * only.
 *
 * <p>Subclasses keep their values in one primitive array that readers may look at directly (first
 * {@link #size()} slots), and grow by half. Not thread-safe; a column that was handed on inside a
 * {@link RowBatch} is not changed any more.
 */
public abstract sealed class Column
    permits BooleanColumn,
        IntColumn,
        LongColumn,
        FloatColumn,
        DoubleColumn,
        BytesColumn,
        FixedColumn,
        StructColumn,
        ListColumn,
        MapColumn,
        NothingColumn {

  /** Small, for there may be thousands of open partitions with few rows each. */
  static final int INITIAL_SLOTS = 16;

  private static final long[] NO_BITS = {};

  int size;
  private int nullCount;

  /** Bit {@code i} is set when slot {@code i} is null; allocated at the first null. */
  private long[] nullBits = NO_BITS;

  /** Slots so far. */
  public final int size() {
    return size;
  }

  /** How many slots are null. */
  public final int nullCount() {
    return nullCount;
  }

  /** Whether slot {@code i} is null. */
  public final boolean isNull(int i) {
    int word = i >> 6;
    return word < nullBits.length && (nullBits[word] & 1L << i) != 0;
  }

  /**
   * The nulls as bits, slot {@code i} in bit {@code i & 63} of word {@code i >> 6}. May be shorter
   * than the column: what is missing is not null. Not to be changed.
   */
  public final long[] nullBits() {
    return nullBits;
  }

  /** Adds a null. */
  public final void appendNull() {
    int slot = size;
    appendGap();
    int word = slot >> 6;
    if (word >= nullBits.length) {
      nullBits = Arrays.copyOf(nullBits, Math.max(word + 1, nullBits.length * 2));
    }
    nullBits[word] |= 1L << slot;
    nullCount++;
  }

  /** Adds a slot of which only the place matters. */
  abstract void appendGap();

  /** Undoes every slot from {@code newSize} on, and a nested value that was begun but not ended. */
  public final void truncate(int newSize) {
    if (newSize < size) {
      if (nullCount > 0) {
        dropNullBitsFrom(newSize);
      }
      size = newSize;
    }
    truncateValues(newSize);
  }

  private void dropNullBitsFrom(int newSize) {
    int word = newSize >> 6;
    if (word < nullBits.length) {
      nullBits[word] &= (1L << newSize) - 1;
      Arrays.fill(nullBits, word + 1, nullBits.length, 0);
    }
    nullCount = 0;
    for (long bits : nullBits) {
      nullCount += Long.bitCount(bits);
    }
  }

  /** Drops what lies behind the last slot; {@code size} is set already. */
  void truncateValues(int newSize) {}

  /** Adds slot {@code i} of {@code source}, a column of the same shape. */
  public final void appendFrom(Column source, int i) {
    if (source.isNull(i)) {
      appendNull();
    } else {
      appendValueFrom(source, i);
    }
  }

  /** Adds the non-null slot {@code i} of {@code source}, a column of the same shape. */
  abstract void appendValueFrom(Column source, int i);

  /** Adds the slots {@code rows[from..to)} of {@code source}, a column of the same shape. */
  public void appendFrom(Column source, int[] rows, int from, int to) {
    for (int k = from; k < to; k++) {
      appendFrom(source, rows[k]);
    }
  }

  /** Adds the slots {@code from..to} (exclusive) of {@code source}, a column of the same shape. */
  public void appendRange(Column source, int from, int to) {
    for (int i = from; i < to; i++) {
      appendFrom(source, i);
    }
  }

  /** Bytes of heap that the column's arrays take, used or not. */
  public abstract long heapBytes();

  final long nullHeapBytes() {
    return 8L * nullBits.length;
  }

  static int grown(int capacity, int needed) {
    return Math.max(Math.max(INITIAL_SLOTS, needed), capacity + (capacity >> 1));
  }
}
