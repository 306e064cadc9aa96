package dev.firn.internal.keys;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The column that says which row of a key is newer, whatever becomes of the table's schema. A row's
 * <em>version</em> is its value there, as a long: all types that are taken have the order of longs.
 *
 * @param id of the column
 * @param typeName of its type as it was declared: what no promotion that keeps versions changes
 */
public record TableOrder(int id, String typeName) {

  /** The version of a row without a value, and of a key without a row: no other is lower. */
  public static final long LOWEST = RowNumbers.NONE;

  /**
   * The order by this column.
   *
   * @param column the name of a top-level column
   * @param key whose rows are told apart
   * @throws UnsupportedTableException if it is not there, is part of the key, or has a type without
   *     such an order
   */
  public static TableOrder of(Schema schema, String column, TableKey key) {
    NestedField field = schema.findField(column);
    if (field == null || !schema.columns().contains(field)) {
      throw refused(
          column,
          field == null
              ? "which the table does not have: its columns are "
                  + schema.columns().stream().map(NestedField::name).toList()
              : "which lies within another column");
    }
    if (key.ids().contains(field.fieldId())) {
      throw refused(column, "which is part of the key, so that all rows of a key have one value");
    }
    String name = nameOf(field.type());
    if (name.isEmpty()) {
      throw refused(column, "which has type " + field.type());
    }
    return new TableOrder(field.fieldId(), name);
  }

  private static UnsupportedTableException refused(String column, String why) {
    return new UnsupportedTableException(
        "Changes of a key are to be ordered by column '"
            + column
            + "', "
            + why
            + ". Order by a column of type int, long, date, time, timestamp or timestamptz, in"
            + " micro- or nanoseconds: WriterOptions.orderBy.",
        column,
        null);
  }

  /** Empty for a type that is not taken. */
  private static String nameOf(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG -> "integer";
      case DATE, TIME, TIMESTAMP, TIMESTAMP_NANO -> type.toString();
      default -> "";
    };
  }

  /**
   * The column as {@code schema} has it.
   *
   * @throws UnsupportedTableException if it is gone, or of another type, so that versions are
   *     others now
   */
  public NestedField field(Schema schema) {
    List<NestedField> columns = schema.columns();
    return columns.get(position(schema));
  }

  /** Its place among the columns of {@code schema}; throws as {@link #field}. */
  public int position(Schema schema) {
    List<NestedField> columns = schema.columns();
    for (int i = 0; i < columns.size(); i++) {
      NestedField field = columns.get(i);
      if (field.fieldId() == id) {
        if (!nameOf(field.type()).equals(typeName)) {
          throw new UnsupportedTableException(
              "The column that says which row of a key is newer has another type now: "
                  + field
                  + ". What was written before cannot be compared with it: open the writer again.",
              field.name(),
              null);
        }
        return i;
      }
    }
    throw new UnsupportedTableException(
        "The column that says which row of a key is newer, field "
            + id
            + ", is not in the table any more. Order by another one: WriterOptions.orderBy.",
        "field " + id,
        null);
  }

  /** Reads the versions of the first rows of its column into {@code versions}. Hot. */
  public static void read(Column column, int rows, long[] versions) {
    if (column instanceof LongColumn longs) {
      System.arraycopy(longs.values(), 0, versions, 0, rows);
    } else {
      int[] values = ((IntColumn) column).values();
      for (int row = 0; row < rows; row++) {
        versions[row] = values[row];
      }
    }
    if (column.nullCount() > 0) {
      for (int row = 0; row < rows; row++) {
        if (column.isNull(row)) {
          versions[row] = LOWEST;
        }
      }
    }
  }
}
