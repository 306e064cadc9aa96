package dev.firn.internal.parquet;

import com.github.luben.zstd.ZstdDecompressCtx;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Cleaner;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.format.CompressionCodec;
import org.xerial.snappy.Snappy;

/**
 * Decompresses pages into arrays of the size that the page's header says, which is checked: a page
 * that becomes more or less is refused. The codecs are called directly, as in {@link Compressor}.
 * Belongs to one thread at a time.
 */
abstract class Decompressor {

  /**
   * @throws IOException for a codec that is not read
   */
  static Decompressor of(CompressionCodec codec) throws IOException {
    return switch (codec) {
      case UNCOMPRESSED -> new None();
      case ZSTD -> new OfZstd();
      case SNAPPY -> new OfSnappy();
      case GZIP -> new OfGzip();
      case LZ4_RAW -> new OfLz4Raw();
      default ->
          throw new IOException("Firn does not read pages that are compressed with " + codec);
    };
  }

  /** The {@code size} bytes that {@code length} bytes of {@code source} from {@code from} are. */
  final byte[] decompress(byte[] source, int from, int length, int size) throws IOException {
    byte[] target = new byte[size];
    if (size == 0) {
      return target; // nothing is compressed to nothing by some, to a frame by others
    }
    int made;
    try {
      made = decompress(source, from, length, target);
    } catch (RuntimeException e) {
      throw new IOException("A page cannot be decompressed", e);
    }
    if (made != size) {
      throw new IOException("A page of " + size + " bytes was decompressed to " + made);
    }
    return target;
  }

  /** Returns how many bytes it became, at most those of {@code target}. */
  abstract int decompress(byte[] source, int from, int length, byte[] target) throws IOException;

  private static final class None extends Decompressor {

    @Override
    int decompress(byte[] source, int from, int length, byte[] target) {
      System.arraycopy(source, from, target, 0, Math.min(length, target.length));
      return length;
    }
  }

  private static final class OfZstd extends Decompressor {

    private static final Cleaner CLEANER = Cleaner.create();

    private final ZstdDecompressCtx context = newContext();

    private ZstdDecompressCtx newContext() {
      ZstdDecompressCtx made = new ZstdDecompressCtx();
      CLEANER.register(this, made::close);
      return made;
    }

    @Override
    int decompress(byte[] source, int from, int length, byte[] target) {
      return context.decompressByteArray(target, 0, target.length, source, from, length);
    }
  }

  private static final class OfSnappy extends Decompressor {

    @Override
    int decompress(byte[] source, int from, int length, byte[] target) throws IOException {
      int size = Snappy.uncompressedLength(source, from, length);
      return size > target.length ? size : Snappy.uncompress(source, from, length, target, 0);
    }
  }

  private static final class OfGzip extends Decompressor {

    @Override
    int decompress(byte[] source, int from, int length, byte[] target) throws IOException {
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(source, from, length))) {
        int made = in.readNBytes(target, 0, target.length);
        return in.read() < 0 ? made : made + 1;
      }
    }
  }

  private static final class OfLz4Raw extends Decompressor {

    private final Lz4Decompressor lz4 = new Lz4Decompressor();

    @Override
    int decompress(byte[] source, int from, int length, byte[] target) {
      return lz4.decompress(source, from, length, target, 0, target.length);
    }
  }
}
