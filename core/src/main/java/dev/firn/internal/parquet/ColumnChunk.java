package dev.firn.internal.parquet;

import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one leaf column in one row group, compressed, in memory. Immutable: it can be
 * written to a file more than once.
 */
public final class ColumnChunk {

  /** A compressed dictionary page. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Dictionary(byte[] bytes, int uncompressedBytes, int values) {}

  private final ColumnDescriptor descriptor;
  private final ColumnSettings settings;
  private final @Nullable Dictionary dictionary;
  private final List<Page> pages;
  private final @Nullable BloomFilter bloom;
  private final long entries;
  private final long fileBytes;
  private final long heldBytes;

  ColumnChunk(
      ColumnDescriptor descriptor,
      ColumnSettings settings,
      @Nullable Dictionary dictionary,
      List<Page> pages,
      @Nullable BloomFilter bloom,
      long entries,
      long fileBytes,
      long heldBytes) {
    this.descriptor = descriptor;
    this.settings = settings;
    this.dictionary = dictionary;
    this.pages = pages;
    this.bloom = bloom;
    this.entries = entries;
    this.fileBytes = fileBytes;
    this.heldBytes = heldBytes;
  }

  ColumnDescriptor descriptor() {
    return descriptor;
  }

  CompressionCodecName codec() {
    return settings.codec();
  }

  @Nullable Dictionary dictionary() {
    return dictionary;
  }

  List<Page> pages() {
    return pages;
  }

  @Nullable BloomFilter bloom() {
    return bloom;
  }

  /** Values and nulls. */
  long entries() {
    return entries;
  }

  /** Bytes in a file, without page headers. */
  public long fileBytes() {
    return fileBytes;
  }

  /** Bytes of heap. */
  public long heldBytes() {
    return heldBytes;
  }
}
