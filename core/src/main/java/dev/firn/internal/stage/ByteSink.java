package dev.firn.internal.stage;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes being written: varints, longs, and bytes with their length in front. */
final class ByteSink {

  private final ByteArrayOutputStream out;

  ByteSink(int expectedBytes) {
    this.out = new ByteArrayOutputStream(expectedBytes);
  }

  void putByte(int value) {
    out.write(value);
  }

  void putLong(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
  }

  /** One to ten bytes; negative numbers take ten. */
  void putVarint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  void putBytes(byte[] bytes) {
    putVarint(bytes.length);
    out.writeBytes(bytes);
  }

  void putBytes(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    putBytes(copy);
  }

  void putString(String value) {
    putBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }
}
