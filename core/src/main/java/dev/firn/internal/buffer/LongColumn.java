package dev.firn.internal.buffer;

import java.util.Arrays;

/** 64-bit integers: long, time, timestamps, decimals of up to 18 digits. Hot. */
public final class LongColumn extends Column {

  private long[] values = {};

  public void append(long value) {
    if (size == values.length) {
      ensure(size + 1);
    }
    values[size++] = value;
  }

  /** Adds {@code source[from..from + count)}. */
  public void append(long[] source, int from, int count) {
    ensure(size + count);
    System.arraycopy(source, from, values, size, count);
    size += count;
  }

  /** The values by slot; slots that are null hold anything. Not to be changed. */
  public long[] values() {
    return values;
  }

  @Override
  void appendGap() {
    append(0);
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
    System.arraycopy(((LongColumn) source).values, from, values, size, to - from);
    size += to - from;
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    ensure(size + to - from);
    long[] theirs = ((LongColumn) source).values;
    long[] ours = values;
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
