package dev.firn.internal.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * Turns the rows of one leaf column into compressed pages, chunk after chunk. Hot.
 *
 * <p>A page is built in one go from a {@link LeafSlice}: repetition levels, definition levels,
 * values, each in a tight loop over an array; then it is compressed as a whole and kept. A slice
 * becomes one page, unless its values exceed the page size: then it is cut at row boundaries.
 *
 * <p>One encoder per column and file; columns do not know each other, so several threads may encode
 * the columns of one file at the same time, each with its own {@link PageScratch}. One thread at a
 * time per encoder.
 */
public abstract class ColumnEncoder {

  final ColumnDescriptor descriptor;
  final PrimitiveType type;
  final ColumnSettings settings;
  private final int maxDefinition;
  private final int maxRepetition;
  private final NestedLevelCounts levelCounts;
  private final CompressionEffort effort = new CompressionEffort();

  private List<Page> pages = new ArrayList<>();
  private @Nullable BloomFilter bloom;
  private long entries;
  private long pageBytes;
  private long uncompressedBytes;
  private long heldByPages;

  // Over all chunks.
  private long allEntries;
  private long allNulls;
  private long allValueBytes;

  ColumnEncoder(ColumnDescriptor descriptor, ColumnSettings settings) {
    this.descriptor = descriptor;
    this.type = descriptor.getPrimitiveType();
    this.settings = settings;
    this.maxDefinition = descriptor.getMaxDefinitionLevel();
    this.maxRepetition = descriptor.getMaxRepetitionLevel();
    this.levelCounts = new NestedLevelCounts(maxDefinition, maxRepetition);
    if (maxDefinition > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(
          "column " + String.join(".", descriptor.getPath()) + " is nested too deeply");
    }
  }

  /** An encoder for a column of any physical type but INT96. */
  public static ColumnEncoder of(ColumnDescriptor descriptor, ColumnSettings settings) {
    return switch (descriptor.getPrimitiveType().getPrimitiveTypeName()) {
      case BOOLEAN -> new BooleanEncoder(descriptor, settings);
      case INT32 -> new IntEncoder(descriptor, settings);
      case INT64 -> new LongEncoder(descriptor, settings);
      case FLOAT -> new FloatEncoder(descriptor, settings);
      case DOUBLE -> new DoubleEncoder(descriptor, settings);
      case BINARY -> new BytesEncoder(descriptor, settings);
      case FIXED_LEN_BYTE_ARRAY -> new FixedEncoder(descriptor, settings);
      case INT96 -> throw new IllegalArgumentException("INT96 is not written");
    };
  }

  /** Adds rows, as one page or, if they are too many bytes, as several. */
  public final void add(LeafSlice slice, PageScratch scratch) {
    PageCut cut = new PageCut(slice, maxDefinition);
    while (cut.hasMore()) {
      int fit = valuesThatFit(slice, cut.nextValue(), cut.valuesLeft(), settings.pageBytes());
      cut.advance(fit);
      writePage(slice, cut, scratch);
    }
  }

  private void writePage(LeafSlice slice, PageCut cut, PageScratch scratch) {
    PageBuffer page = scratch.page;
    page.clear();
    int count = cut.values();
    int nulls = cut.entries() - count;
    writeLevels(slice, slice.repetitions, maxRepetition, cut, scratch);
    int repetitionBytes = page.size;
    writeLevels(slice, slice.definitions, maxDefinition, cut, scratch);
    int levelBytes = page.size;
    Statistics<?> statistics =
        settings.statistics() ? Statistics.createStats(type) : Statistics.noopStats(type);
    if (settings.statistics()) {
      statistics.incrementNumNulls(nulls);
    }
    Encoding encoding;
    if (count == 0) {
      encoding = emptyEncoding(scratch);
    } else {
      observe(slice, cut.firstValue(), count);
      encoding = encode(slice, cut.firstValue(), count, statistics, scratch);
    }
    long valueBytes = valueBytes(slice, cut.firstValue(), count);
    SizeStatistics sizes = levelCounts.count(type, slice, cut, valueBytes);
    int plain = settings.version2() ? levelBytes : 0;
    byte[] bytes = effort.compress(scratch.compressor, page.bytes, plain, page.size);
    pages.add(
        new Page(
            settings.version2(),
            bytes,
            settings.version2() ? repetitionBytes : 0,
            settings.version2() ? levelBytes - repetitionBytes : 0,
            page.size,
            cut.entries(),
            nulls,
            cut.rows(),
            encoding,
            statistics,
            sizes));
    entries += cut.entries();
    allEntries += cut.entries();
    allNulls += nulls;
    allValueBytes += valueBytes;
    pageBytes += bytes.length;
    uncompressedBytes += page.size;
    heldByPages += Page.heapBytes(bytes.length, statisticsBytes(statistics));
  }

