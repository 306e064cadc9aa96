package dev.firn.internal.buffer;

import java.util.Arrays;

/** Booleans, one bit each: Parquet's own layout. Hot. */
public final class BooleanColumn extends Column {

  private long[] bits = {};

  public void append(boolean value) {
    int word = size >> 6;
    if (word == bits.length) {
      bits = Arrays.copyOf(bits, Math.max(1, word + (word >> 1) + 1));
      grew(8L * (bits.length - word));
    }
    long mask = 1L << size;
    bits[word] = value ? bits[word] | mask : bits[word] & ~mask;
    size++;
  }

  public boolean value(int i) {
    return (bits[i >> 6] & 1L << i) != 0;
  }

  /** The values: slot {@code i} in bit {@code i & 63} of word {@code i >> 6}. Not to be changed. */
  public long[] bits() {
    return bits;
  }

  @Override
  void appendGap() {
    append(false);
  }

  @Override
  void appendValues(Column source, int from, int to) {
    BooleanColumn other = (BooleanColumn) source;
    for (int i = from; i < to; i++) {
      append(other.value(i));
    }
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    BooleanColumn other = (BooleanColumn) source;
    for (int k = from; k < to; k++) {
      append(other.value(rows[k]));
    }
  }

  @Override
  public long heapBytes() {
    return 8L * bits.length + ownHeapBytes();
  }
}
