package dev.firn.internal.buffer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  /** A column without any slot: the object and the headers of its arrays, about. */
  private static final int EMPTY_HEAP_BYTES = 64;

  private static final long[] NO_BITS = {};

  int size;
  private @Nullable Growth growth;
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
    markNull(slot);
  }

  /** Makes a null of a slot that is none yet. */
  final void markNull(int slot) {
    int word = slot >> 6;
    if (word >= nullBits.length) {
      int before = nullBits.length;
      nullBits = Arrays.copyOf(nullBits, Math.max(word + 1, before * 2));
      grew(8L * (nullBits.length - before));
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
    int last = Math.min((size - 1) >> 6, nullBits.length - 1);
    long dropped = -1L << newSize; // of the first word only the bits from newSize on
    for (; word <= last; word++) {
      nullCount -= Long.bitCount(nullBits[word] & dropped);
      nullBits[word] &= ~dropped;
      dropped = -1L;
    }
  }

  /** Drops what lies behind the last slot; {@code size} is set already. */
  void truncateValues(int newSize) {}

  /** Adds slot {@code i} of {@code source}, a column of the same shape. */
  public final void appendFrom(Column source, int i) {
    appendRange(source, i, i + 1);
  }

  /** Adds the slots {@code rows[from..to)} of {@code source}, a column of the same shape. */
  public final void appendFrom(Column source, int[] rows, int from, int to) {
    if (isRun(rows, from, to)) {
      if (to > from) {
        appendRange(source, rows[from], rows[from] + to - from);
      }
      return;
    }
    int slot = size;
    appendValues(source, rows, from, to);
    if (source.nullCount > 0) {
      for (int k = from; k < to; k++, slot++) {
        if (source.isNull(rows[k])) {
          markNull(slot);
        }
      }
    }
  }

  /** Adds the slots {@code from..to} (exclusive) of {@code source}, a column of the same shape. */
  public final void appendRange(Column source, int from, int to) {
    int slot = size;
    appendValues(source, from, to);
    if (source.nullCount > 0) {
      for (int i = from; i < to; i++, slot++) {
        if (source.isNull(i)) {
          markNull(slot);
        }
      }
    }
  }

  private static boolean isRun(int[] rows, int from, int to) {
    for (int k = from + 1; k < to; k++) {
      if (rows[k] != rows[k - 1] + 1) {
        return false;
      }
    }
    return true;
  }

  /** Adds the slots {@code from..to} (exclusive) of {@code source}; where null, a gap. */
  abstract void appendValues(Column source, int from, int to);

  /** Adds the slots {@code rows[from..to)} of {@code source}; where null, a gap. */
  abstract void appendValues(Column source, int[] rows, int from, int to);

  /** Bytes of heap that the column takes, used or not. */
  public abstract long heapBytes();

  /** What every column takes beside its values. */
  final long ownHeapBytes() {
    return EMPTY_HEAP_BYTES + 8L * nullBits.length;
  }

  /** Counts the growth of this column, and of those nested in it, from now on. */
  void watch(Growth counter) {
    growth = counter;
  }

  final void grew(long bytes) {
    if (growth != null) {
      growth.bytes += bytes;
    }
  }

  static int grown(int capacity, int needed) {
    return Math.max(Math.max(INITIAL_SLOTS, needed), capacity + (capacity >> 1));
  }
}
