package dev.firn.internal.buffer;

import java.util.Arrays;

/** 32-bit floats. Hot. */
public final class FloatColumn extends Column {

  private float[] values = {};

  public void append(float value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, grown(size, size + 1));
    }
    values[size++] = value;
  }

  /** The values by slot; slots that are null hold anything. Not to be changed. */
  public float[] values() {
    return values;
  }

  @Override
  void appendGap() {
    append(0f);
  }

  @Override
  void appendValueFrom(Column source, int i) {
    append(((FloatColumn) source).values[i]);
  }

  @Override
  public long heapBytes() {
    return 4L * values.length + nullHeapBytes();
  }
}