  /** Levels of one page; in version 1 behind their length. */
  private void writeLevels(
      LeafSlice slice, byte @Nullable [] levels, int max, PageCut cut, PageScratch scratch) {
    if (max == 0) {
      return;
    }
    PageBuffer page = scratch.page;
    int start = page.size;
    if (!settings.version2()) {
      page.putInt(0);
    }
    int from = cut.firstEntry();
    int to = from + cut.entries();
    if (levels != null) {
      LevelRuns.ofBytes(levels, from, to, max, scratch.codes(to - from), page);
    } else if (cut.values() == cut.entries()) {
      RunLength.repeat(max, to - from, RunLength.width(max + 1), page);
    } else if (slice.nullBits != null && cut.values() > 0) {
      int base = slice.nullBitsFrom;
      LevelRuns.ofNullBits(slice.nullBits, base + from, base + to, page);
    } else {
      RunLength.repeat(0, to - from, RunLength.width(max + 1), page);
    }
    if (!settings.version2()) {
      LittleEndian.putInt(page.bytes, start, page.size - start - Integer.BYTES);
    }
  }

  /** How many of the values from {@code from} on fit into a page; at least one is always taken. */
  abstract int valuesThatFit(LeafSlice slice, int from, int count, int bytes);

  /** Sees the values of a page, at least one, before they are encoded. */
  void observe(LeafSlice slice, int from, int count) {}

  /** The range of floating point numbers over all chunks; null for other types. */
  @Nullable FloatingRange range() {
    return null;
  }

  /** Writes values, at least one, to the page and their minimum and maximum to the statistics. */
  abstract Encoding encode(
      LeafSlice slice, int from, int count, Statistics<?> statistics, PageScratch scratch);

  /** The encoding of a page without values; what little it needs is written. */
  Encoding emptyEncoding(PageScratch scratch) {
    return Encoding.PLAIN;
  }

  /** Bytes of the values alone, where their length varies; else 0. */
  long valueBytes(LeafSlice slice, int from, int count) {
    return 0;
  }

  /** Heap that minimum and maximum of a page keep, beyond two numbers. */
  int statisticsBytes(Statistics<?> statistics) {
    return 0;
  }

  /** The dictionary, if pages of the chunk refer to one. */
  ColumnChunk.@Nullable Dictionary finishDictionary(PageScratch scratch) {
    return null;
  }

  /** Heap of the dictionary and whatever else outlives a page. */
  long heldByValues() {
    return 0;
  }

  /** Bytes that the dictionary page would take now, uncompressed. */
  long dictionaryPageBytes() {
    return 0;
  }

  /** The bloom filter of this chunk, made when it is first needed; null if none is wanted. */
  final @Nullable BloomFilter bloom() {
    if (bloom == null && settings.bloom() != null) {
      bloom = BloomFilters.of(settings.bloom(), descriptor);
    }
    return bloom;
  }

  /** Ends the chunk and begins the next one. */
  public final ColumnChunk finish(PageScratch scratch) {
    ColumnChunk.Dictionary dictionary = finishDictionary(scratch);
    long bloomBytes = BloomFilters.heapBytes(bloom);
    long held = heldByPages + bloomBytes;
    long inFile = pageBytes + bloomBytes;
    if (dictionary != null) {
      inFile += dictionary.bytes().length;
      held += Page.heapBytes(dictionary.bytes().length, 0);
    }
    ColumnChunk chunk =
        new ColumnChunk(descriptor, settings, dictionary, pages, bloom, entries, inFile, held);
    pages = new ArrayList<>();
    effort.clear();
    bloom = null;
    entries = 0;
    pageBytes = 0;
    uncompressedBytes = 0;
    heldByPages = 0;
    return chunk;
  }

  /** Begins a new file; what was finished is forgotten, and its memory kept. */
  public final void reset() {
    if (entries > 0) {
      throw new IllegalStateException("a chunk is under way");
    }
    allEntries = 0;
    allNulls = 0;
    allValueBytes = 0;
    FloatingRange range = range();
    if (range != null) {
      range.clear();
    }
  }

  /** Figures over all chunks so far. */
  public final ValueSummary summary() {
    FloatingRange range = range();
    return range == null
        ? new ValueSummary(allEntries, allNulls, 0, 0, 0, allValueBytes)
        : new ValueSummary(
            allEntries, allNulls, range.nans(), range.lowest(), range.highest(), allValueBytes);
  }

  /** Bytes of heap that the chunk under way takes. */
  public final long heldBytes() {
    return heldByPages + heldByValues() + BloomFilters.heapBytes(bloom);
  }

  /** Bytes that the chunk under way would take in a file, the dictionary not yet compressed. */
  public final long encodedBytes() {
    return pageBytes + dictionaryPageBytes();
  }

  /** Bytes of the chunk under way before compression. */
  public final long uncompressedBytes() {
    return uncompressedBytes + dictionaryPageBytes();
  }
}
