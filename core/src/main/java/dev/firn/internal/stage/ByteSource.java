package dev.firn.internal.stage;

import dev.firn.api.error.InvalidTokenException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes being read. Every length is held against what is left before anything is allocated. */
final class ByteSource {

  private final ByteBuffer in;

  ByteSource(byte[] bytes, int offset) {
    this.in = ByteBuffer.wrap(bytes).position(offset);
  }

  int getByte() {
    need(1);
    return in.get() & 0xFF;
  }

  long getLong() {
    need(Long.BYTES);
    return in.getLong();
  }

  long getVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = getByte();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw damaged("a number is too long");
  }

  int getInt() {
    long value = getVarint();
    if (value != (int) value) {
      throw damaged("a number is " + value);
    }
    return (int) value;
  }

  /** A count of things that take at least {@code minBytes} each. */
  int getCount(int minBytes) {
    long count = getVarint();
    if (count < 0 || count > in.remaining() / minBytes) {
      throw damaged("a count of " + count + " with " + in.remaining() + " bytes left");
    }
    return (int) count;
  }

  byte[] getBytes() {
    byte[] bytes = new byte[getCount(1)];
    in.get(bytes);
    return bytes;
  }

  String getString() {
    return new String(getBytes(), StandardCharsets.UTF_8);
  }

  void expectEnd() {
    if (in.hasRemaining()) {
      throw damaged(in.remaining() + " bytes too many");
    }
  }

  private void need(int bytes) {
    if (in.remaining() < bytes) {
      throw damaged("they end too early");
    }
  }

  static InvalidTokenException damaged(String why) {
    return new InvalidTokenException(
        "These bytes are not a staged commit that this version reads: " + why + ".", null);
  }
}
