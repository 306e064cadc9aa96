package dev.firn.internal.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The encoding PLAIN: values one behind the other, little-endian. Hot. */
final class PlainValues {

  /** From here on a call to copy costs less than moving eight bytes at a time. */
  private static final int LONG_STRING = 64;

  private PlainValues() {}

  static void ints(int[] values, int from, int count, PageBuffer out) {
    byte[] bytes = out.ensure((long) count * Integer.BYTES);
    ByteBuffer.wrap(bytes, out.size, count * Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .put(values, from, count);
    out.size += count * Integer.BYTES;
  }

  static void longs(long[] values, int from, int count, PageBuffer out) {
    byte[] bytes = out.ensure((long) count * Long.BYTES);
    ByteBuffer.wrap(bytes, out.size, count * Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .put(values, from, count);
    out.size += count * Long.BYTES;
  }

  /** Byte strings, each behind its length. */
  static void strings(
      byte[] source, int[] starts, int[] ends, int from, int count, PageBuffer out) {
    long total = (long) count * Integer.BYTES;
    for (int i = from; i < from + count; i++) {
      total += ends[i] - starts[i];
    }
    byte[] bytes = out.ensure(total);
    int at = out.size;
    for (int i = from; i < from + count; i++) {
      int start = starts[i];
      int length = ends[i] - start;
      LittleEndian.putInt(bytes, at, length);
      at += Integer.BYTES;
      if (length < LONG_STRING && start + length + Long.BYTES <= source.length) {
        // Eight bytes at a time, past the end if need be: the next value overwrites what is too
        // much, and the buffer has slack behind the last one.
        for (int k = 0; k < length; k += Long.BYTES) {
          LittleEndian.putLong(bytes, at + k, LittleEndian.getLong(source, start + k));
        }
      } else {
        System.arraycopy(source, start, bytes, at, length);
      }
      at += length;
    }
    out.size = at;
  }

  /** Bytes as they are: byte strings of one length. */
  static void raw(byte[] source, int from, int length, PageBuffer out) {
    byte[] bytes = out.ensure(length);
    System.arraycopy(source, from, bytes, out.size, length);
    out.size += length;
  }
}
