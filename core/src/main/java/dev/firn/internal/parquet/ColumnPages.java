package dev.firn.internal.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a column chunk that is in memory, decompressed one by one. Sizes and counts that
 * headers claim are held against what is there. Not thread-safe.
 */
final class ColumnPages implements PageReader {

  /** A page is a piece of a chunk; writers make pages of a megabyte. */
  private static final int MAX_PAGE_BYTES = 1 << 30;

  private final ColumnMetaData chunk;
  private final byte[] bytes;
  private final Decompressor decompressor;
  private final Statistics<?> noStatistics;
  private int at;
  private long valuesSeen;
  private @Nullable DataPage ahead;

  /**
   * @param bytes all of the chunk, from its first page on
   */
  ColumnPages(ColumnMetaData chunk, ColumnDescriptor column, byte[] bytes) throws IOException {
    this.chunk = chunk;
    this.bytes = bytes;
    this.decompressor = Decompressor.of(chunk.getCodec());
    this.noStatistics = Statistics.getBuilderForReading(column.getPrimitiveType()).build();
  }

  @Override
  public long getTotalValueCount() {
    return chunk.getNum_values();
  }

  @Override
  public @Nullable DictionaryPage readDictionaryPage() {
    try {
      PageHeader header = header();
      if (header == null) {
        return null;
      }
      if (header.getType() != PageType.DICTIONARY_PAGE) {
        ahead = dataPage(header);
        return null;
      }
      return new DictionaryPage(
          BytesInput.from(all(header)),
          header.getDictionary_page_header().getNum_values(),
          encoding(header.getDictionary_page_header().getEncoding()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public @Nullable DataPage readPage() {
    DataPage page = ahead;
    ahead = null;
    try {
      while (page == null) {
        PageHeader header = header();
        if (header == null) {
          return null;
        }
        page = dataPage(header);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return page;
  }

  /** The next page's, or null at the end of the chunk. */
  private @Nullable PageHeader header() throws IOException {
    if (valuesSeen >= chunk.getNum_values() || at >= bytes.length) {
      return null;
    }
    ByteArrayInputStream in = new ByteArrayInputStream(bytes, at, bytes.length - at);
    PageHeader header = Util.readPageHeader(in);
    at = bytes.length - in.available();
    int compressed = header.getCompressed_page_size();
    int uncompressed = header.getUncompressed_page_size();
    if (compressed < 0
        || compressed > bytes.length - at
        || uncompressed < 0
        || uncompressed > MAX_PAGE_BYTES) {
      throw new IOException(
          "A page says that it has "
              + compressed
              + " bytes, decompressed "
              + uncompressed
              + "; its chunk has "
              + (bytes.length - at)
              + " more");
    }
    return header;
  }

  /** Null for a page of another kind, which is passed over. */
  private @Nullable DataPage dataPage(PageHeader header) throws IOException {
    if (header.getType() == PageType.DATA_PAGE) {
      return first(header, header.getData_page_header());
    } else if (header.getType() == PageType.DATA_PAGE_V2) {
      return second(header, header.getData_page_header_v2());
    }
    at += header.getCompressed_page_size();
    return null;
  }

  private DataPage first(PageHeader header, DataPageHeader data) throws IOException {
    valuesSeen += data.getNum_values();
    return new DataPageV1(
        BytesInput.from(all(header)),
        data.getNum_values(),
        header.getUncompressed_page_size(),
        noStatistics,
        encoding(data.getRepetition_level_encoding()),
        encoding(data.getDefinition_level_encoding()),
        encoding(data.getEncoding()));
  }

  /** Levels are never compressed, values may be. */
  private DataPage second(PageHeader header, DataPageHeaderV2 data) throws IOException {
    int repetition = data.getRepetition_levels_byte_length();
    int definition = data.getDefinition_levels_byte_length();
    int compressed = header.getCompressed_page_size() - repetition - definition;
    int uncompressed = header.getUncompressed_page_size() - repetition - definition;
    if (repetition < 0 || definition < 0 || compressed < 0 || uncompressed < 0) {
      throw new IOException("A page says that its levels are longer than itself");
    }
    int levels = at;
    int values = at + repetition + definition;
    at += header.getCompressed_page_size();
    valuesSeen += data.getNum_values();
    return DataPageV2.uncompressed(
        data.getNum_rows(),
        data.getNum_nulls(),
        data.getNum_values(),
        BytesInput.from(bytes, levels, repetition),
        BytesInput.from(bytes, levels + repetition, definition),
        encoding(data.getEncoding()),
        data.isIs_compressed()
            ? BytesInput.from(decompressor.decompress(bytes, values, compressed, uncompressed))
            : BytesInput.from(bytes, values, compressed),
        noStatistics);
  }

  private byte[] all(PageHeader header) throws IOException {
    int start = at;
    at += header.getCompressed_page_size();
    return decompressor.decompress(
        bytes, start, header.getCompressed_page_size(), header.getUncompressed_page_size());
  }

  private static Encoding encoding(org.apache.parquet.format.Encoding encoding) throws IOException {
    try {
      return Encoding.valueOf(encoding.name());
    } catch (IllegalArgumentException e) {
      throw new IOException("Firn does not read the encoding " + encoding, e);
    }
  }
}
