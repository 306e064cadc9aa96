package dev.firn.internal.buffer;

import java.util.Arrays;

/** 64-bit floats. Hot. */
public final class DoubleColumn extends Column {

  private double[] values = {};

  public void append(double value) {
    if (size == values.length) {
      ensure(size + 1);
    }
    values[size++] = value;
  }

  /** Adds the values whose bits are {@code bits[from..from + count)}. */
  public void appendBits(long[] bits, int from, int count) {
    ensure(size + count);
    double[] ours = values;
    int slot = size;
    for (int i = from; i < from + count; i++) {
      ours[slot++] = Double.longBitsToDouble(bits[i]);
    }
    size = slot;
  }

  /** The values by slot; slots that are null hold anything. Not to be changed. */
  public double[] values() {
    return values;
  }

  @Override
  void appendGap() {
    append(0d);
  }

  private void ensure(int slots) {
    if (slots > values.length) {
      int before = values.length;
      values = Arrays.copyOf(values, grown(before, slots));
      grew(8L * (values.length - before));
    }
  }

  @Override
  void appendValues(Column source, int from, int to) {
    ensure(size + to - from);
    System.arraycopy(((DoubleColumn) source).values, from, values, size, to - from);
    size += to - from;
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    ensure(size + to - from);
    double[] theirs = ((DoubleColumn) source).values;
    double[] ours = values;
    int slot = size;
    for (int k = from; k < to; k++) {
      ours[slot++] = theirs[rows[k]];
    }
    size = slot;
  }

  @Override
  public long heapBytes() {
    return 8L * values.length + ownHeapBytes();
  }
}
