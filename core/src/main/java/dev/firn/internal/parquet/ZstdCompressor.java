package dev.firn.internal.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.lang.ref.Cleaner;

/** Zstandard. The context, some MB of native memory, is freed when this is collected. */
final class ZstdCompressor extends Compressor {

  /** parquet-java's default. */
  private static final int DEFAULT_LEVEL = 3;

  private static final Cleaner CLEANER = Cleaner.create();

  private final ZstdCompressCtx context = new ZstdCompressCtx();

  ZstdCompressor(int level) {
    context.setLevel(level == ColumnSettings.DEFAULT_LEVEL ? DEFAULT_LEVEL : level);
    ZstdCompressCtx native_ = context;
    CLEANER.register(this, native_::close);
  }

  @Override
  long maxCompressed(int length) {
    return Zstd.compressBound(length);
  }

  @Override
  int compress(byte[] source, int from, int length, byte[] target, int to) {
    return context.compressByteArray(target, to, target.length - to, source, from, length);
  }
}
