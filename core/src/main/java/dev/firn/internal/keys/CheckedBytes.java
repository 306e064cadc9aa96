package dev.firn.internal.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Bytes that may be wrong, being read. What is asked for is held against what is there. */
final class CheckedBytes {

  private final ByteBuffer in;

  CheckedBytes(ByteBuffer in) {
    this.in = in;
  }

  /** Sees that the last four bytes are the CRC-32C of all before, and takes them off. */
  void requireCheck() throws IOException {
    int end = in.limit() - Integer.BYTES;
    if (end < 0) {
      throw damaged();
    }
    CRC32C crc = new CRC32C();
    crc.update(in.duplicate().limit(end));
    if (in.getInt(end) != (int) crc.getValue()) {
      throw damaged();
    }
    in.limit(end);
  }

  void requireEnd() throws IOException {
    if (in.hasRemaining()) {
      throw damaged();
    }
  }

  int getInt() throws IOException {
    require(Integer.BYTES);
    return in.getInt();
  }

  long getLong() throws IOException {
    require(Long.BYTES);
    return in.getLong();
  }

  /** A number from 0 to {@code most}. */
  int getCount(int most) throws IOException {
    int count = getInt();
    if (count < 0 || count > most) {
      throw damaged();
    }
    return count;
  }

  /** Bytes with their length before them. */
  byte[] getBytes() throws IOException {
    int count = getInt();
    require(count);
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private void require(int bytes) throws IOException {
    if (bytes < 0 || bytes > in.remaining()) {
      throw damaged();
    }
  }

  static IOException damaged() {
    return new IOException("it is damaged");
  }
}
