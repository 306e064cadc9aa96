package dev.firn.internal.scan;

import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.DoubleColumn;
import dev.firn.internal.buffer.FixedColumn;
import dev.firn.internal.buffer.FloatColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.iceberg.util.ByteBuffers;
import org.apache.iceberg.util.UUIDUtil;
import org.jspecify.annotations.Nullable;

/** Values that are not in the file: the default of a column that it lacks, or null. */
final class Constants {

  private Constants() {}

  /** Adds {@code value}, in Iceberg's internal form, {@code count} times. */
  static void add(@Nullable Object value, Column column, int count) {
    for (int i = 0; i < count; i++) {
      add(value, column);
    }
  }

  private static void add(@Nullable Object value, Column column) {
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
    } else if (column instanceof FloatColumn floats) {
      floats.append(((Number) value).floatValue());
    } else if (column instanceof DoubleColumn doubles) {
      doubles.append(((Number) value).doubleValue());
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
}
