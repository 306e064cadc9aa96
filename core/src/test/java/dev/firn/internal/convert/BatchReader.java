package dev.firn.internal.convert;

import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.Column;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.DecimalType;
import org.apache.iceberg.types.Types.StructType;
import org.apache.iceberg.util.DateTimeUtil;
import org.jspecify.annotations.Nullable;

/** Reads a batch back as Iceberg records: what the columns say, value by value. */
final class BatchReader {

  private BatchReader() {}

  static List<Record> records(Schema schema, RowBatch batch) {
    List<Record> records = new ArrayList<>();
    for (int i = 0; i < batch.rows(); i++) {
      records.add(record(schema.asStruct(), batch.columns(), i));
    }
    return records;
  }

  private static Record record(StructType struct, List<Column> columns, int row) {
    GenericRecord record = GenericRecord.create(struct);
    for (int f = 0; f < columns.size(); f++) {
      record.set(f, value(struct.fields().get(f).type(), columns.get(f), row));
    }
    return record;
  }

  static @Nullable Object value(Type type, Column column, int i) {
    if (column.isNull(i)) {
      return null;
    }
    return switch (type.typeId()) {
      case BOOLEAN -> ((BooleanColumn) column).value(i);
      case INTEGER -> ((IntColumn) column).values()[i];
      case DATE -> DateTimeUtil.dateFromDays(((IntColumn) column).values()[i]);
      case LONG -> longAt(column, i);
      case TIME -> DateTimeUtil.timeFromMicros(longAt(column, i));
      case TIMESTAMP ->
          TimeWriters.withZone(type)
              ? DateTimeUtil.timestamptzFromMicros(longAt(column, i))
              : DateTimeUtil.timestampFromMicros(longAt(column, i));
      case TIMESTAMP_NANO ->
          TimeWriters.withZone(type)
              ? DateTimeUtil.timestamptzFromNanos(longAt(column, i))
              : DateTimeUtil.timestampFromNanos(longAt(column, i));
      case FLOAT -> ((FloatColumn) column).values()[i];
      case DOUBLE -> ((DoubleColumn) column).values()[i];
      case DECIMAL -> new BigDecimal(unscaled(column, i), ((DecimalType) type).scale());
      case STRING -> new String(bytes(column, i), StandardCharsets.UTF_8);
      case BINARY, GEOMETRY, GEOGRAPHY -> ByteBuffer.wrap(bytes(column, i));
      case FIXED -> bytes(column, i);
      case UUID -> {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(column, i));
        yield new UUID(bytes.getLong(), bytes.getLong());
      }
      case STRUCT -> record(type.asStructType(), ((StructColumn) column).fields(), i);
      case LIST -> {
        ListColumn list = (ListColumn) column;
        yield list(type.asListType().elementType(), list.elements(), list.start(i), list.end(i));
      }
      case MAP -> {
        MapColumn map = (MapColumn) column;
        List<@Nullable Object> keys =
            list(type.asMapType().keyType(), map.keys(), map.start(i), map.end(i));
        List<@Nullable Object> values =
            list(type.asMapType().valueType(), map.values(), map.start(i), map.end(i));
        Map<Object, @Nullable Object> entries = new LinkedHashMap<>();
        for (int k = 0; k < keys.size(); k++) {
          entries.put(keys.get(k), values.get(k));
        }
        yield entries;
      }
      default -> throw new AssertionError("not null: " + type);
    };
  }

  private static List<@Nullable Object> list(Type type, Column elements, int from, int to) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = from; i < to; i++) {
      values.add(value(type, elements, i));
    }
    return values;
  }

  private static long longAt(Column column, int i) {
    return ((LongColumn) column).values()[i];
  }

  private static BigInteger unscaled(Column column, int i) {
    if (column instanceof IntColumn ints) {
      return BigInteger.valueOf(ints.values()[i]);
    }
    return column instanceof LongColumn
        ? BigInteger.valueOf(longAt(column, i))
        : new BigInteger(bytes(column, i));
  }

  private static byte[] bytes(Column column, int i) {
    if (column instanceof FixedColumn fixed) {
      return Arrays.copyOfRange(fixed.bytes(), i * fixed.width(), (i + 1) * fixed.width());
    }
    BytesColumn strings = (BytesColumn) column;
    return Arrays.copyOfRange(strings.bytes(), strings.start(i), strings.end(i));
  }

  /** That every column, nested ones too, has as many slots as it should and not one more. */
  static void assertWhole(RowBatch batch) {
    batch.columns().forEach(column -> assertWhole(column, batch.rows()));
  }

  private static void assertWhole(Column column, int slots) {
    if (column.size() != slots) {
      throw new AssertionError(column + " has " + column.size() + " slots instead of " + slots);
    }
    if (column instanceof StructColumn struct) {
      struct.fields().forEach(field -> assertWhole(field, slots));
    } else if (column instanceof ListColumn list) {
      assertWhole(list.elements(), slots == 0 ? 0 : list.end(slots - 1));
    } else if (column instanceof MapColumn map) {
      assertWhole(map.keys(), slots == 0 ? 0 : map.end(slots - 1));
      assertWhole(map.values(), slots == 0 ? 0 : map.end(slots - 1));
    }
    int nulls = 0;
    for (int i = 0; i < slots; i++) {
      nulls += column.isNull(i) ? 1 : 0;
    }
    if (nulls != column.nullCount()) {
      throw new AssertionError(column + " counts " + column.nullCount() + " nulls, has " + nulls);
    }
  }
}
