package dev.firn.internal.scan;

import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.FlatShapes;
import dev.firn.internal.parquet.FlatFile;
import dev.firn.internal.parquet.FlatFile.Leaf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.column.ColumnReader;
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

  private static final int BATCH_ROWS = 8_192;

  private static final Set<TypeID> NO_KEYS =
      EnumSet.of(TypeID.FLOAT, TypeID.DOUBLE, TypeID.UNKNOWN, TypeID.GEOMETRY, TypeID.GEOGRAPHY);

  private final String location;
  private final InputSource source;
  private final FlatFile file;
  private final List<Part> parts;
  private int group = -1;
  private long leftInGroup;
  private long nextRow;
  private long firstRow;
  private int rows;

  /** One key column. */
  private static final class Part {

    final NestedField field;

    /** Null if the file does not have the column. */
    final @Nullable Leaf leaf;

    final @Nullable KeyValues values;
    @Nullable ColumnReader reader;
    final Column column;

    Part(NestedField field, ColumnShape shape, @Nullable Leaf leaf, @Nullable KeyValues values) {
      this.field = field;
      this.leaf = leaf;
      this.values = values;
      this.column = shape.newColumn();
    }
  }

  private KeyScan(String location, InputSource source, FlatFile file, List<Part> parts) {
    this.location = location;
    this.source = source;
    this.file = file;
    this.parts = parts;
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
    InputSource source = null;
    try {
      source = new InputSource(input);
      FlatFile file = FlatFile.open(source, input.getLength());
      List<Part> parts = new ArrayList<>();
      for (NestedField field : fields) {
        parts.add(part(input.location(), field, leaf(file, field, names)));
      }
      KeyScan scan = new KeyScan(input.location(), source, file, parts);
      source = null;
      return scan;
    } catch (UnsupportedTableException | NotFoundException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unreadable(input.location(), e);
    } finally {
      closeQuietly(source);
    }
  }

  private static Part part(String location, NestedField field, @Nullable Leaf leaf) {
    ColumnShape shape = FlatShapes.of(field.type());
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
    if (leaf == null) {
      return new Part(field, shape, null, null);
    }
    KeyValues values = KeyValues.of(shape, field.type(), leaf.physicalType());
    if (values == null) {
      throw new UnsupportedTableException(
          "Column '"
              + field.name()
              + "' of type "
              + field.type()
              + " is kept as "
              + leaf.physicalType()
              + " in "
              + location
              + ", which Iceberg does not allow",
          field.name(),
          null);
    }
    return new Part(field, shape, leaf, values);
  }

  private static @Nullable Leaf leaf(
      FlatFile file, NestedField field, @Nullable NameMapping names) {
    List<Leaf> leaves = file.leaves();
    boolean hasIds = file.hasFieldIds();
    for (Leaf leaf : leaves) {
      if (hasIds) {
        if (leaf.fieldId() == field.fieldId()) {
          return leaf;
        }
      } else if (names == null) {
        if (leaf.place() + 1 == field.fieldId()) {
          return leaf;
        }
      } else {
        MappedField mapped = names.find(leaf.name());
        if (mapped != null && mapped.id() != null && mapped.id() == field.fieldId()) {
          return leaf;
        }
      }
    }
    return null;
  }

  /**
   * Reads the next rows; false at the end of the file.
   *
   * @throws NotFoundException if the file is not there any more
   * @throws StorageException if they cannot be read
   */
  public boolean next() {
    try {
      while (leftInGroup == 0) {
        if (group + 1 >= file.rowGroups()) {
          return false;
        }
        beginGroup(group + 1);
      }
      firstRow = nextRow;
      rows = (int) Math.min(BATCH_ROWS, leftInGroup);
      for (Part part : parts) {
        fill(part);
      }
      nextRow += rows;
      leftInGroup -= rows;
      return true;
    } catch (NotFoundException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unreadable(location, e); // a file that contradicts itself, too
    }
  }

  private void beginGroup(int next) throws IOException {
    for (Part part : parts) {
      part.reader = part.leaf == null ? null : file.reader(source, next, part.leaf);
    }
    group = next;
    leftInGroup = file.rows(next);
  }

  private void fill(Part part) {
    Column column = part.column;
    column.truncate(0);
    ColumnReader reader = part.reader;
    KeyValues values = part.values;
    if (reader == null || values == null) {
      for (int i = 0; i < rows; i++) {
        KeyValues.addConstant(part.field.initialDefault(), column);
      }
      return;
    }
    int present = part.leaf != null && part.leaf.isRequired() ? 0 : 1;
    for (int i = 0; i < rows; i++) {
      if (reader.getCurrentDefinitionLevel() == present) {
        values.add(reader, column);
      } else {
        column.appendNull();
      }
      reader.consume();
    }
  }

  /** Whether the file has the column of this place among the fields. */
  public boolean has(int place) {
    return parts.get(place).leaf != null;
  }

  /** Position in the file of the first row that was read last. */
  public long firstRow() {
    return firstRow;
  }

  /** How many rows were read last. */
  public int rows() {
    return rows;
  }

  /** Their values, in the order of the fields; overwritten by the next ones. */
  public List<Column> columns() {
    return parts.stream().map(part -> part.column).toList();
  }

  private static StorageException unreadable(String location, Exception e) {
    return new StorageException(location + " cannot be read: " + e.getMessage(), location, e);
  }

  private static void closeQuietly(@Nullable InputSource source) {
    if (source != null) {
      try {
        source.close();
      } catch (IOException e) {
        // What could not be read is told already.
      }
    }
  }

  @Override
  public void close() {
    closeQuietly(source);
  }
}
