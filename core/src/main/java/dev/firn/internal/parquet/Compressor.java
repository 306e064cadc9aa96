package dev.firn.internal.parquet;

import java.util.Arrays;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Compresses pages, one at a time. Holds its native state and its output buffer for the next page;
 * belongs to one thread at a time.
 *
 * <p>The codecs are called directly: parquet-hadoop's own road to them needs a Hadoop
 * configuration.
 */
abstract class Compressor {

  private byte[] output = {};

  /**
   * @param level as the codec understands it, or {@link ColumnSettings#DEFAULT_LEVEL}
   * @throws IllegalArgumentException for a codec that cannot be written
   */
  static Compressor of(CompressionCodecName codec, int level) {
    return switch (codec) {
      case UNCOMPRESSED -> new None();
      case ZSTD -> new ZstdCompressor(level);
      case SNAPPY -> new SnappyCompressor();
      case GZIP -> new GzipCompressor(level);
      case LZ4_RAW -> new Lz4RawCompressor();
      default -> throw new IllegalArgumentException("no compressor for " + codec);
    };
  }

  /**
   * A new array of just the right size with the first {@code plain} bytes of {@code source} as they
   * are, and the bytes from there to {@code length} compressed. Nothing is compressed to nothing.
   */
  final byte[] compress(byte[] source, int plain, int length) {
    return compress(source, plain, length, false);
  }

  /** As {@link #compress}, but with less effort; only if {@link #hasLightEffort}. */
  final byte[] compressLightly(byte[] source, int plain, int length) {
    return compress(source, plain, length, true);
  }

  private byte[] compress(byte[] source, int plain, int length, boolean light) {
    if (length == plain) {
      return Arrays.copyOf(source, plain);
    }
    long bound = maxCompressed(length - plain) + plain;
    if (output.length < bound) {
      if (bound > Integer.MAX_VALUE - 8) {
        throw new IllegalStateException("a page of " + length + " bytes is too large to compress");
      }
      output = new byte[(int) bound];
    }
    System.arraycopy(source, 0, output, 0, plain);
    int compressed =
        light
            ? compressLightly(source, plain, length - plain, output, plain)
            : compress(source, plain, length - plain, output, plain);
    return Arrays.copyOf(output, plain + compressed);
  }

  /** Heap that is kept for the next page. */
  final long heapBytes() {
    return output.length;
  }

  /** The most that {@code length} bytes can become. */
  abstract long maxCompressed(int length);

  /** Compresses into {@code target} from {@code to} on, says how many bytes it became. */
  abstract int compress(byte[] source, int from, int length, byte[] target, int to);

  /** Whether there is a lighter effort that may do as well. */
  boolean hasLightEffort() {
    return false;
  }

  /** As the other, with the lighter effort. */
  int compressLightly(byte[] source, int from, int length, byte[] target, int to) {
    throw new UnsupportedOperationException("this codec has one effort only");
  }

  private static final class None extends Compressor {

    @Override
    long maxCompressed(int length) {
      return length;
    }

    @Override
    int compress(byte[] source, int from, int length, byte[] target, int to) {
      System.arraycopy(source, from, target, to, length);
      return length;
    }
  }
}
