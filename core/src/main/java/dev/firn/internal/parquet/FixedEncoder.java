package dev.firn.internal.parquet;

import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.BinaryStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;

/**
 * Byte strings of one length: fixed, uuid, long decimals. Always PLAIN, as parquet-java writes them
 * in version 1: what has this type is hardly ever repeated, and not every reader looks for a
 * dictionary here. Hot.
 */
final class FixedEncoder extends ColumnEncoder {

  private final int width;

  /** Decimals compare as signed numbers, everything else as unsigned bytes. */
  private final boolean signed;

  FixedEncoder(ColumnDescriptor descriptor, ColumnSettings settings) {
    super(descriptor, settings);
    this.width = type.getTypeLength();
    this.signed = type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation;
  }

  @Override
  int valuesThatFit(LeafSlice slice, int from, int count, int bytes) {
    return bytes / width;
  }

  @Override
  Encoding encode(
      LeafSlice slice, int from, int count, Statistics<?> statistics, PageScratch scratch) {
    byte[] bytes = slice.bytes;
    int start = from * width;
    if (settings.statistics()) {
      int min = start;
      int max = start;
      for (int at = start; at < start + count * width; at += width) {
        if (compare(bytes, at, min) < 0) {
          min = at;
        } else if (compare(bytes, at, max) > 0) {
          max = at;
        }
      }
      BinaryStatistics binary = (BinaryStatistics) statistics;
      binary.updateStats(Binary.fromConstantByteArray(Arrays.copyOfRange(bytes, min, min + width)));
      binary.updateStats(Binary.fromConstantByteArray(Arrays.copyOfRange(bytes, max, max + width)));
    }
    BloomFilter filter = bloom();
    if (filter != null) {
      for (int at = start; at < start + count * width; at += width) {
        filter.insertHash(filter.hash(Binary.fromReusedByteArray(bytes, at, width)));
      }
    }
    PlainValues.raw(bytes, start, count * width, scratch.page);
    return Encoding.PLAIN;
  }

  private int compare(byte[] bytes, int at, int other) {
    if (signed && (bytes[at] ^ bytes[other]) < 0) {
      return bytes[at] - bytes[other];
    }
    return Arrays.compareUnsigned(bytes, at, at + width, bytes, other, other + width);
  }

  @Override
  int statisticsBytes(Statistics<?> statistics) {
    return 2 * width;
  }
}
