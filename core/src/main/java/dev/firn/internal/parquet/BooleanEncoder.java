package dev.firn.internal.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.BooleanStatistics;
import org.apache.parquet.column.statistics.Statistics;

/** Booleans, a bit each: copied as they lie in memory. Hot. */
final class BooleanEncoder extends ColumnEncoder {

  BooleanEncoder(ColumnDescriptor descriptor, ColumnSettings settings) {
    super(descriptor, settings);
  }

  @Override
  int valuesThatFit(LeafSlice slice, int from, int count, int bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (long) bytes * Byte.SIZE);
  }

  @Override
  Encoding encode(
      LeafSlice slice, int from, int count, Statistics<?> statistics, PageScratch scratch) {
    if (settings.statistics()) {
      int set = 0;
      for (int bit = 0; bit < count; bit += Long.SIZE) {
        long word = BitPacking.bitsAt(slice.bits, from + bit);
        if (count - bit < Long.SIZE) {
          word &= (1L << (count - bit)) - 1;
        }
        set += Long.bitCount(word);
      }
      ((BooleanStatistics) statistics).setMinMax(set == count, set > 0);
    }
    BitPacking.copyBits(slice.bits, from, count, scratch.page);
    return Encoding.PLAIN;
  }
}
