package dev.firn.internal.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;

/** Values of 64 bits, whatever the bits mean. */
abstract class Word64Encoder extends NumberEncoder {

  private LongDictionary dictionary = new LongDictionary();

  Word64Encoder(ColumnDescriptor descriptor, ColumnSettings settings) {
    super(descriptor, settings, Long.BYTES);
  }

  /** An array with the bits of the values {@code from..from + count}. */
  abstract long[] words(LeafSlice slice, int from, int count, PageScratch scratch);

  /** Where in that array the value {@code from} is. */
  abstract int wordsFrom(int from);

  @Override
  final int distinct() {
    return dictionary.size();
  }

  @Override
  final void look(LeafSlice slice, int from, int count, int[] codes, int at, PageScratch scratch) {
    dictionary.look(words(slice, from, count, scratch), wordsFrom(from), count, codes, at);
  }

  @Override
  final void closeAt(int size) {
    dictionary.closeAt(size);
  }

  @Override
  final void clear() {
    dictionary.clear();
  }

  @Override
  final void release() {
    dictionary = new LongDictionary();
  }

  @Override
  final void writeDictionary(PageBuffer out) {
    PlainValues.longs(dictionary.values(), 0, dictionary.size(), out);
  }

  @Override
  Encoding encodeDirectly(LeafSlice slice, int from, int count, PageScratch scratch) {
    PlainValues.longs(words(slice, from, count, scratch), wordsFrom(from), count, scratch.page);
    return Encoding.PLAIN;
  }

  @Override
  final long heldByValues() {
    return dictionary.heapBytes();
  }

  final long[] dictionaryWords() {
    return dictionary.values();
  }
}
