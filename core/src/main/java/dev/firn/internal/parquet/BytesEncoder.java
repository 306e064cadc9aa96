package dev.firn.internal.parquet;

import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.BinaryStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.io.api.Binary;

/**
 * Byte strings: strings, binary, WKB. Hot.
 *
 * <p>Minimum and maximum are found by the first eight bytes, which compare as one number; whole
 * strings are compared only where those are equal. With a dictionary, each value that occurs in the
 * page is looked at once, however often it occurs.
 */
final class BytesEncoder extends DictionaryEncoder {

  private BytesDictionary dictionary = new BytesDictionary();

  BytesEncoder(ColumnDescriptor descriptor, ColumnSettings settings) {
    super(descriptor, settings);
  }

  @Override
  int distinct() {
    return dictionary.size();
  }

  @Override
  void look(LeafSlice slice, int from, int count, int[] codes, int at, PageScratch scratch) {
    dictionary.look(slice.bytes, slice.starts, slice.ends, from, count, codes, at, scratch);
  }

  @Override
  void closeAt(int size) {
    dictionary.closeAt(size);
  }

  @Override
  void clear() {
    dictionary.clear();
  }

  @Override
  void release() {
    dictionary = new BytesDictionary();
  }

  @Override
  long dictionaryPageBytes() {
    return dictionary.pageBytes();
  }

  @Override
  void writeDictionary(PageBuffer out) {
    PlainValues.raw(dictionary.data(), 0, dictionary.pageBytes(), out);
  }

  @Override
  Encoding encodeDirectly(LeafSlice slice, int from, int count, PageScratch scratch) {
    PlainValues.strings(slice.bytes, slice.starts, slice.ends, from, count, scratch.page);
    return Encoding.PLAIN;
  }

  @Override
  long plainBytes(LeafSlice slice, int from, int count) {
    return valueBytes(slice, from, count) + (long) Integer.BYTES * count;
  }

  @Override
  long valueBytes(LeafSlice slice, int from, int count) {
    long total = 0;
    for (int i = from; i < from + count; i++) {
      total += slice.ends[i] - slice.starts[i];
    }
    return total;
  }

  @Override
  int plainValuesThatFit(LeafSlice slice, int from, int count, int bytes) {
    long total = 0;
    for (int i = from; i < from + count; i++) {
      total += slice.ends[i] - slice.starts[i] + (long) Integer.BYTES;
      if (total > bytes) {
        return i - from;
      }
    }
    return count;
  }

  @Override
  void dictionaryStatistics(
      LeafSlice slice,
      int from,
      int count,
      int[] codes,
      Statistics<?> statistics,
      PageScratch scratch) {
    byte[] marks = scratch.marks(dictionary.size());
    for (int i = 0; i < count; i++) {
      marks[codes[i]] = 1;
    }
    int min = codes[0];
    int max = min;
    for (int at = 0; at < dictionary.size(); at += Long.BYTES) {
      long left = LittleEndian.getLong(marks, at);
      LittleEndian.putLong(marks, at, 0);
      while (left != 0) {
        int code = at + (Long.numberOfTrailingZeros(left) >> 3);
        left &= left - 1;
        if (dictionary.compare(code, min) < 0) {
          min = code;
        } else if (dictionary.compare(code, max) > 0) {
          max = code;
        }
      }
    }
    byte[] data = dictionary.data();
    setMinMax(
        statistics,
        copy(data, dictionary.start(min), dictionary.length(min)),
        copy(data, dictionary.start(max), dictionary.length(max)));
  }

  @Override
  void directStatistics(
      LeafSlice slice, int from, int count, Statistics<?> statistics, PageScratch scratch) {
    byte[] bytes = slice.bytes;
    int[] starts = slice.starts;
    int[] ends = slice.ends;
    int min = from;
    int max = from;
    long minPrefix = prefix(bytes, starts, ends, from);
    long maxPrefix = minPrefix;
    for (int i = from + 1; i < from + count; i++) {
      long prefix = prefix(bytes, starts, ends, i);
      if (prefix <= minPrefix) {
        if (prefix < minPrefix || compare(bytes, starts, ends, i, min) < 0) {
          min = i;
          minPrefix = prefix;
        }
      }
      if (prefix >= maxPrefix) {
        if (prefix > maxPrefix || compare(bytes, starts, ends, i, max) > 0) {
          max = i;
          maxPrefix = prefix;
        }
      }
    }
    setMinMax(
        statistics,
        copy(bytes, starts[min], ends[min] - starts[min]),
        copy(bytes, starts[max], ends[max] - starts[max]));
  }

  /** Signed order of the result is unsigned order of the bytes. */
  private static long prefix(byte[] bytes, int[] starts, int[] ends, int i) {
    return LittleEndian.prefix(bytes, starts[i], ends[i] - starts[i]) ^ Long.MIN_VALUE;
  }

  private static int compare(byte[] bytes, int[] starts, int[] ends, int i, int other) {
    return Arrays.compareUnsigned(bytes, starts[i], ends[i], bytes, starts[other], ends[other]);
  }

  private static Binary copy(byte[] bytes, int start, int length) {
    return Binary.fromConstantByteArray(Arrays.copyOfRange(bytes, start, start + length));
  }

  private static void setMinMax(Statistics<?> statistics, Binary min, Binary max) {
    BinaryStatistics binary = (BinaryStatistics) statistics;
    binary.updateStats(min);
    binary.updateStats(max);
  }

  @Override
  int statisticsBytes(Statistics<?> statistics) {
    if (statistics.hasNonNullValue() && statistics instanceof BinaryStatistics binary) {
      return binary.genericGetMin().length() + binary.genericGetMax().length();
    }
    return 0;
  }

  @Override
  void addToBloom(LeafSlice slice, int from, int count, BloomFilter filter) {
    for (int i = from; i < from + count; i++) {
      int start = slice.starts[i];
      Binary value = Binary.fromReusedByteArray(slice.bytes, start, slice.ends[i] - start);
      filter.insertHash(filter.hash(value));
    }
  }

  @Override
  void addDictionaryToBloom(BloomFilter filter) {
    byte[] data = dictionary.data();
    for (int code = 0; code < dictionary.size(); code++) {
      Binary value =
          Binary.fromReusedByteArray(data, dictionary.start(code), dictionary.length(code));
      filter.insertHash(filter.hash(value));
    }
  }

  @Override
  long heldByValues() {
    return dictionary.heapBytes();
  }
}
