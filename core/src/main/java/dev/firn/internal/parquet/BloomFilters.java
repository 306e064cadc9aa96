package dev.firn.internal.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.values.bloomfilter.AdaptiveBlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.jspecify.annotations.Nullable;

/**
 * Makes parquet-java's bloom filters.
 *
 * <p>A filter is filled from pages without a dictionary only, and from the dictionary at the end of
 * a chunk if there was one; a chunk whose pages all have a dictionary needs none, for readers look
 * into the dictionary.
 */
final class BloomFilters {

  /** Sizes that an adaptive filter tries at once; parquet-java's default. */
  private static final int CANDIDATES = 5;

  private BloomFilters() {}

  static BloomFilter of(ColumnSettings.Bloom settings, ColumnDescriptor descriptor) {
    if (settings.distinctValues() > 0) {
      int bits =
          BlockSplitBloomFilter.optimalNumOfBits(
              settings.distinctValues(), settings.falsePositives());
      return new BlockSplitBloomFilter(bits / Byte.SIZE, settings.maxBytes());
    }
    if (settings.adaptive()) {
      return new AdaptiveBlockSplitBloomFilter(
          settings.maxBytes(), CANDIDATES, settings.falsePositives(), descriptor);
    }
    return new BlockSplitBloomFilter(settings.maxBytes(), settings.maxBytes());
  }

  /** Bytes of heap; an adaptive filter holds sizes that halve, together less than twice one. */
  static long heapBytes(@Nullable BloomFilter filter) {
    if (filter == null) {
      return 0;
    }
    long size = filter.getBitsetSize();
    return filter instanceof AdaptiveBlockSplitBloomFilter ? 2 * size : size;
  }
}
