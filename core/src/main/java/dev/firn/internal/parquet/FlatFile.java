package dev.firn.internal.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.VersionParser;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.VersionParser.VersionParseException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file as its top-level columns of plain types, which is what keys are. Values are read
 * by parquet-java's column readers, over pages that come from {@link ColumnPages}, for its reader
 * of files needs Hadoop's classes. Nested columns are passed over. Immutable.
 *
 * <p>Source: the Parquet format, "File format" and "Nested encoding".
 */
public final class FlatFile {

  private final FileMetaData footer;
  private final List<Leaf> leaves;
  private final @Nullable ParsedVersion writer;

  /** Where bytes of a file come from. */
  public interface Source {

    /** Exactly these bytes. */
    byte[] read(long offset, int length) throws IOException;
  }

  /** A top-level column of a plain type. */
  public static final class Leaf {

    private final String name;
    private final int fieldId;
    private final int place;
    private final int index;
    private final ColumnDescriptor column;

    private Leaf(String name, int fieldId, int place, int index, ColumnDescriptor column) {
      this.name = name;
      this.fieldId = fieldId;
      this.place = place;
      this.index = index;
      this.column = column;
    }

    public String name() {
      return name;
    }

    /** Its field id, or -1 if the file has none for it. */
    public int fieldId() {
      return fieldId;
    }

    /** Its place among the top-level columns, from 0. */
    public int place() {
      return place;
    }

    /** Whether no value of it is null. */
    public boolean isRequired() {
      return column.getMaxDefinitionLevel() == 0;
    }

    /** How the file keeps it. */
    public PrimitiveTypeName physicalType() {
      return column.getPrimitiveType().getPrimitiveTypeName();
    }
  }

  private FlatFile(FileMetaData footer) {
    this.footer = footer;
    this.leaves = leaves(footer.getSchema());
    this.writer = writer(footer.getCreated_by());
  }

  /**
   * Reads the footer.
   *
   * @throws IOException if the file is no Parquet file, is encrypted, or cannot be read
   */
  public static FlatFile open(Source source, long fileBytes) throws IOException {
    return new FlatFile(Footer.read(source, fileBytes).content());
  }

  private static @Nullable ParsedVersion writer(@Nullable String createdBy) {
    try {
      return createdBy == null ? null : VersionParser.parse(createdBy);
    } catch (VersionParseException e) {
      return null; // it matters for bugs of writers that are known by name
    }
  }

  /** Leaves are counted, nested ones too: column chunks lie in this order. */
  private static List<Leaf> leaves(List<SchemaElement> schema) {
    List<Leaf> leaves = new ArrayList<>();
    int index = 0;
    int place = 0;
    int at = 1;
    while (at < schema.size()) {
      SchemaElement element = schema.get(at);
      place++;
      if (element.getNum_children() == 0) {
        if (element.getRepetition_type() != FieldRepetitionType.REPEATED) {
          leaves.add(leaf(element, place - 1, index));
        }
        index++;
        at++;
      } else {
        int end = endOf(schema, at);
        for (; at < end; at++) {
          index += schema.get(at).getNum_children() == 0 ? 1 : 0;
        }
      }
    }
    return leaves;
  }

  private static int endOf(List<SchemaElement> schema, int start) {
    int open = 1;
    int at = start;
    while (open > 0 && at < schema.size()) {
      open += schema.get(at).getNum_children() - 1;
      at++;
    }
    return at;
  }

  private static Leaf leaf(SchemaElement element, int place, int index) {
    Repetition repetition =
        element.getRepetition_type() == FieldRepetitionType.REQUIRED
            ? Repetition.REQUIRED
            : Repetition.OPTIONAL;
    PrimitiveType type =
        Types.primitive(physicalType(element.getType()), repetition)
            .length(element.getType_length())
            .named(element.getName());
    ColumnDescriptor column =
        new ColumnDescriptor(
            new String[] {element.getName()}, type, 0, repetition == Repetition.REQUIRED ? 0 : 1);
    int id = element.isSetField_id() ? element.getField_id() : -1;
    return new Leaf(element.getName(), id, place, index, column);
  }

  private static PrimitiveTypeName physicalType(org.apache.parquet.format.Type type) {
    return type == org.apache.parquet.format.Type.BYTE_ARRAY
        ? PrimitiveTypeName.BINARY
        : PrimitiveTypeName.valueOf(type.name());
  }

  /** Whether the file says field ids, of whatever column. */
  public boolean hasFieldIds() {
    return footer.getSchema().stream().anyMatch(SchemaElement::isSetField_id);
  }

  /** The top-level columns of plain types, in the file's order. */
  public List<Leaf> leaves() {
    return leaves;
  }

  public int rowGroups() {
    return footer.getRow_groupsSize();
  }

  public long rows(int rowGroup) {
    return group(rowGroup).getNum_rows();
  }

  private RowGroup group(int index) {
    return footer.getRow_groups().get(index);
  }

  /**
   * A reader of one column of one row group, whose bytes are read at once.
   *
   * @throws IOException if they cannot be read, or make no sense
   */
  public ColumnReader reader(Source source, int rowGroup, Leaf leaf) throws IOException {
    ColumnMetaData chunk = group(rowGroup).getColumns().get(leaf.index).getMeta_data();
    long start = chunk.getData_page_offset();
    if (chunk.isSetDictionary_page_offset() && chunk.getDictionary_page_offset() > 0) {
      start = Math.min(start, chunk.getDictionary_page_offset());
    }
    long length = chunk.getTotal_compressed_size();
    if (start < Footer.MAGIC_BYTES || length < 0 || length > Integer.MAX_VALUE - Long.BYTES) {
      throw new IOException(
          "Column " + leaf.name + " has " + length + " bytes from " + start + " on");
    }
    byte[] bytes = source.read(start, (int) length);
    return new ColumnReaderImpl(
        leaf.column, new ColumnPages(chunk, leaf.column, bytes), new NoConverter(), writer);
  }

  /** Values are asked for, not pushed. */
  private static final class NoConverter extends PrimitiveConverter {}
}
