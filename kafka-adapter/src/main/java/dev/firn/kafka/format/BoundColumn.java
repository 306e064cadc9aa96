package dev.firn.kafka.format;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.kafka.format.values.Scalar;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A column that was named by the application, found in a table.
 *
 * @param position of the column in its row or struct
 */
record BoundColumn(String name, int position, Type type) {

  private static final long MILLIS_PER_SECOND = 1_000;

  /**
   * The column called {@code name}, a top-level one.
   *
   * @param what is to be written into it, for messages
   * @throws UnsupportedTableException if there is none, or it is of another type than {@code types}
   */
  static BoundColumn in(Schema schema, String name, String what, EnumSet<TypeID> types) {
    List<NestedField> columns = schema.columns();
    for (int i = 0; i < columns.size(); i++) {
      NestedField column = columns.get(i);
      if (column.name().equals(name)) {
        BoundColumn bound = new BoundColumn(name, i, column.type());
        if (!types.contains(column.type().typeId())) {
          throw bound.unsuitable(what, namesOf(types));
        }
        return bound;
      }
    }
    throw new UnsupportedTableException(
        "there is no column '" + name + "' for " + what + "; add it to the table", name, null);
  }

  UnsupportedTableException unsuitable(String what, String wanted) {
    return new UnsupportedTableException(
        "column '"
            + name
            + "' ("
            + type
            + ") cannot hold "
            + what
            + "; it takes a column of type "
            + wanted,
        name,
        null);
  }

  /** What values become in this column; numbers that are times are milliseconds. */
  Scalar scalar() {
    return Scalar.of(name, type, MILLIS_PER_SECOND);
  }

  private static String namesOf(Set<TypeID> types) {
    return types.stream()
        .map(type -> type.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
