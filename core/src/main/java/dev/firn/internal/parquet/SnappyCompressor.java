package dev.firn.internal.parquet;

import java.io.IOException;
import org.xerial.snappy.Snappy;

/** Snappy, raw blocks. */
final class SnappyCompressor extends Compressor {

  @Override
  long maxCompressed(int length) {
    return Snappy.maxCompressedLength(length);
  }

  @Override
  int compress(byte[] source, int from, int length, byte[] target, int to) {
    try {
      return Snappy.compress(source, from, length, target, to);
    } catch (IOException e) {
      throw new IllegalStateException("snappy could not compress " + length + " bytes", e);
    }
  }
}
