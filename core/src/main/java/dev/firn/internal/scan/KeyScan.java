package dev.firn.internal.scan;

import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.Shapes;
import dev.firn.internal.parquet.SchemaNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The key columns of one Parquet data file, in batches of rows, in the order and with all the rows
 * of the file: deleted ones too, for a row is named by its position. Values come in the columns
 * that new rows are kept in, so that a key is made of both by the same code.
 *
 * <p>Columns are found by field id; in a file without ids by the table's name mapping, or, as
 * Iceberg does it, by their place. A column that the file does not have is null in all rows, or has
 * its initial default. One row group's chunks of these columns are in memory at a time. Not
 * thread-safe.
 */
public final class KeyScan implements AutoCloseable {

  private static final Set<TypeID> NO_KEYS =
      EnumSet.of(TypeID.FLOAT, TypeID.DOUBLE, TypeID.UNKNOWN, TypeID.GEOMETRY, TypeID.GEOGRAPHY);

  private final FileScan file;
  private final List<Column> columns;
  private final List<FlatScan> scans;

  private KeyScan(FileScan file, List<Column> columns, List<FlatScan> scans) {
    this.file = file;
    this.columns = columns;
    this.scans = scans;
  }

  /**
   * Opens a data file.
   *
   * @param fields the key columns, top-level and of plain types, as the table has them now
   * @param names for files without field ids; null if the table has no name mapping
   * @throws NotFoundException if the file is not there (any more)
   * @throws StorageException if it cannot be read
   * @throws UnsupportedTableException if a column of these cannot be a key, or the file keeps it in
   *     another way than Iceberg allows
   */
  public static KeyScan open(
      InputFile input, List<NestedField> fields, @Nullable NameMapping names) {
    List<Column> columns = new ArrayList<>();
    List<FlatScan> scans = new ArrayList<>();
    FileScan file =
        FileScan.open(
            input,
            opened -> {
              FieldMatch match = FieldMatch.of(opened, names);
              for (NestedField field : fields) {
                ColumnShape shape = shape(field);
                SchemaNode found = match.find(opened.schema(), field);
                Column column = shape.newColumn();
                columns.add(column);
                scans.add(new FlatScan(input.location(), field, found, column));
              }
              return scans;
            });
    return new KeyScan(file, List.copyOf(columns), scans);
  }

  private static ColumnShape shape(NestedField field) {
    ColumnShape shape = field.type().isPrimitiveType() ? Shapes.of(field.type()) : null;
    if (shape == null || NO_KEYS.contains(field.type().typeId())) {
      throw new UnsupportedTableException(
          "Column '"
              + field.name()
              + "' of type "
              + field.type()
              + " cannot be part of a key: keys are booleans, whole numbers, decimals, dates, times,"
              + " timestamps, strings, uuids and bytes",
          field.name(),
          null);
    }
    return shape;
  }

  /**
   * Reads the next rows; false at the end of the file.
   *
   * @throws NotFoundException if the file is not there any more
   * @throws StorageException if they cannot be read
   */
  public boolean next() {
    return file.next();
  }

  /** Whether the file has the column of this place among the fields. */
  public boolean has(int place) {
    return scans.get(place).isInFile();
  }

  /** Position in the file of the first row that was read last. */
  public long firstRow() {
    return file.firstRow();
  }

  /** How many rows were read last. */
  public int rows() {
    return file.rows();
  }

  /** Their values, in the order of the fields; overwritten by the next ones. */
  public List<Column> columns() {
    return columns;
  }

  @Override
  public void close() {
    file.close();
  }
}
