package dev.firn.internal.buffer;

import java.util.Arrays;

/** 32-bit integers: int, date, decimals of up to 9 digits. Hot. */
public final class IntColumn extends Column {

  private int[] values = {};

  public void append(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, grown(size, size + 1));
    }
    values[size++] = value;
  }

  /** The values by slot; slots that are null hold anything. Not to be changed. */
  public int[] values() {
    return values;
  }

  @Override
  void appendGap() {
    append(0);
  }

  @Override
  void appendValueFrom(Column source, int i) {
    append(((IntColumn) source).values[i]);
  }

  @Override
  public long heapBytes() {
    return 4L * values.length + nullHeapBytes();
  }
}
