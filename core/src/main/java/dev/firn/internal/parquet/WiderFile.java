package dev.firn.internal.parquet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;

/**
 * A Parquet file that is to get columns more, without what it has being decoded.
 *
 * <p>All that a footer says of a file are offsets from its beginning. So what is before the footer
 * is copied as it is, and stays true; the pages of the new columns come behind it, and then a
 * footer of both. A row group's chunks need not lie side by side: a reader goes by their offsets.
 *
 * <p>The new columns come as a Parquet file too, of the same rows in the same row groups. What that
 * says of offsets is moved by the place where its pages come to lie.
 *
 * <p>Source: the Parquet format, "File format" and "Page index".
 */
public final class WiderFile {

  private final Footer footer;

  private WiderFile(Footer footer) {
    this.footer = footer;
  }

  /**
   * Reads the footer of a file.
   *
   * @throws IOException if it is no Parquet file, is encrypted, or cannot be read
   */
  public static WiderFile open(ParquetInput.Source source, long fileBytes) throws IOException {
    return new WiderFile(Footer.read(source, fileBytes));
  }

  public int rowGroups() {
    return footer.content().getRow_groupsSize();
  }

  public long rows(int rowGroup) {
    return footer.content().getRow_groups().get(rowGroup).getNum_rows();
  }

  /** How many bytes at the beginning of the file are to be copied. */
  public long bodyBytes() {
    return footer.bodyBytes();
  }

  /**
   * What is to come behind the copied bytes. Once only.
   *
   * @param columns a whole Parquet file, not encrypted, without bloom filters
   * @throws IOException if that is no such file, or of other rows
   */
  public byte[] end(byte[] columns) throws IOException {
    ParquetInput.Source source =
        (offset, length) -> Arrays.copyOfRange(columns, (int) offset, (int) offset + length);
    FileMetaData added = Footer.read(source, columns.length).content();
    FileMetaData whole = footer.content();
    if (added.getNum_rows() != whole.getNum_rows()
        || added.getRow_groupsSize() != whole.getRow_groupsSize()) {
      throw new IOException(
          "Columns of "
              + added.getNum_rows()
              + " rows cannot be added to a file of "
              + whole.getNum_rows());
    }
    int pagesEnd = endOfPages(added);
    ByteArrayOutputStream out = new ByteArrayOutputStream(columns.length + 4096);
    out.write(columns, Footer.MAGIC_BYTES, pagesEnd - Footer.MAGIC_BYTES);
    long moved = footer.bodyBytes() - Footer.MAGIC_BYTES;
    for (int group = 0; group < whole.getRow_groupsSize(); group++) {
      RowGroup rows = whole.getRow_groups().get(group);
      RowGroup more = added.getRow_groups().get(group);
      for (ColumnChunk chunk : more.getColumns()) {
        move(chunk, moved);
        moveIndexes(chunk, columns, moved, out);
        rows.addToColumns(chunk);
      }
      rows.setTotal_byte_size(rows.getTotal_byte_size() + more.getTotal_byte_size());
      if (rows.isSetTotal_compressed_size() && more.isSetTotal_compressed_size()) {
        rows.setTotal_compressed_size(
            rows.getTotal_compressed_size() + more.getTotal_compressed_size());
      }
    }
    addColumns(whole, added);
    int before = out.size();
    Util.writeFileMetaData(whole, out);
    byte[] length = new byte[Integer.BYTES];
    LittleEndian.putInt(length, 0, out.size() - before);
    out.writeBytes(length);
    out.writeBytes(Footer.MAGIC.getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private static int endOfPages(FileMetaData file) {
    long end = Footer.MAGIC_BYTES;
    for (RowGroup group : file.getRow_groups()) {
      for (ColumnChunk chunk : group.getColumns()) {
        ColumnMetaData column = chunk.getMeta_data();
        end = Math.max(end, Footer.start(column) + column.getTotal_compressed_size());
      }
    }
    return (int) end;
  }

  private static void move(ColumnChunk chunk, long by) {
    ColumnMetaData column = chunk.getMeta_data();
    if (chunk.getFile_offset() > 0) { // some write what it should be, and some nothing
      chunk.setFile_offset(chunk.getFile_offset() + by);
    }
    column.setData_page_offset(column.getData_page_offset() + by);
    if (column.isSetDictionary_page_offset()) {
      column.setDictionary_page_offset(column.getDictionary_page_offset() + by);
    }
  }

  /** Puts the indexes of a chunk behind what is there. */
  private void moveIndexes(ColumnChunk chunk, byte[] columns, long by, ByteArrayOutputStream out)
      throws IOException {
    if (chunk.isSetColumn_index_offset()) {
      int from = (int) chunk.getColumn_index_offset();
      chunk.setColumn_index_offset(footer.bodyBytes() + out.size());
      out.write(columns, from, chunk.getColumn_index_length());
    }
    if (chunk.isSetOffset_index_offset()) {
      OffsetIndex index =
          Util.readOffsetIndex(
              new ByteArrayInputStream(
                  columns, (int) chunk.getOffset_index_offset(), chunk.getOffset_index_length()));
      for (PageLocation page : index.getPage_locations()) {
        page.setOffset(page.getOffset() + by);
      }
      int before = out.size();
      Util.writeOffsetIndex(index, out);
      chunk.setOffset_index_offset(footer.bodyBytes() + before);
      chunk.setOffset_index_length(out.size() - before);
    }
  }

  private static void addColumns(FileMetaData whole, FileMetaData added) {
    List<SchemaElement> more = added.getSchema();
    SchemaElement root = whole.getSchema().get(0);
    root.setNum_children(root.getNum_children() + more.get(0).getNum_children());
    more.subList(1, more.size()).forEach(whole::addToSchema);
    if (whole.isSetColumn_orders() && added.isSetColumn_orders()) {
      added.getColumn_orders().forEach(whole::addToColumn_orders);
    }
  }
}
