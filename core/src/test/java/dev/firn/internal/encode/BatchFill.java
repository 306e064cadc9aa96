package dev.firn.internal.encode;

import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.DoubleColumn;
import dev.firn.internal.buffer.FixedColumn;
import dev.firn.internal.buffer.FloatColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.ListColumn;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.MapColumn;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.buffer.StructColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.variants.Variant;

/** Iceberg records into batches, the plain way; the room convert has the fast one. */
final class BatchFill {

  private BatchFill() {}

  static List<ColumnShape> shapes(Schema schema) {
    return schema.columns().stream().map(field -> shape(field.type())).toList();
  }

  private static ColumnShape shape(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> ColumnShape.of(ColumnShape.Kind.BOOLEAN);
      case INTEGER, DATE -> ColumnShape.of(ColumnShape.Kind.INT);
      case LONG, TIME, TIMESTAMP, TIMESTAMP_NANO -> ColumnShape.of(ColumnShape.Kind.LONG);
      case FLOAT -> ColumnShape.of(ColumnShape.Kind.FLOAT);
      case DOUBLE -> ColumnShape.of(ColumnShape.Kind.DOUBLE);
      case DECIMAL -> {
        int precision = ((Types.DecimalType) type).precision();
        yield precision <= 9
            ? ColumnShape.of(ColumnShape.Kind.INT)
            : precision <= 18
                ? ColumnShape.of(ColumnShape.Kind.LONG)
                : ColumnShape.fixed(TypeUtil.decimalRequiredBytes(precision));
      }
      case UUID -> ColumnShape.fixed(16);
      case FIXED -> ColumnShape.fixed(((Types.FixedType) type).length());
      case STRING, BINARY, GEOMETRY, GEOGRAPHY -> ColumnShape.of(ColumnShape.Kind.BYTES);
      case UNKNOWN -> ColumnShape.of(ColumnShape.Kind.NOTHING);
      case VARIANT ->
          ColumnShape.nested(
              ColumnShape.Kind.STRUCT,
              List.of(
                  ColumnShape.of(ColumnShape.Kind.BYTES), ColumnShape.of(ColumnShape.Kind.BYTES)));
      case STRUCT -> nested(ColumnShape.Kind.STRUCT, type);
      case LIST -> nested(ColumnShape.Kind.LIST, type);
      case MAP -> nested(ColumnShape.Kind.MAP, type);
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  private static ColumnShape nested(ColumnShape.Kind kind, Type type) {
    return ColumnShape.nested(
        kind, type.asNestedType().fields().stream().map(field -> shape(field.type())).toList());
  }

  static RowBatch batch(Schema schema, List<Record> records) {
    RowBatch batch = new RowBatch(shapes(schema));
    for (Record record : records) {
      for (int i = 0; i < schema.columns().size(); i++) {
        append(batch.columns().get(i), schema.columns().get(i).type(), record.get(i));
      }
      batch.endRow();
    }
    return batch;
  }

  private static void append(Column column, Type type, Object value) {
    if (value == null) {
      column.appendNull();
      return;
    }
    switch (type.typeId()) {
      case BOOLEAN -> ((BooleanColumn) column).append((Boolean) value);
      case INTEGER -> ((IntColumn) column).append((Integer) value);
      case DATE -> ((IntColumn) column).append((int) ((LocalDate) value).toEpochDay());
      case LONG -> ((LongColumn) column).append((Long) value);
      case TIME -> ((LongColumn) column).append(((LocalTime) value).toNanoOfDay() / 1000);
      case TIMESTAMP -> ((LongColumn) column).append(timestamp(value, 1000));
      case TIMESTAMP_NANO -> ((LongColumn) column).append(timestamp(value, 1));
      case FLOAT -> ((FloatColumn) column).append((Float) value);
      case DOUBLE -> ((DoubleColumn) column).append((Double) value);
      case DECIMAL -> decimal(column, ((BigDecimal) value).unscaledValue());
      case UUID -> {
        UUID uuid = (UUID) value;
        byte[] bytes =
            ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
        ((FixedColumn) column).append(bytes, 0);
      }
      case FIXED -> ((FixedColumn) column).append((byte[]) value, 0);
      case STRING -> bytes(column, value.toString().getBytes(StandardCharsets.UTF_8));
      case BINARY, GEOMETRY, GEOGRAPHY -> {
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        bytes(column, bytes);
      }
      case VARIANT -> variant((StructColumn) column, (Variant) value);
      case STRUCT -> {
        StructColumn struct = (StructColumn) column;
        Record record = (Record) value;
        List<Types.NestedField> fields = type.asStructType().fields();
        for (int i = 0; i < fields.size(); i++) {
          append(struct.fields().get(i), fields.get(i).type(), record.get(i));
        }
        struct.endSlot();
      }
      case LIST -> {
        ListColumn list = (ListColumn) column;
        for (Object element : (List<?>) value) {
          append(list.elements(), type.asListType().elementType(), element);
        }
        list.endSlot();
      }
      case MAP -> {
        MapColumn map = (MapColumn) column;
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          append(map.keys(), type.asMapType().keyType(), entry.getKey());
          append(map.values(), type.asMapType().valueType(), entry.getValue());
        }
        map.endSlot();
      }
      default -> throw new IllegalArgumentException(type.toString());
    }
  }

  private static void decimal(Column column, BigInteger unscaled) {
    if (column instanceof IntColumn ints) {
      ints.append(unscaled.intValueExact());
    } else if (column instanceof LongColumn longs) {
      longs.append(unscaled.longValueExact());
    } else {
      FixedColumn fixed = (FixedColumn) column;
      byte[] bytes = new byte[fixed.width()];
      byte[] least = unscaled.toByteArray();
      Arrays.fill(bytes, (byte) (unscaled.signum() < 0 ? -1 : 0));
      System.arraycopy(least, 0, bytes, bytes.length - least.length, least.length);
      fixed.append(bytes, 0);
    }
  }

  private static void variant(StructColumn column, Variant value) {
    ByteBuffer metadata =
        ByteBuffer.allocate(value.metadata().sizeInBytes()).order(ByteOrder.LITTLE_ENDIAN);
    value.metadata().writeTo(metadata, 0);
    ByteBuffer data =
        ByteBuffer.allocate(value.value().sizeInBytes()).order(ByteOrder.LITTLE_ENDIAN);
    value.value().writeTo(data, 0);
    bytes(column.fields().get(0), metadata.array());
    bytes(column.fields().get(1), data.array());
    column.endSlot();
  }

  private static void bytes(Column column, byte[] bytes) {
    ((BytesColumn) column).append(bytes, 0, bytes.length);
  }

  private static long timestamp(Object value, long nanosPerUnit) {
    LocalDateTime local =
        value instanceof OffsetDateTime offset ? offset.toLocalDateTime() : (LocalDateTime) value;
    return Math.addExact(
        Math.multiplyExact(local.toEpochSecond(ZoneOffset.UTC), 1_000_000_000L / nanosPerUnit),
        local.getNano() / nanosPerUnit);
  }
}
