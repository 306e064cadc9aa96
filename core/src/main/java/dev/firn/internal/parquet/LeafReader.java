package dev.firn.internal.parquet;

import java.io.IOException;
import org.apache.parquet.CorruptDeltaByteArrays;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.values.RequiresPreviousReader;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one leaf in one row group, a run of them at a time: their levels, and the values
 * of those that have one. Hot. Not thread-safe.
 *
 * <p>An entry is a row's in a flat column; a list's element, or what stands for a list without any,
 * in a nested one. {@link #next} goes to a run; then its levels are there to look at, and {@link
 * #words}, {@link #longs}, {@link #booleans} or {@link #slices}, called once, gives the values of
 * the {@link #present} entries. All arrays are overwritten by the next run.
 *
 * <p>Source: the Parquet format, "Data Pages" and "Nested Encoding".
 */
public final class LeafReader {

  /** Entries whose levels and values are at hand: few enough for the cache. */
  private static final int WINDOW = 2_048;

  private final SchemaNode leaf;
  private final ColumnPages pages;
  private final @Nullable ParsedVersion writer;
  private final int maxDefinition;
  private final int maxRepetition;
  private final @Nullable PageDictionary dictionary;

  private @Nullable RunReader definitionRuns;
  private @Nullable RunReader repetitionRuns;
  private @Nullable PageValues values;

  /** Entries of the page that are not in the window yet. */
  private int leftInPage;

  private final int[] definitions;
  private final int[] repetitions;
  private int windowEnd;
  private int from;
  private int to;
  private int rowsBegun;
  private int present;

  private int[] words = {};
  private long[] longs = {};
  private boolean[] booleans = {};
  private final Slices slices = new Slices();

  LeafReader(SchemaNode leaf, ColumnPages pages, @Nullable ParsedVersion writer)
      throws IOException {
    this.leaf = leaf;
    this.pages = pages;
    this.writer = writer;
    this.maxDefinition = leaf.definition();
    this.maxRepetition = leaf.repetition();
    this.definitions = new int[WINDOW];
    this.repetitions = new int[maxRepetition > 0 ? WINDOW : 0];
    DictionaryPage page = pages.readDictionaryPage();
    this.dictionary = page == null ? null : new PageDictionary(page, leaf);
  }

  /** Plain values of a leaf. */
  static PageValues plain(byte[] bytes, int from, int end, SchemaNode leaf) throws IOException {
    int length = 0;
    if (leaf.physicalType() == PrimitiveTypeName.INT96) {
      length = 12;
    } else if (leaf.physicalType() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY) {
      length = leaf.byteLength();
      if (length <= 0) {
        throw new IOException("Column " + leaf.name() + " has values of " + length + " bytes");
      }
    }
    return new PageValues.Plain(bytes, from, end, length);
  }

  /**
   * Goes to the next run: entries that are at hand, of the row that was begun and of the next
   * {@code rows} ones.
   *
   * @return how many entries; 0 if the next one belongs to a later row, or there is none
   * @throws IOException if the file contradicts itself
   */
  public int next(int rows) throws IOException {
    from = to;
    if (from == windowEnd && !fillWindow()) {
      return 0;
    }
    int at = from;
    int begun = 0;
    if (maxRepetition == 0) {
      begun = Math.min(rows, windowEnd - from);
      at += begun;
    } else {
      while (at < windowEnd && (repetitions[at] > 0 || begun < rows)) {
        begun += repetitions[at] == 0 ? 1 : 0;
        at++;
      }
    }
    to = at;
    rowsBegun = begun;
    present = countPresent();
    return to - from;
  }

  private int countPresent() {
    if (maxDefinition == 0) {
      return to - from;
    }
    int count = 0;
    for (int e = from; e < to; e++) {
      count += definitions[e] == maxDefinition ? 1 : 0;
    }
    return count;
  }

  /** How many rows the run has begun. */
  public int rowsBegun() {
    return rowsBegun;
  }

  /** Where the run begins in {@link #definitions} and {@link #repetitions}. */
  public int from() {
    return from;
  }

  /** Where the run ends. */
  public int to() {
    return to;
  }

  /** How many entries of the run have a value. */
  public int present() {
    return present;
  }

  /** The definition level of an entry that has a value. */
  public int maxDefinition() {
    return maxDefinition;
  }

  /** Definition levels. Not to be changed. */
  public int[] definitions() {
    return definitions;
  }

  /** Repetition levels; without any element if all are 0. Not to be changed. */
  public int[] repetitions() {
    return repetitions;
  }

  /** The bits of values of type INT32 or FLOAT. */
  public int[] words() throws IOException {
    if (words.length < present) {
      words = new int[WINDOW];
    }
    values().words(words, present);
    return words;
  }

  /** The bits of values of type INT64 or DOUBLE. */
  public long[] longs() throws IOException {
    if (longs.length < present) {
      longs = new long[WINDOW];
    }
    values().longs(longs, present);
    return longs;
  }

  /** Values of type BOOLEAN. */
  public boolean[] booleans() throws IOException {
    if (booleans.length < present) {
      booleans = new boolean[WINDOW];
    }
    values().booleans(booleans, present);
    return booleans;
  }

  /** Values of all other types. */
  public Slices slices() throws IOException {
    values().slices(slices, present);
    return slices;
  }

  private PageValues values() throws IOException {
    if (values == null) {
      throw new IOException("There is no page");
    }
    return values;
  }

  private boolean fillWindow() throws IOException {
    while (leftInPage == 0) {
      DataPage page = pages.readPage();
      if (page == null) {
        return false;
      }
      begin(page);
    }
    int count = Math.min(WINDOW, leftInPage);
    if (repetitionRuns != null) {
      repetitionRuns.read(repetitions, count);
    }
    if (definitionRuns != null) {
      definitionRuns.read(definitions, count);
    }
    leftInPage -= count;
    windowEnd = count;
    from = 0;
    to = 0;
    return true;
  }

  private void begin(DataPage page) throws IOException {
    leftInPage = page.getValueCount();
    if (leftInPage < 0) {
      throw new IOException("A page of " + leftInPage + " values");
    }
    if (page instanceof DataPageV2 second) {
      repetitionRuns = runs(PageBytes.of(second.getRepetitionLevels()), maxRepetition);
      definitionRuns = runs(PageBytes.of(second.getDefinitionLevels()), maxDefinition);
      PageBytes data = PageBytes.of(second.getData());
      beginValues(second.getDataEncoding(), data.array, data.start, data.end);
    } else {
      beginFirst((DataPageV1) page);
    }
  }

  private void beginFirst(DataPageV1 page) throws IOException {
    PageBytes data = PageBytes.of(page.getBytes());
    byte[] bytes = data.array;
    int at = data.start;
    int end = data.end;
    repetitionRuns = null;
    definitionRuns = null;
    if (maxRepetition > 0) {
      int length = levelBytes(page.getRlEncoding(), bytes, at, end);
      at += Integer.BYTES + length;
      repetitionRuns = new RunReader(bytes, at - length, at, widthOf(maxRepetition));
    }
    if (maxDefinition > 0) {
      int length = levelBytes(page.getDlEncoding(), bytes, at, end);
      at += Integer.BYTES + length;
      definitionRuns = new RunReader(bytes, at - length, at, widthOf(maxDefinition));
    }
    beginValues(page.getValueEncoding(), bytes, at, end);
  }

  private static int levelBytes(Encoding encoding, byte[] bytes, int at, int end)
      throws IOException {
    if (encoding != Encoding.RLE) {
      throw new IOException("Firn does not read levels in the encoding " + encoding);
    }
    int length = end - at < Integer.BYTES ? -1 : LittleEndian.getInt(bytes, at);
    if (length < 0 || length > end - at - Integer.BYTES) {
      throw new IOException("A page says that its levels are longer than itself");
    }
    return length;
  }

  private static @Nullable RunReader runs(PageBytes bytes, int max) throws IOException {
    return max == 0 ? null : new RunReader(bytes.array, bytes.start, bytes.end, widthOf(max));
  }

  private static int widthOf(int max) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(max);
  }

  private void beginValues(Encoding encoding, byte[] bytes, int at, int end) throws IOException {
    PrimitiveTypeName type = leaf.physicalType();
    if (encoding.usesDictionary()) {
      if (dictionary == null) {
        throw new IOException("A page of column " + leaf.name() + " lacks its dictionary");
      }
      int width = at < end ? bytes[at] : 0; // a page of nulls may have no byte
      values =
          new PageValues.Coded(new RunReader(bytes, Math.min(at + 1, end), end, width), dictionary);
    } else if (encoding == Encoding.PLAIN && type != PrimitiveTypeName.BOOLEAN) {
      values = plain(bytes, at, end, leaf);
    } else if (encoding == Encoding.DELTA_BINARY_PACKED) {
      values = new DeltaValues(bytes, at, end);
    } else {
      ValuesReader reader = encoding.getValuesReader(leaf.descriptor(), ValuesType.VALUES);
      PageValues.Other other = PageValues.Other.of(reader, type, leftInPage, bytes, at, end);
      if (reader instanceof RequiresPreviousReader following
          && values instanceof PageValues.Other before
          && CorruptDeltaByteArrays.requiresSequentialReads(writer, encoding)) {
        following.setPreviousReader(before.reader());
      }
      values = other;
    }
  }
}
