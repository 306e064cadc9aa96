package dev.firn.internal.buffer;

import java.util.Arrays;

/** 32-bit integers: int, date, decimals of up to 9 digits. Hot. */
public final class IntColumn extends Column {

  private int[] values = {};

  public void append(int value) {
    if (size == values.length) {
      ensure(size + 1);
    }
    values[size++] = value;
  }

  /** Adds {@code source[from..from + count)}. */
  public void append(int[] source, int from, int count) {
    ensure(size + count);
    System.arraycopy(source, from, values, size, count);
    size += count;
  }

  /** The values by slot; slots that are null hold anything. Not to be changed. */
  public int[] values() {
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
      grew(4L * (values.length - before));
    }
  }

  @Override
  void appendValues(Column source, int from, int to) {
    ensure(size + to - from);
    System.arraycopy(((IntColumn) source).values, from, values, size, to - from);
    size += to - from;
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    ensure(size + to - from);
    int[] theirs = ((IntColumn) source).values;
    int[] ours = values;
    int slot = size;
    for (int k = from; k < to; k++) {
      ours[slot++] = theirs[rows[k]];
    }
    size = slot;
  }

  @Override
  public long heapBytes() {
    return 4L * values.length + ownHeapBytes();
  }
}
