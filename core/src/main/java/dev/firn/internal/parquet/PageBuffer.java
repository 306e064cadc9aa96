package dev.firn.internal.parquet;

import java.util.Arrays;

/**
 * The bytes of the page being built. Hot: encoders reserve once with {@link #ensure}, then write to
 * {@link #bytes} themselves and move {@link #size}.
 */
final class PageBuffer {

  /** Room behind the last byte, so that eight bytes can be written where fewer are meant. */
  static final int SLACK = 16;

  byte[] bytes = new byte[1 << 12];
  int size;

  void clear() {
    size = 0;
  }

  /** Makes room for {@code more} bytes, and some slack behind them. */
  byte[] ensure(long more) {
    long needed = size + more + SLACK;
    if (needed > bytes.length) {
      // A page is an int long in the format; a row that exceeds it cannot be written at all.
      if (needed > Integer.MAX_VALUE - 8) {
        throw new IllegalStateException("a page would take " + needed + " bytes, more than 2 GiB");
      }
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * bytes.length)));
    }
    return bytes;
  }

  void putByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  void putInt(int value) {
    ensure(Integer.BYTES);
    LittleEndian.putInt(bytes, size, value);
    size += Integer.BYTES;
  }

  /** Unsigned LEB128. */
  void putVarLong(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Signed LEB128, small magnitudes first. */
  void putZigZag(long value) {
    putVarLong((value << 1) ^ (value >> 63));
  }
}
