package dev.firn.internal.buffer;

import java.util.Arrays;

/** 32-bit floats. Hot. */
public final class FloatColumn extends Column {

  private float[] values = {};

  public void append(float value) {
    if (size == values.length) {
      ensure(size + 1);
    }
    values[size++] = value;
  }

  /** Adds the values whose bits are {@code bits[from..from + count)}. */
  public void appendBits(int[] bits, int from, int count) {
    ensure(size + count);
    float[] ours = values;
    int slot = size;
    for (int i = from; i < from + count; i++) {
      ours[slot++] = Float.intBitsToFloat(bits[i]);
    }
    size = slot;
  }

  /** The values by slot; slots that are null hold anything. Not to be changed. */
  public float[] values() {
    return values;
  }

  @Override
  void appendGap() {
    append(0f);
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
    System.arraycopy(((FloatColumn) source).values, from, values, size, to - from);
    size += to - from;
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    ensure(size + to - from);
    float[] theirs = ((FloatColumn) source).values;
    float[] ours = values;
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
