package dev.firn.internal.buffer;

import java.util.Arrays;

/** 64-bit floats. Hot. */
public final class DoubleColumn extends Column {

  private double[] values = {};

  public void append(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, grown(size, size + 1));
    }
    values[size++] = value;
  }

  /** The values by slot; slots that are null hold anything. Not to be changed. */
  public double[] values() {
    return values;
  }

  @Override
  void appendGap() {
    append(0d);
  }

  @Override
  void appendValueFrom(Column source, int i) {
    append(((DoubleColumn) source).values[i]);
  }

  @Override
  public long heapBytes() {
    return 8L * values.length + nullHeapBytes();
  }
}
