package dev.firn.internal.parquet;

import io.airlift.compress.lz4.Lz4Compressor;

/** LZ4_RAW: one LZ4 block, without Hadoop's framing. */
final class Lz4RawCompressor extends Compressor {

  private final Lz4Compressor lz4 = new Lz4Compressor();

  @Override
  long maxCompressed(int length) {
    return lz4.maxCompressedLength(length);
  }

  @Override
  int compress(byte[] source, int from, int length, byte[] target, int to) {
    return lz4.compress(source, from, length, target, to, target.length - to);
  }
}
