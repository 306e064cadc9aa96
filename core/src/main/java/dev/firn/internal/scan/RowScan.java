package dev.firn.internal.scan;

import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.buffer.Shapes;
import dev.firn.internal.parquet.ParquetInput;
import dev.firn.internal.parquet.SchemaNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one Parquet data file, whoever wrote it, in batches that can be encoded again. All
 * rows of the file come, in its order: deleted ones too, for a row is named by its position.
 *
 * <p>Columns are found as {@link KeyScan} does it, and nested fields in the same way: by field id,
 * or by name mapping in a file without ids. A column or field that the file does not have is null,
 * or has its initial default. One row group's chunks of these columns are in memory at a time. Not
 * thread-safe.
 */
public final class RowScan implements AutoCloseable {

  private final FileScan file;
  private final RowBatch batch;

  private RowScan(FileScan file, RowBatch batch) {
    this.file = file;
    this.batch = batch;
  }

  /**
   * Opens a data file.
   *
   * @param fields the columns wanted, top-level, as the table has them now
   * @param names for files without field ids; null if the table has no name mapping
   * @param ifNull by field id of a top-level column of type long: what stands for a null there, or
   *     for a column that the file lacks, by the row's position in the file
   * @throws NotFoundException if the file is not there (any more)
   * @throws StorageException if it cannot be read
   * @throws UnsupportedTableException if a column is of a type that Firn does not read, if the file
   *     keeps it in another way than Iceberg allows, or if it lacks one that must not be null
   */
  public static RowScan open(
      InputFile input,
      List<NestedField> fields,
      @Nullable NameMapping names,
      Map<Integer, LongUnaryOperator> ifNull) {
    RowBatch batch = new RowBatch(fields.stream().map(RowScan::shape).toList());
    FileScan file =
        FileScan.open(
            input,
            opened -> {
              FieldMatch match = FieldMatch.of(opened, names);
              List<ColumnScan> scans = new ArrayList<>();
              for (int i = 0; i < fields.size(); i++) {
                NestedField field = fields.get(i);
                scans.add(
                    scan(
                        input.location(),
                        field,
                        match,
                        opened,
                        batch.columns().get(i),
                        ifNull.get(field.fieldId())));
              }
              return scans;
            });
    return new RowScan(file, batch);
  }

  private static ColumnShape shape(NestedField field) {
    ColumnShape shape = Shapes.of(field.type());
    if (shape == null) {
      throw new UnsupportedTableException(
          "Column '" + field.name() + "' has type " + field.type() + ", which Firn does not read",
          field.name(),
          null);
    }
    return shape;
  }

  private static ColumnScan scan(
      String location,
      NestedField field,
      FieldMatch match,
      ParquetInput file,
      Column column,
      @Nullable LongUnaryOperator ifNull) {
    SchemaNode found = match.find(file.schema(), field);
    if (ifNull != null) {
      return new NumberedScan(location, field, found, column, ifNull);
    }
    if (found == null) {
      requireDispensable(location, field, field.name());
    } else if (field.type().isNestedType()) {
      return new NestedScan(location, field, match.within(field), found, column);
    }
    return new FlatScan(location, field, found, column);
  }

  /** That a field which the file lacks may be null, or has a default. */
  static void requireDispensable(String location, NestedField field, String path) {
    if (field.isRequired() && field.initialDefault() == null) {
      throw new UnsupportedTableException(
          location + " lacks the column '" + path + "', which is required and has no default",
          path,
          null);
    }
  }

  /**
   * Reads the next rows; false at the end of the file.
   *
   * @throws NotFoundException if the file is not there any more
   * @throws StorageException if they cannot be read
   */
  public boolean next() {
    batch.truncate(0);
    if (!file.next()) {
      return false;
    }
    batch.endRows(file.rows());
    return true;
  }

  /** Position in the file of the first row that was read last. */
  public long firstRow() {
    return file.firstRow();
  }

  /** How many rows were read last. */
  public int rows() {
    return batch.rows();
  }

  /** Their values, in the order of the fields; overwritten by the next ones. */
  public RowBatch batch() {
    return batch;
  }

  @Override
  public void close() {
    file.close();
  }
}
