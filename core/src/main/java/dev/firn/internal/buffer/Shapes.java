package dev.firn.internal.buffer;

import dev.firn.internal.buffer.ColumnShape.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.DecimalType;
import org.apache.iceberg.types.Types.FixedType;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** How a column of a type is kept in memory, whoever fills it. */
public final class Shapes {

  private static final int MAX_INT_DIGITS = 9;
  private static final int MAX_LONG_DIGITS = 18;
  private static final int UUID_BYTES = 16;

  private Shapes() {}

  /** Null for a type that Firn does not know, or a nested one with such a type in it. */
  public static @Nullable ColumnShape of(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> ColumnShape.of(Kind.BOOLEAN);
      case INTEGER, DATE -> ColumnShape.of(Kind.INT);
      case LONG, TIME, TIMESTAMP, TIMESTAMP_NANO -> ColumnShape.of(Kind.LONG);
      case FLOAT -> ColumnShape.of(Kind.FLOAT);
      case DOUBLE -> ColumnShape.of(Kind.DOUBLE);
      case DECIMAL -> ofDecimal(((DecimalType) type).precision());
      case STRING, BINARY, GEOMETRY, GEOGRAPHY -> ColumnShape.of(Kind.BYTES);
      case FIXED -> ColumnShape.fixed(((FixedType) type).length());
      case UUID -> ColumnShape.fixed(UUID_BYTES);
      case UNKNOWN -> ColumnShape.of(Kind.NOTHING);
      case STRUCT -> nested(Kind.STRUCT, type);
      case LIST -> nested(Kind.LIST, type);
      case MAP -> nested(Kind.MAP, type);
      default -> null;
    };
  }

  private static @Nullable ColumnShape nested(Kind kind, Type type) {
    List<ColumnShape> children = new ArrayList<>();
    for (NestedField field : type.asNestedType().fields()) {
      ColumnShape child = of(field.type());
      if (child == null) {
        return null;
      }
      children.add(child);
    }
    return ColumnShape.nested(kind, children);
  }

  private static ColumnShape ofDecimal(int precision) {
    if (precision <= MAX_INT_DIGITS) {
      return ColumnShape.of(Kind.INT);
    }
    return precision <= MAX_LONG_DIGITS
        ? ColumnShape.of(Kind.LONG)
        : ColumnShape.fixed(TypeUtil.decimalRequiredBytes(precision));
  }
}
