package dev.firn.internal.encode;

import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.DoubleColumn;
import dev.firn.internal.buffer.FixedColumn;
import dev.firn.internal.buffer.FloatColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.parquet.LeafSlice;

/**
 * Points a slice at the values of a leaf column. A range without nulls is used where it lies; other
 * values are gathered into arrays that are kept for the next time. Hot. Belongs to one thread at a
 * time.
 */
final class ValueGather {

  private int[] ints = {};
  private long[] longs = {};
  private float[] floats = {};
  private double[] doubles = {};
  private byte[] bytes = {};
  private int[] starts = {};
  private int[] ends = {};

  long heapBytes() {
    return 4L * (ints.length + floats.length + starts.length + ends.length)
        + 8L * (longs.length + doubles.length)
        + bytes.length;
  }

  /** The slots {@code from} to {@code from + count}, none of them null. */
  void range(Column column, int from, int count, LeafSlice slice) {
    if (column instanceof LongColumn c) {
      slice.longs(c.values(), from, count);
    } else if (column instanceof IntColumn c) {
      slice.ints(c.values(), from, count);
    } else if (column instanceof DoubleColumn c) {
      slice.doubles(c.values(), from, count);
    } else if (column instanceof FloatColumn c) {
      slice.floats(c.values(), from, count);
    } else if (column instanceof BooleanColumn c) {
      slice.booleans(c.bits(), from, count);
    } else if (column instanceof FixedColumn c) {
      slice.fixed(c.bytes(), from, count);
    } else if (column instanceof BytesColumn c) {
      ensureRanges(count);
      if (count > 0) {
        System.arraycopy(c.ends(), from, ends, 0, count);
        starts[0] = c.start(from);
        System.arraycopy(c.ends(), from, starts, 1, count - 1);
      }
      slice.strings(c.bytes(), starts, ends, count);
    } else {
      throw notALeaf(column);
    }
  }

  /** The slots {@code slots[0..count)}, none of them null. */
  void gather(Column column, int[] slots, int count, LeafSlice slice) {
    if (column instanceof LongColumn c) {
      longs(c.values(), slots, count, slice);
    } else if (column instanceof IntColumn c) {
      ints(c.values(), slots, count, slice);
    } else if (column instanceof DoubleColumn c) {
      doubles(c.values(), slots, count, slice);
    } else if (column instanceof FloatColumn c) {
      floats(c.values(), slots, count, slice);
    } else if (column instanceof BooleanColumn c) {
      booleans(c.bits(), slots, count, slice);
    } else if (column instanceof FixedColumn c) {
      fixed(c, slots, count, slice);
    } else if (column instanceof BytesColumn c) {
      strings(c, slots, count, slice);
    } else {
      throw notALeaf(column);
    }
  }

  private void longs(long[] source, int[] slots, int count, LeafSlice slice) {
    if (longs.length < count) {
      longs = new long[count];
    }
    long[] target = longs;
    for (int i = 0; i < count; i++) {
      target[i] = source[slots[i]];
    }
    slice.longs(target, 0, count);
  }

  private void ints(int[] source, int[] slots, int count, LeafSlice slice) {
    if (ints.length < count) {
      ints = new int[count];
    }
    int[] target = ints;
    for (int i = 0; i < count; i++) {
      target[i] = source[slots[i]];
    }
    slice.ints(target, 0, count);
  }

  private void doubles(double[] source, int[] slots, int count, LeafSlice slice) {
    if (doubles.length < count) {
      doubles = new double[count];
    }
    double[] target = doubles;
    for (int i = 0; i < count; i++) {
      target[i] = source[slots[i]];
    }
    slice.doubles(target, 0, count);
  }

  private void floats(float[] source, int[] slots, int count, LeafSlice slice) {
    if (floats.length < count) {
      floats = new float[count];
    }
    float[] target = floats;
    for (int i = 0; i < count; i++) {
      target[i] = source[slots[i]];
    }
    slice.floats(target, 0, count);
  }

  private void booleans(long[] source, int[] slots, int count, LeafSlice slice) {
    int words = (count + 63) >>> 6;
    if (longs.length < words) {
      longs = new long[words];
    }
    long[] target = longs;
    long word = 0;
    for (int i = 0; i < count; i++) {
      int slot = slots[i];
      word |= (source[slot >> 6] >>> slot & 1L) << i;
      if ((i & 63) == 63) {
        target[i >> 6] = word;
        word = 0;
      }
    }
    if ((count & 63) != 0) {
      target[count >> 6] = word;
    }
    slice.booleans(target, 0, count);
  }

  private void fixed(FixedColumn column, int[] slots, int count, LeafSlice slice) {
    int width = column.width();
    int needed = Math.multiplyExact(count, width);
    if (bytes.length < needed) {
      bytes = new byte[needed];
    }
    byte[] source = column.bytes();
    for (int i = 0; i < count; i++) {
      System.arraycopy(source, slots[i] * width, bytes, i * width, width);
    }
    slice.fixed(bytes, 0, count);
  }

  private void strings(BytesColumn column, int[] slots, int count, LeafSlice slice) {
    ensureRanges(count);
    int[] sourceEnds = column.ends();
    for (int i = 0; i < count; i++) {
      int slot = slots[i];
      starts[i] = slot == 0 ? 0 : sourceEnds[slot - 1];
      ends[i] = sourceEnds[slot];
    }
    slice.strings(column.bytes(), starts, ends, count);
  }

  private void ensureRanges(int count) {
    if (starts.length < count) {
      starts = new int[count];
      ends = new int[count];
    }
  }

  private static IllegalStateException notALeaf(Column column) {
    return new IllegalStateException(column.getClass().getSimpleName() + " has no values");
  }
}
