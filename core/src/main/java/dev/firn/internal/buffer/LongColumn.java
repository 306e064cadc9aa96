package dev.firn.internal.buffer;

import java.util.Arrays;

/** 64-bit integers: long, time, timestamps, decimals of up to 18 digits. Hot. */
public final class LongColumn extends Column {

  private long[] values = {};

  public void append(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, grown(size, size + 1));
    }
    values[size++] = value;
  }

  /** The values by slot; slots that are null hold anything. Not to be changed. */
  public long[] values() {
    return values;
  }

  @Override
  void appendGap() {
    append(0);
  }

  @Override
  void appendValueFrom(Column source, int i) {
    append(((LongColumn) source).values[i]);
  }

  @Override
  public long heapBytes() {
    return 8L * values.length + nullHeapBytes();
  }
}
