package dev.firn.internal.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.IntStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;

/** 32-bit integers: int, date, short decimals. Hot. */
final class IntEncoder extends Word32Encoder {

  IntEncoder(ColumnDescriptor descriptor, ColumnSettings settings) {
    super(descriptor, settings);
  }

  @Override
  int[] words(LeafSlice slice, int from, int count, PageScratch scratch) {
    return slice.ints;
  }

  @Override
  int wordsFrom(int from) {
    return from;
  }

  @Override
  Encoding encodeDirectly(LeafSlice slice, int from, int count, PageScratch scratch) {
    if (writesDeltas()) {
      scratch.delta.encode(slice.ints, from, count, scratch.page);
      return Encoding.DELTA_BINARY_PACKED;
    }
    return super.encodeDirectly(slice, from, count, scratch);
  }

  @Override
  boolean writesDeltas() {
    return settings.delta();
  }

  @Override
  void directStatistics(
      LeafSlice slice, int from, int count, Statistics<?> statistics, PageScratch scratch) {
    int[] values = slice.ints;
    int min = values[from];
    int max = min;
    for (int i = from; i < from + count; i++) {
      min = Math.min(min, values[i]);
      max = Math.max(max, values[i]);
    }
    ((IntStatistics) statistics).setMinMax(min, max);
  }

  @Override
  void addToBloom(LeafSlice slice, int from, int count, BloomFilter filter) {
    for (int i = from; i < from + count; i++) {
      filter.insertHash(filter.hash(slice.ints[i]));
    }
  }

  @Override
  void addDictionaryToBloom(BloomFilter filter) {
    int[] values = dictionaryWords();
    for (int code = 0; code < distinct(); code++) {
      filter.insertHash(filter.hash(values[code]));
    }
  }
}
