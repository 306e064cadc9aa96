package dev.firn.internal.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.jspecify.annotations.Nullable;

/**
 * A column that is written with a dictionary as long as that pays. Hot.
 *
 * <p>Whether a dictionary pays is asked three times in a chunk:
 *
 * <ol>
 *   <li><b>After a sample</b>, the first {@value #SAMPLE} values: if more than {@value
 *       #SAMPLE_DISTINCT_PERCENT} % of them are different, the column is an id or a measurement.
 *       The dictionary is dropped for a few microseconds of lost work.
 *   <li><b>After the first page:</b> dictionary and codes together must take less than {@value
 *       #WORTH_PERCENT} % of the plain values. That page decides for the chunk; what it finds new,
 *       later pages mostly find again, so the figure only gets better. Where integers are written
 *       as deltas, the dictionary must beat those: they are as compact as codes, so what counts is
 *       how many pages will share the dictionary, and {@value #PAGES_PER_DICTIONARY} are assumed.
 *   <li><b>After every page:</b> if the dictionary outgrew the dictionary page size, what the page
 *       added is taken back, and this page and all later ones are written without. Earlier pages
 *       keep their codes.
 * </ol>
 *
 * <p>The next chunk asks anew.
 */
abstract class DictionaryEncoder extends ColumnEncoder {

  /** Enough to tell an id from a category, and still only a tenth of a page. */
  private static final int SAMPLE = 2048;

  /** Fewer values than this prove nothing. */
  private static final int SMALLEST_SAMPLE = 512;

  private static final int SAMPLE_DISTINCT_PERCENT = 95;

  /** A dictionary that saves less is made up for by the codec, which finds the same repeats. */
  private static final int WORTH_PERCENT = 75;

  /** Few enough to be true of the chunks of small commits. */
  private static final int PAGES_PER_DICTIONARY = 4;

  private enum Choice {
    UNDECIDED,
    KEPT,
    /** Earlier pages use it, later ones do not. */
    CLOSED,
    NONE
  }

  private Choice choice;

  DictionaryEncoder(ColumnDescriptor descriptor, ColumnSettings settings) {
    super(descriptor, settings);
    this.choice = firstChoice();
  }

  private Choice firstChoice() {
    return settings.dictionary() ? Choice.UNDECIDED : Choice.NONE;
  }

  @Override
  final Encoding encode(
      LeafSlice slice, int from, int count, Statistics<?> statistics, PageScratch scratch) {
    if (choice == Choice.UNDECIDED || choice == Choice.KEPT) {
      int[] codes = scratch.codes(count);
      if (lookIsWorthIt(slice, from, count, codes, scratch)) {
        if (settings.statistics()) {
          dictionaryStatistics(slice, from, count, codes, statistics, scratch);
        }
        int width = RunLength.width(distinct());
        scratch.page.putByte(width);
        RunLength.encode(codes, 0, count, width, scratch.page);
        return Encoding.RLE_DICTIONARY;
      }
    }
    if (settings.statistics()) {
      directStatistics(slice, from, count, statistics, scratch);
    }
    BloomFilter filter = bloom();
    if (filter != null) {
      addToBloom(slice, from, count, filter);
    }
    return encodeDirectly(slice, from, count, scratch);
  }

  /** Looks up the codes of all values; false if the values are to be written without. */
  private boolean lookIsWorthIt(
      LeafSlice slice, int from, int count, int[] codes, PageScratch scratch) {
    int before = distinct();
    int looked = 0;
    if (choice == Choice.UNDECIDED) {
      looked = Math.min(count, SAMPLE);
      look(slice, from, looked, codes, 0, scratch);
      if (looked >= SMALLEST_SAMPLE
          && (long) distinct() * 100 > (long) looked * SAMPLE_DISTINCT_PERCENT) {
        return giveUp();
      }
    }
    look(slice, from + looked, count - looked, codes, looked, scratch);
    if (dictionaryPageBytes() > settings.dictionaryBytes()) {
      if (choice == Choice.UNDECIDED) {
        return giveUp();
      }
      closeAt(before);
      choice = Choice.CLOSED;
      return false;
    }
    if (choice == Choice.UNDECIDED) {
      long codeBytes = (long) count * RunLength.width(distinct()) / Byte.SIZE;
      if (!isWorthIt(codeBytes, slice, from, count, scratch)) {
        return giveUp();
      }
      choice = Choice.KEPT;
    }
    return true;
  }

