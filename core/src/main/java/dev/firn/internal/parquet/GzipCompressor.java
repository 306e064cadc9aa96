package dev.firn.internal.parquet;

import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Gzip: a header of ten bytes, a deflated stream, checksum and length. */
final class GzipCompressor extends Compressor {

  /** Magic, method "deflate", no flags, no time, no extra flags, operating system unknown. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private static final int TRAILER = 2 * Integer.BYTES;

  private final Deflater deflater;
  private final CRC32 crc = new CRC32();

  GzipCompressor(int level) {
    this.deflater =
        new Deflater(
            level == ColumnSettings.DEFAULT_LEVEL ? Deflater.DEFAULT_COMPRESSION : level, true);
  }

  @Override
  long maxCompressed(int length) {
    // zlib's own bound for any level and memory setting, with some air.
    return length + (length >> 3) + (length >> 6) + 64L + HEADER.length + TRAILER;
  }

  @Override
  int compress(byte[] source, int from, int length, byte[] target, int to) {
    System.arraycopy(HEADER, 0, target, to, HEADER.length);
    int at = to + HEADER.length;
    deflater.reset();
    deflater.setInput(source, from, length);
    deflater.finish();
    while (!deflater.finished()) {
      int written = deflater.deflate(target, at, target.length - TRAILER - at);
      if (written == 0) {
        throw new IllegalStateException("gzip made more of " + length + " bytes than it may");
      }
      at += written;
    }
    crc.reset();
    crc.update(source, from, length);
    LittleEndian.putInt(target, at, (int) crc.getValue());
    LittleEndian.putInt(target, at + Integer.BYTES, length);
    return at + TRAILER - to;
  }
}
