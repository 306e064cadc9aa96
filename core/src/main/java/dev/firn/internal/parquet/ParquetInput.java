package dev.firn.internal.parquet;

import java.io.IOException;
import org.apache.parquet.VersionParser;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.VersionParser.VersionParseException;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file that is read: its schema, and its columns row group by row group. Pages come from
 * {@link ColumnPages}, for parquet-java's reader of files needs Hadoop's classes. Immutable.
 *
 * <p>Source: the Parquet format, "File format".
 */
public final class ParquetInput {

  private final FileMetaData footer;
  private final SchemaNode schema;
  private final @Nullable ParsedVersion writer;

  /** Where bytes of a file come from. */
  public interface Source {

    /** Exactly these bytes. */
    byte[] read(long offset, int length) throws IOException;
  }

  private ParquetInput(FileMetaData footer) throws IOException {
    this.footer = footer;
    this.schema = SchemaNode.root(footer.getSchema());
    this.writer = writer(footer.getCreated_by());
  }

  /**
   * Reads the footer.
   *
   * @throws IOException if the file is no Parquet file, is encrypted, or cannot be read
   */
  public static ParquetInput open(Source source, long fileBytes) throws IOException {
    return new ParquetInput(Footer.read(source, fileBytes).content());
  }

  private static @Nullable ParsedVersion writer(@Nullable String createdBy) {
    try {
      return createdBy == null ? null : VersionParser.parse(createdBy);
    } catch (VersionParseException e) {
      return null; // it matters for bugs of writers that are known by name
    }
  }

  /** Whether the file says field ids, of whatever column. */
  public boolean hasFieldIds() {
    return footer.getSchema().stream().anyMatch(SchemaElement::isSetField_id);
  }

  /** The group of all top-level columns. */
  public SchemaNode schema() {
    return schema;
  }

  public int rowGroups() {
    return footer.getRow_groupsSize();
  }

  public long rows(int rowGroup) {
    return group(rowGroup).getNum_rows();
  }

  /** Bytes of a row group's values, uncompressed but encoded. */
  public long bytes(int rowGroup) {
    return group(rowGroup).getTotal_byte_size();
  }

  private RowGroup group(int index) {
    return footer.getRow_groups().get(index);
  }

  /**
   * A reader of one leaf in one row group, whose bytes are read at once.
   *
   * @throws IOException if they cannot be read, or make no sense
   */
  public LeafReader reader(Source source, int rowGroup, SchemaNode leaf) throws IOException {
    ColumnMetaData chunk = group(rowGroup).getColumns().get(leaf.index()).getMeta_data();
    long start = Footer.start(chunk);
    long length = chunk.getTotal_compressed_size();
    if (start < Footer.MAGIC_BYTES || length < 0 || length > Integer.MAX_VALUE - Long.BYTES) {
      throw new IOException(
          "Column " + leaf.name() + " has " + length + " bytes from " + start + " on");
    }
    byte[] bytes = source.read(start, (int) length);
    return new LeafReader(leaf, new ColumnPages(chunk, leaf.descriptor(), bytes), writer);
  }
}
