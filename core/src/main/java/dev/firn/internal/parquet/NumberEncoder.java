package dev.firn.internal.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.Statistics;

/** Values of one width. Statistics come from the values, dictionary or not: that is as fast. */
abstract class NumberEncoder extends DictionaryEncoder {

  private final int width;

  NumberEncoder(ColumnDescriptor descriptor, ColumnSettings settings, int width) {
    super(descriptor, settings);
    this.width = width;
  }

  @Override
  final void dictionaryStatistics(
      LeafSlice slice,
      int from,
      int count,
      int[] codes,
      Statistics<?> statistics,
      PageScratch scratch) {
    directStatistics(slice, from, count, statistics, scratch);
  }

  @Override
  final long plainBytes(LeafSlice slice, int from, int count) {
    return (long) count * width;
  }

  @Override
  final int plainValuesThatFit(LeafSlice slice, int from, int count, int bytes) {
    return Math.max(1, bytes / width);
  }

  @Override
  final long dictionaryPageBytes() {
    return (long) distinct() * width;
  }
}
