package dev.firn.internal.scan;

import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.FixedColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.ByteBuffers;
import org.apache.iceberg.util.DateTimeUtil;
import org.apache.iceberg.util.UUIDUtil;
import org.jspecify.annotations.Nullable;

/** What a key scan reads, and what a record has, as the same plain values. */
final class KeyCells {

  private KeyCells() {}

  /** All rows of a file, and a check that positions have no gap. */
  static List<List<Object>> read(
      InputFile file, List<NestedField> fields, @Nullable NameMapping names) {
    List<List<Object>> rows = new ArrayList<>();
    try (KeyScan scan = KeyScan.open(file, fields, names)) {
      while (scan.next()) {
        if (scan.firstRow() != rows.size()) {
          throw new AssertionError(scan.firstRow() + " after " + rows.size() + " rows");
        }
        for (int i = 0; i < scan.rows(); i++) {
          List<Object> row = new ArrayList<>();
          for (int k = 0; k < fields.size(); k++) {
            row.add(cell(scan.columns().get(k), i, fields.get(k).type()));
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  private static @Nullable Object cell(Column column, int i, Type type) {
    if (column.isNull(i)) {
      return null;
    }
    boolean decimal = type.typeId() == TypeID.DECIMAL;
    if (column instanceof BooleanColumn booleans) {
      return booleans.value(i);
    } else if (column instanceof IntColumn ints) {
      return BigInteger.valueOf(ints.values()[i]);
    } else if (column instanceof LongColumn longs) {
      return BigInteger.valueOf(longs.values()[i]);
    } else if (column instanceof FixedColumn fixed) {
      byte[] bytes = Arrays.copyOfRange(fixed.bytes(), i * fixed.width(), (i + 1) * fixed.width());
      return decimal ? new BigInteger(bytes) : HexFormat.of().formatHex(bytes);
    }
    BytesColumn bytes = (BytesColumn) column;
    return HexFormat.of().formatHex(bytes.bytes(), bytes.start(i), bytes.end(i));
  }

  /** A value of Iceberg's generic records. */
  static @Nullable Object cell(@Nullable Object value, Type type) {
    if (value == null || value instanceof Boolean) {
      return value;
    } else if (value instanceof Integer || value instanceof Long) {
      return BigInteger.valueOf(((Number) value).longValue());
    } else if (value instanceof LocalDate date) {
      return BigInteger.valueOf(DateTimeUtil.daysFromDate(date));
    } else if (value instanceof LocalTime time) {
      return BigInteger.valueOf(DateTimeUtil.microsFromTime(time));
    } else if (value instanceof OffsetDateTime time) {
      return cell(time.toLocalDateTime(), type); // generic records have UTC
    } else if (value instanceof LocalDateTime time) {
      return BigInteger.valueOf(
          type.typeId() == TypeID.TIMESTAMP
              ? DateTimeUtil.microsFromTimestamp(time)
              : DateTimeUtil.nanosFromTimestamp(time));
    } else if (value instanceof BigDecimal decimal) {
      return decimal.unscaledValue();
    }
    return HexFormat.of().formatHex(bytes(value));
  }

  private static byte[] bytes(Object value) {
    if (value instanceof CharSequence text) {
      return text.toString().getBytes(StandardCharsets.UTF_8);
    } else if (value instanceof UUID uuid) {
      return UUIDUtil.convert(uuid);
    } else if (value instanceof ByteBuffer buffer) {
      return ByteBuffers.toByteArray(buffer);
    }
    return (byte[]) value;
  }
}
