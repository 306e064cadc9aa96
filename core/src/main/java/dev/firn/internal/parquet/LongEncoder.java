package dev.firn.internal.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;

/** 64-bit integers: long, time, timestamps, decimals. Hot. */
final class LongEncoder extends Word64Encoder {

  LongEncoder(ColumnDescriptor descriptor, ColumnSettings settings) {
    super(descriptor, settings);
  }

  @Override
  long[] words(LeafSlice slice, int from, int count, PageScratch scratch) {
    return slice.longs;
  }

  @Override
  int wordsFrom(int from) {
    return from;
  }

  @Override
  Encoding encodeDirectly(LeafSlice slice, int from, int count, PageScratch scratch) {
    if (writesDeltas()) {
      scratch.delta.encode(slice.longs, from, count, scratch.page);
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
    long[] values = slice.longs;
    long min = values[from];
    long max = min;
    for (int i = from; i < from + count; i++) {
      min = Math.min(min, values[i]);
      max = Math.max(max, values[i]);
    }
    ((LongStatistics) statistics).setMinMax(min, max);
  }

  @Override
  void addToBloom(LeafSlice slice, int from, int count, BloomFilter filter) {
    for (int i = from; i < from + count; i++) {
      filter.insertHash(filter.hash(slice.longs[i]));
    }
  }

  @Override
  void addDictionaryToBloom(BloomFilter filter) {
    long[] values = dictionaryWords();
    for (int code = 0; code < distinct(); code++) {
      filter.insertHash(filter.hash(values[code]));
    }
  }
}
