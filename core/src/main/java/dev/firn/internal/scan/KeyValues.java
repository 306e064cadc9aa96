package dev.firn.internal.scan;

import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.FixedColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.util.ByteBuffers;
import org.apache.iceberg.util.UUIDUtil;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a column come from a file into memory: in the shape that the column has in the
 * table now, though the file may be older and keep it narrower (an int that is a long today). Hot.
 */
interface KeyValues {

  /** Adds the value that {@code reader} stands at. */
  void add(ColumnReader reader, Column column);

  /** From a file that keeps the column as {@code physical}; null if there is no way. */
  static @Nullable KeyValues of(ColumnShape shape, Type type, PrimitiveTypeName physical) {
    boolean decimal = type.typeId() == Type.TypeID.DECIMAL;
    return switch (shape.kind()) {
      case BOOLEAN ->
          physical == PrimitiveTypeName.BOOLEAN
              ? (reader, column) -> ((BooleanColumn) column).append(reader.getBoolean())
              : null;
      case INT -> {
        if (physical == PrimitiveTypeName.INT32) {
          yield (reader, column) -> ((IntColumn) column).append(reader.getInteger());
        }
        yield decimal
            ? (reader, column) -> ((IntColumn) column).append((int) unscaled(reader, physical))
            : null;
      }
      case LONG -> {
        if (physical == PrimitiveTypeName.INT64) {
          yield (reader, column) -> ((LongColumn) column).append(reader.getLong());
        }
        yield decimal || physical == PrimitiveTypeName.INT32
            ? (reader, column) -> ((LongColumn) column).append(unscaled(reader, physical))
            : null;
      }
      case BYTES -> physical == PrimitiveTypeName.BINARY ? KeyValues::addBytes : null;
      case FIXED -> {
        if (decimal) {
          yield (reader, column) -> addWide(reader, physical, (FixedColumn) column);
        }
        yield physical == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY ? KeyValues::addFixed : null;
      }
      default -> null;
    };
  }

  /** Adds {@code value}, in Iceberg's internal form: what a file has that lacks the column. */
  static void addConstant(@Nullable Object value, Column column) {
    if (value == null) {
      column.appendNull();
    } else if (column instanceof BooleanColumn booleans) {
      booleans.append((Boolean) value);
    } else if (column instanceof IntColumn ints) {
      ints.append(
          value instanceof BigDecimal d ? d.unscaledValue().intValueExact() : (Integer) value);
    } else if (column instanceof LongColumn longs) {
      longs.append(
          value instanceof BigDecimal d
              ? d.unscaledValue().longValueExact()
              : ((Number) value).longValue());
    } else if (column instanceof FixedColumn fixed) {
      if (value instanceof BigDecimal decimal) {
        fixed.appendNumber(decimal.unscaledValue().toByteArray());
      } else {
        fixed.append(bytes(value), 0);
      }
    } else {
      byte[] bytes = bytes(value);
      ((BytesColumn) column).append(bytes, 0, bytes.length);
    }
  }

  private static byte[] bytes(Object value) {
    if (value instanceof CharSequence text) {
      return text.toString().getBytes(StandardCharsets.UTF_8);
    } else if (value instanceof UUID uuid) {
      return UUIDUtil.convert(uuid);
    }
    return ByteBuffers.toByteArray((ByteBuffer) value);
  }

  private static void addBytes(ColumnReader reader, Column column) {
    ByteBuffer value = reader.getBinary().toByteBuffer();
    ((BytesColumn) column)
        .append(value.array(), value.arrayOffset() + value.position(), value.remaining());
  }

  private static void addFixed(ColumnReader reader, Column column) {
    ((FixedColumn) column).append(reader.getBinary().getBytesUnsafe(), 0);
  }

  /** A whole number of 32 or 64 bits, or a decimal that fits one. */
  private static long unscaled(ColumnReader reader, PrimitiveTypeName physical) {
    return switch (physical) {
      case INT32 -> reader.getInteger();
      case INT64 -> reader.getLong();
      default -> new BigInteger(reader.getBinary().getBytesUnsafe()).longValueExact();
    };
  }

  /** A decimal of more than 18 digits, big-endian, its sign carried to the width. */
  private static void addWide(ColumnReader reader, PrimitiveTypeName physical, FixedColumn column) {
    byte[] value =
        physical == PrimitiveTypeName.INT32 || physical == PrimitiveTypeName.INT64
            ? BigInteger.valueOf(unscaled(reader, physical)).toByteArray()
            : reader.getBinary().getBytesUnsafe();
    column.appendNumber(value);
  }
}
