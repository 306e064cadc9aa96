package dev.firn.internal.parquet;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.crypto.InternalFileEncryptor;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Writes row groups from memory as one Parquet file.
 *
 * <p>The pages are replayed into parquet-java's {@link ParquetFileWriter}, which puts a header with
 * a checksum before each, and collects footer, column index, offset index and bloom filters.
 */
public final class ParquetFile {

  /** Row groups could be padded to such blocks, for HDFS; they are not. */
  private static final long UNUSED_BLOCK_BYTES = 128L << 20;

  private final MessageType schema;
  private final Map<String, String> keyValues;
  private final ParquetProperties properties;

  /**
   * @param keyValues go into the footer
   * @param indexTruncateLength minimum and maximum in the column index are cut to this length
   */
  public ParquetFile(MessageType schema, Map<String, String> keyValues, int indexTruncateLength) {
    this.schema = schema;
    this.keyValues = Map.copyOf(keyValues);
    this.properties =
        ParquetProperties.builder()
            .withColumnIndexTruncateLength(indexTruncateLength)
            .withPageWriteChecksumEnabled(true)
            .build();
  }

  /**
   * Writes the file and closes it. If this throws, the stream may still be open, and what was
   * written is not a Parquet file.
   *
   * @param encryption how to encrypt, or null for a plain file
   * @return the footer as written
   */
  @SuppressWarnings("NullAway") // parquet-java takes null for "not encrypted"
  public ParquetMetadata write(
      OutputFile output, List<RowGroup> groups, @Nullable FileEncryptionProperties encryption)
      throws IOException {
    ParquetFileWriter writer =
        new ParquetFileWriter(
            output,
            schema,
            ParquetFileWriter.Mode.CREATE,
            UNUSED_BLOCK_BYTES,
            0,
            encryption,
            properties);
    InternalFileEncryptor encryptor = encryption == null ? null : writer.getEncryptor();
    boolean written = false;
    try {
      writer.start();
      for (int group = 0; group < groups.size(); group++) {
        writeGroup(writer, groups.get(group), group, encryptor);
      }
      writer.end(keyValues);
      written = true;
    } finally {
      if (!written) {
        // Frees the writer's buffers; an aborted writer leaves the stream alone.
        writer.abort();
        writer.close();
      }
    }
    return writer.getFooter();
  }

  private static void writeGroup(
      ParquetFileWriter writer, RowGroup rows, int group, @Nullable InternalFileEncryptor encryptor)
      throws IOException {
    writer.startBlock(rows.rows());
    for (int column = 0; column < rows.chunks().size(); column++) {
      ColumnChunk chunk = rows.chunks().get(column);
      PageCipher cipher = PageCipher.of(encryptor, chunk.descriptor(), group, column);
      writer.startColumn(chunk.descriptor(), chunk.entries(), chunk.codec());
      if (chunk.dictionary() != null) {
        writeDictionary(writer, chunk.dictionary(), cipher);
      }
      for (int page = 0; page < chunk.pages().size(); page++) {
        writePage(writer, chunk.pages().get(page), page, cipher);
      }
      BloomFilter bloom = chunk.bloom();
      if (bloom != null) {
        writer.addBloomFilter(String.join(".", chunk.descriptor().getPath()), bloom);
      }
      writer.endColumn();
    }
    writer.endBlock();
  }

  @SuppressWarnings("NullAway") // parquet-java takes a null encryptor for "none"
  private static void writeDictionary(
      ParquetFileWriter writer, ColumnChunk.Dictionary dictionary, PageCipher cipher)
      throws IOException {
    byte[] bytes = cipher.dictionary(dictionary.bytes());
    writer.writeDictionaryPage(
        new DictionaryPage(
            BytesInput.from(bytes),
            dictionary.uncompressedBytes(),
            dictionary.values(),
            Encoding.PLAIN),
        cipher.headers(),
        cipher.dictionaryHeaderAad());
  }

  @SuppressWarnings("NullAway") // parquet-java takes a null encryptor for "none"
  private static void writePage(ParquetFileWriter writer, Page page, int ordinal, PageCipher cipher)
      throws IOException {
    if (!page.version2()) {
      writer.writeDataPage(
          page.entries(),
          page.uncompressedBytes(),
          BytesInput.from(cipher.page(page.bytes(), ordinal)),
          page.statistics(),
          page.rows(),
          Encoding.RLE,
          Encoding.RLE,
          page.encoding(),
          cipher.headers(),
          cipher.pageHeaderAad(ordinal),
          page.sizes());
      return;
    }
    int repetition = page.repetitionBytes();
    int levels = repetition + page.definitionBytes();
    byte[] values = Arrays.copyOfRange(page.bytes(), levels, page.bytes().length);
    boolean compressed = values.length > 0;
    writer.writeDataPageV2(
        page.rows(),
        page.nulls(),
        page.entries(),
        BytesInput.from(page.bytes(), 0, repetition),
        BytesInput.from(page.bytes(), repetition, page.definitionBytes()),
        page.encoding(),
        BytesInput.from(cipher.page(values, ordinal)),
        compressed,
        page.uncompressedBytes() - levels,
        page.statistics(),
        cipher.headers(),
        cipher.pageHeaderAad(ordinal),
        page.sizes());
  }
}
