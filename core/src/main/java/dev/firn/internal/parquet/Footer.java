package dev.firn.internal.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;

/**
 * What the end of a Parquet file says of the rest.
 *
 * @param content columns, row groups, and where they are
 * @param bodyBytes what is before it: row groups, and what belongs to them
 *     <p>Source: the Parquet format, "File format".
 */
record Footer(FileMetaData content, long bodyBytes) {

  static final String MAGIC = "PAR1";
  static final int MAGIC_BYTES = 4;

  /** Its length, and the magic. */
  static final int TAIL_BYTES = Integer.BYTES + MAGIC_BYTES;

  private static final String ENCRYPTED_MAGIC = "PARE";

  /** Where the bytes of a column chunk begin. */
  static long start(ColumnMetaData chunk) {
    long pages = chunk.getData_page_offset();
    boolean hasDictionary =
        chunk.isSetDictionary_page_offset() && chunk.getDictionary_page_offset() > 0;
    return hasDictionary ? Math.min(pages, chunk.getDictionary_page_offset()) : pages;
  }

  /**
   * Reads it.
   *
   * @throws IOException if the file is no Parquet file, is encrypted, or cannot be read
   */
  static Footer read(ParquetInput.Source source, long fileBytes) throws IOException {
    if (fileBytes < TAIL_BYTES + MAGIC_BYTES) {
      throw new IOException("A file of " + fileBytes + " bytes is no Parquet file");
    }
    byte[] tail = source.read(fileBytes - TAIL_BYTES, TAIL_BYTES);
    String magic = new String(tail, Integer.BYTES, MAGIC_BYTES, StandardCharsets.US_ASCII);
    if (magic.equals(ENCRYPTED_MAGIC)) {
      throw new IOException("Firn does not read encrypted Parquet files yet");
    }
    long length = LittleEndian.getInt(tail, 0);
    if (!magic.equals(MAGIC) || length < 0 || length > fileBytes - TAIL_BYTES - MAGIC_BYTES) {
      throw new IOException("This is no Parquet file, or its end is missing");
    }
    long start = fileBytes - TAIL_BYTES - length;
    byte[] bytes = source.read(start, (int) length);
    return new Footer(Util.readFileMetaData(new ByteArrayInputStream(bytes)), start);
  }
}