  private boolean giveUp() {
    release();
    choice = Choice.NONE;
    return false;
  }

  @Override
  final Encoding emptyEncoding(PageScratch scratch) {
    if (choice != Choice.KEPT) {
      return Encoding.PLAIN;
    }
    // So that a chunk with pages of nulls still counts as fully dictionary-encoded.
    scratch.page.putByte(RunLength.width(distinct()));
    return Encoding.RLE_DICTIONARY;
  }

  @Override
  final int valuesThatFit(LeafSlice slice, int from, int count, int bytes) {
    if (choice == Choice.KEPT) {
      return Math.max(1, bytes / Integer.BYTES);
    }
    return plainValuesThatFit(slice, from, count, bytes);
  }

  @Override
  final ColumnChunk.@Nullable Dictionary finishDictionary(PageScratch scratch) {
    ColumnChunk.Dictionary dictionary = null;
    if (distinct() > 0 && choice != Choice.UNDECIDED) {
      if (choice == Choice.CLOSED) {
        BloomFilter filter = bloom();
        if (filter != null) {
          addDictionaryToBloom(filter);
        }
      }
      scratch.page.clear();
      writeDictionary(scratch.page);
      int length = scratch.page.size;
      dictionary =
          new ColumnChunk.Dictionary(
              scratch.compressor.compress(scratch.page.bytes, 0, length), length, distinct());
    }
    clear();
    choice = firstChoice();
    return dictionary;
  }

  /** How many different values there are. */
  abstract int distinct();

  /** Sets {@code codes[at..]} to the codes of some values, new ones for new values. */
  abstract void look(
      LeafSlice slice, int from, int count, int[] codes, int at, PageScratch scratch);

  /**
   * Takes back every code from {@code size} on; nothing will be looked up in this chunk any more.
   */
  abstract void closeAt(int size);

  /** Forgets the dictionary, and keeps its memory for the next chunk. */
  abstract void clear();

  /** Forgets the dictionary and lets go of its memory. */
  abstract void release();

  /** Writes the values in the order of their codes, PLAIN. */
  abstract void writeDictionary(PageBuffer out);

  abstract void addDictionaryToBloom(BloomFilter filter);

  abstract void addToBloom(LeafSlice slice, int from, int count, BloomFilter filter);

  abstract void dictionaryStatistics(
      LeafSlice slice,
      int from,
      int count,
      int[] codes,
      Statistics<?> statistics,
      PageScratch scratch);

  abstract void directStatistics(
      LeafSlice slice, int from, int count, Statistics<?> statistics, PageScratch scratch);

  abstract Encoding encodeDirectly(LeafSlice slice, int from, int count, PageScratch scratch);

  /** Whether the first page, of {@code codeBytes} bytes of codes, shows that a dictionary pays. */
  private boolean isWorthIt(
      long codeBytes, LeafSlice slice, int from, int count, PageScratch scratch) {
    if (!writesDeltas()) {
      return (dictionaryPageBytes() + codeBytes) * 100
          <= plainBytes(slice, from, count) * WORTH_PERCENT;
    }
    PageBuffer page = scratch.page;
    int before = page.size;
    encodeDirectly(slice, from, count, scratch);
    int deltaBytes = page.size - before;
    page.size = before;
    return codeBytes + dictionaryPageBytes() / PAGES_PER_DICTIONARY <= deltaBytes;
  }

  /** Whether values without a dictionary are deltas, and not PLAIN. */
  boolean writesDeltas() {
    return false;
  }

  /** Bytes that the values take PLAIN. */
  abstract long plainBytes(LeafSlice slice, int from, int count);

  abstract int plainValuesThatFit(LeafSlice slice, int from, int count, int bytes);
}
