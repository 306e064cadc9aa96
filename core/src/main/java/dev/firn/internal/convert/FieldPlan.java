package dev.firn.internal.convert;

import dev.firn.api.NullsInKey;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.ColumnShape.Kind;
import dev.firn.internal.buffer.Shapes;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a field, a list's element, or a map's key or value before any row comes.
 *
 * @param path dotted name as Iceberg gives it: {@code address.zip}, {@code tags.element}
 * @param required whether the schema refuses null
 * @param writeDefault what a value that is not set becomes, in Iceberg's internal form
 * @param struct the fields of a struct, else null
 * @param children element of a list, key and value of a map, else empty
 * @param key what null means, for a column of the key; null for all others
 * @param ordersRows whether its value says which row of a key is newer
 */
record FieldPlan(
    String path,
    Type type,
    boolean required,
    @Nullable Object writeDefault,
    ColumnShape shape,
    @Nullable StructPlan struct,
    List<FieldPlan> children,
    @Nullable NullsInKey key,
    boolean ordersRows) {

  private static final String NOTHING_KNOWN =
      "Parquet cannot keep a nested value with an element, key or value, or with nothing but"
          + " fields, of type unknown";

  static FieldPlan of(String path, NestedField field) {
    Type type = field.type();
    boolean required = field.isRequired();
    Object writeDefault = field.writeDefault();
    switch (type.typeId()) {
      case STRUCT -> {
        List<NestedField> fields = type.asStructType().fields();
        if (fields.isEmpty()) {
          throw unsupported(path, type, "Parquet cannot keep a struct without fields");
        }
        StructPlan struct = StructPlan.of(path, new Schema(fields));
        if (struct.fields().stream().allMatch(FieldPlan::isUnknown)) {
          throw unsupported(path, type, NOTHING_KNOWN);
        }
        return new FieldPlan(
            path, type, required, writeDefault, shape(path, type), struct, List.of(), null, false);
      }
      case LIST, MAP -> {
        List<FieldPlan> children =
            type.asNestedType().fields().stream()
                .map(child -> of(path + "." + child.name(), child))
                .toList();
        if (children.stream().anyMatch(FieldPlan::isUnknown)) {
          throw unsupported(path, type, NOTHING_KNOWN);
        }
        return new FieldPlan(
            path, type, required, writeDefault, shape(path, type), null, children, null, false);
      }
      default -> {
        ColumnShape shape = shape(path, type);
        if (shape.kind() == Kind.FIXED && shape.width() == 0) {
          throw unsupported(path, type, "Parquet cannot keep values of no bytes");
        }
        return new FieldPlan(
            path, type, required, writeDefault, shape, null, List.of(), null, false);
      }
    }
  }

  private static ColumnShape shape(String path, Type type) {
    ColumnShape shape = Shapes.of(type);
    if (shape == null) {
      throw unsupported(path, type, "Firn cannot write this type");
    }
    return shape;
  }

  /** This field as a column of the key. */
  FieldPlan inKey(NullsInKey nulls) {
    return new FieldPlan(
        path, type, required, writeDefault, shape, struct, children, nulls, ordersRows);
  }

  /** This field as the column that says which row of a key is newer. */
  FieldPlan ordering() {
    return new FieldPlan(path, type, required, writeDefault, shape, struct, children, key, true);
  }

  boolean isInKey() {
    return key != null;
  }

  /** Whether its value counts in a row that stands for a delete. */
  boolean countsInDeletes() {
    return key != null || ordersRows;
  }

  /** Whether null is refused, by the schema or because rows could not be found or told by it. */
  boolean refusesNull() {
    return required || ordersRows || key == NullsInKey.REJECT;
  }

  boolean isUnknown() {
    return type.typeId() == TypeID.UNKNOWN;
  }

  private static UnsupportedTableException unsupported(String path, Type type, String why) {
    return new UnsupportedTableException(
        "column '"
            + path
            + "' has type "
            + type
            + ": "
            + why
            + "; drop the column or write this table with another writer",
        path,
        null);
  }

  ValueWriter newWriter(Rejections rejections) {
    return switch (type.typeId()) {
      case BOOLEAN -> new NumberWriters.OfBoolean(this, rejections);
      case INTEGER -> new NumberWriters.OfInt(this, rejections);
      case LONG -> new NumberWriters.OfLong(this, rejections);
      case FLOAT -> new NumberWriters.OfFloat(this, rejections);
      case DOUBLE -> new NumberWriters.OfDouble(this, rejections);
      case DECIMAL ->
          switch (shape.kind()) {
            case INT -> new DecimalWriters.InInt(this, rejections);
            case LONG -> new DecimalWriters.InLong(this, rejections);
            default -> new DecimalWriters.InBytes(this, rejections);
          };
      case DATE -> new TimeWriters.OfDate(this, rejections);
      case TIME -> new TimeWriters.OfTime(this, rejections);
      case TIMESTAMP, TIMESTAMP_NANO -> new TimeWriters.OfTimestamp(this, rejections);
      case STRING -> new ByteWriters.OfString(this, rejections);
      case BINARY, GEOMETRY, GEOGRAPHY -> new ByteWriters.OfBinary(this, rejections);
      case FIXED -> new ByteWriters.OfFixed(this, rejections);
      case UUID -> new ByteWriters.OfUuid(this, rejections);
      case UNKNOWN -> new ValueWriter(this, rejections);
      case STRUCT -> new NestedWriters.OfStruct(this, rejections);
      case LIST -> new NestedWriters.OfList(this, rejections);
      case MAP -> new NestedWriters.OfMap(this, rejections);
      default -> throw unsupported(path, type, "Firn cannot write this type");
    };
  }
}
