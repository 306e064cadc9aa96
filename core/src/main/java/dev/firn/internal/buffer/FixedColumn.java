package dev.firn.internal.buffer;

import java.util.Arrays;

/**
 * Byte strings of one length, one behind the other: fixed, uuid, decimals of more than 18 digits.
 * Hot.
 */
public final class FixedColumn extends Column {

  private final int width;
  private byte[] bytes = {};

  FixedColumn(int width) {
    this.width = width;
  }

  /** Adds the {@link #width()} bytes from {@code offset} on. */
  public void append(byte[] source, int offset) {
    ensure(size + 1);
    System.arraycopy(source, offset, bytes, size * width, width);
    size++;
  }

  /** Adds a number of any length, in two's complement and big-endian, at this column's width. */
  public void appendNumber(byte[] number) {
    ensure(size + 1);
    int start = size * width;
    int pad = Math.max(0, width - number.length);
    byte sign = (byte) (number.length > 0 && number[0] < 0 ? -1 : 0);
    Arrays.fill(bytes, start, start + pad, sign);
    int from = Math.max(0, number.length - width); // nothing but the sign, or it would not fit
    System.arraycopy(number, from, bytes, start + pad, number.length - from);
    size++;
  }

  /** Bytes of one value. */
  public int width() {
    return width;
  }

  /** All bytes; slot {@code i} begins at {@code i * width}. Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  private void ensure(int slots) {
    if (Math.multiplyExact(slots, width) > bytes.length) {
      int before = bytes.length;
      bytes = Arrays.copyOf(bytes, Math.multiplyExact(grown(size, slots), width));
      grew(bytes.length - before);
    }
  }

  @Override
  void appendGap() {
    ensure(size + 1);
    size++;
  }

  @Override
  void appendValues(Column source, int from, int to) {
    ensure(size + to - from);
    System.arraycopy(
        ((FixedColumn) source).bytes, from * width, bytes, size * width, (to - from) * width);
    size += to - from;
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    ensure(size + to - from);
    byte[] theirs = ((FixedColumn) source).bytes;
    for (int k = from; k < to; k++) {
      System.arraycopy(theirs, rows[k] * width, bytes, size * width, width);
      size++;
    }
  }

  @Override
  public long heapBytes() {
    return bytes.length + ownHeapBytes();
  }
}
