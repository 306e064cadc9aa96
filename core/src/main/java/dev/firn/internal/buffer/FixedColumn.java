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
    int start = size * width;
    ensure(start);
    System.arraycopy(source, offset, bytes, start, width);
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

  private void ensure(int start) {
    if (start + width > bytes.length) {
      bytes = Arrays.copyOf(bytes, grown(size, size + 1) * width);
    }
  }

  @Override
  void appendGap() {
    ensure(size * width);
    size++;
  }

  @Override
  void appendValueFrom(Column source, int i) {
    append(((FixedColumn) source).bytes, i * width);
  }

  @Override
  public long heapBytes() {
    return bytes.length + nullHeapBytes();
  }
}
