package dev.firn.internal.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.DoubleStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;

/** 64-bit floats. Equal are, for the dictionary, those of equal bits. Hot. */
final class DoubleEncoder extends Word64Encoder {

  private final FloatingRange range = new FloatingRange();

  DoubleEncoder(ColumnDescriptor descriptor, ColumnSettings settings) {
    super(descriptor, settings);
  }

  @Override
  long[] words(LeafSlice slice, int from, int count, PageScratch scratch) {
    long[] words = scratch.longs(count);
    double[] values = slice.doubles;
    for (int i = 0; i < count; i++) {
      words[i] = Double.doubleToRawLongBits(values[from + i]);
    }
    return words;
  }

  @Override
  int wordsFrom(int from) {
    return 0;
  }

  @Override
  void observe(LeafSlice slice, int from, int count) {
    range.addPage(slice.doubles, from, count);
  }

  @Override
  void directStatistics(
      LeafSlice slice, int from, int count, Statistics<?> statistics, PageScratch scratch) {
    ((DoubleStatistics) statistics).setMinMax(range.pageMin, range.pageMax);
  }

  @Override
  FloatingRange range() {
    return range;
  }

  @Override
  void addToBloom(LeafSlice slice, int from, int count, BloomFilter filter) {
    for (int i = from; i < from + count; i++) {
      filter.insertHash(filter.hash(slice.doubles[i]));
    }
  }

  @Override
  void addDictionaryToBloom(BloomFilter filter) {
    long[] values = dictionaryWords();
    for (int code = 0; code < distinct(); code++) {
      filter.insertHash(filter.hash(Double.longBitsToDouble(values[code])));
    }
  }
}
