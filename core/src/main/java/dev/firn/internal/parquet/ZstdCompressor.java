package dev.firn.internal.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.lang.ref.Cleaner;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Zstandard. The contexts, some MB of native memory, are freed when this is collected.
 *
 * <p>Without a level of the caller's choice there are two efforts: level 3, parquet-java's default,
 * and level 1, which tries one hash table instead of two.
 */
final class ZstdCompressor extends Compressor {

  private static final int USUAL_LEVEL = 3;
  private static final int LIGHT_LEVEL = 1;

  /**
   * The shortest repeat that the usual level looks for in a stream. Where the size is known, and
   * small as a page is, the library would look for shorter ones, and lose: on records of nine bytes
   * that is a tenth.
   */
  private static final int USUAL_SHORTEST_REPEAT = 5;

  private static final Cleaner CLEANER = Cleaner.create();

  private final ZstdCompressCtx context;
  private final @Nullable ZstdCompressCtx lightContext;

  ZstdCompressor(int level) {
    boolean free = level == ColumnSettings.DEFAULT_LEVEL;
    context = newContext(free ? USUAL_LEVEL : level);
    lightContext = free ? newContext(LIGHT_LEVEL) : null;
  }

  private ZstdCompressCtx newContext(int level) {
    ZstdCompressCtx made = new ZstdCompressCtx();
    made.setLevel(level);
    if (level == USUAL_LEVEL) {
      made.setMinMatch(USUAL_SHORTEST_REPEAT);
    }
    CLEANER.register(this, made::close);
    return made;
  }

  @Override
  long maxCompressed(int length) {
    return Zstd.compressBound(length);
  }

  @Override
  int compress(byte[] source, int from, int length, byte[] target, int to) {
    return context.compressByteArray(target, to, target.length - to, source, from, length);
  }

  @Override
  boolean hasLightEffort() {
    return lightContext != null;
  }

  @Override
  int compressLightly(byte[] source, int from, int length, byte[] target, int to) {
    return Objects.requireNonNull(lightContext)
        .compressByteArray(target, to, target.length - to, source, from, length);
  }
}
