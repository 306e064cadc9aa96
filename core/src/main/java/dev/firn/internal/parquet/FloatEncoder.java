package dev.firn.internal.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.FloatStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;

/** 32-bit floats. Equal are, for the dictionary, those of equal bits. Hot. */
final class FloatEncoder extends Word32Encoder {

  private final FloatingRange range = new FloatingRange();

  FloatEncoder(ColumnDescriptor descriptor, ColumnSettings settings) {
    super(descriptor, settings);
  }

  @Override
  int[] words(LeafSlice slice, int from, int count, PageScratch scratch) {
    int[] words = scratch.ints(count);
    float[] values = slice.floats;
    for (int i = 0; i < count; i++) {
      words[i] = Float.floatToRawIntBits(values[from + i]);
    }
    return words;
  }

  @Override
  int wordsFrom(int from) {
    return 0;
  }

  @Override
  void observe(LeafSlice slice, int from, int count) {
    range.addPage(slice.floats, from, count);
  }

  @Override
  void directStatistics(
      LeafSlice slice, int from, int count, Statistics<?> statistics, PageScratch scratch) {
    ((FloatStatistics) statistics).setMinMax((float) range.pageMin, (float) range.pageMax);
  }

  @Override
  FloatingRange range() {
    return range;
  }

  @Override
  void addToBloom(LeafSlice slice, int from, int count, BloomFilter filter) {
    for (int i = from; i < from + count; i++) {
      filter.insertHash(filter.hash(slice.floats[i]));
    }
  }

  @Override
  void addDictionaryToBloom(BloomFilter filter) {
    int[] values = dictionaryWords();
    for (int code = 0; code < distinct(); code++) {
      filter.insertHash(filter.hash(Float.intBitsToFloat(values[code])));
    }
  }
}
