package dev.firn.internal.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers inside byte arrays, eight bytes at a time; compiled to single moves. Hot. */
final class LittleEndian {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BIG_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private LittleEndian() {}

  static int getInt(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  static void putInt(byte[] bytes, int at, int value) {
    INT.set(bytes, at, value);
  }

  static long getLong(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  static void putLong(byte[] bytes, int at, long value) {
    LONG.set(bytes, at, value);
  }

  /**
   * The first eight of {@code length} bytes as a number that compares, unsigned, as the bytes do;
   * shorter strings are filled up with zeros.
   */
  static long prefix(byte[] bytes, int at, int length) {
    if (length >= Long.BYTES) {
      return (long) BIG_LONG.get(bytes, at);
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (bytes[at + i] & 0xFFL) << (56 - 8 * i);
    }
    return value;
  }
}
