package dev.firn.internal.convert;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.api.record.RowAppender;
import dev.firn.internal.buffer.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Adds values to one column, each converted and checked as the column's type asks, or refuses them.
 *
 * <p>This class refuses every value but null, which makes it the writer of type unknown; subclasses
 * take what their type takes. A put adds exactly one slot or throws and adds none. Hot, although
 * rows of plain types go past it (see {@link FieldsAppender}).
 */
class ValueWriter {

  final FieldPlan plan;
  final Rejections rejections;
  private @Nullable Column column;

  ValueWriter(FieldPlan plan, Rejections rejections) {
    this.plan = plan;
    this.rejections = rejections;
  }

  /** Writes into {@code column} from now on. */
  void attach(Column column) {
    this.column = column;
  }

  final Column column() {
    if (column == null) {
      throw new IllegalStateException("column '" + plan.path() + "' is attached to no batch");
    }
    return column;
  }

  // Nested values only.

  /** Ends a nested value that was begun, if any: checks it and adds its slot. */
  void endIfBegun() {}

  /** Forgets a nested value that was begun, if any; its appender is closed. */
  void abandon() {}

  /** For an object that failed on the way: no half of it may stay if the mapper goes on. */
  final void dropBegun() {
    abandon();
    column().truncate(column().size());
  }

  final void putNull() {
    if (rejections.refusesNull(plan)) {
      throw rejections.nullRefused(plan);
    }
    abandon();
    column().appendNull();
  }

  /** What becomes of a value that the record does not set. */
  final void putUnset() {
    if (plan.writeDefault() != null) {
      putObject(plan.writeDefault());
    } else if (rejections.refusesNull(plan)) {
      throw rejections.missing(plan);
    } else {
      column().appendNull();
    }
  }

  void putBoolean(boolean value) {
    throw rejections.wrongType(plan, "boolean", value);
  }

  void putInt(int value) {
    throw rejections.wrongType(plan, "int", value);
  }

  void putLong(long value) {
    throw rejections.wrongType(plan, "long", value);
  }

  void putFloat(float value) {
    throw rejections.wrongType(plan, "float", value);
  }

  void putDouble(double value) {
    throw rejections.wrongType(plan, "double", value);
  }

  void putDecimal(BigDecimal value) {
    throw rejections.wrongType(plan, "BigDecimal", value);
  }

  void putUnscaledDecimal(long unscaled) {
    throw rejections.wrongType(plan, "unscaled decimal", unscaled);
  }

  void putString(String value) {
    throw rejections.wrongType(plan, "String", value);
  }

  void putUtf8(byte[] bytes, int offset, int length) {
    throw rejections.wrongType(plan, "UTF-8 string", ByteBuffer.wrap(bytes, offset, length));
  }

  void putBinary(byte[] bytes, int offset, int length) {
    throw rejections.wrongType(plan, "byte[]", ByteBuffer.wrap(bytes, offset, length));
  }

  void putUuid(UUID value) {
    throw rejections.wrongType(plan, "UUID", value);
  }

  void putDate(LocalDate value) {
    throw rejections.wrongType(plan, "LocalDate", value);
  }

  void putTime(LocalTime value) {
    throw rejections.wrongType(plan, "LocalTime", value);
  }

  void putTimestamp(LocalDateTime value) {
    throw rejections.wrongType(plan, "LocalDateTime", value);
  }

  void putInstant(Instant value) {
    throw rejections.wrongType(plan, "Instant", value);
  }

  RowAppender beginStruct() {
    throw rejections.wrongType(plan, "struct", null);
  }

  ListAppender beginList() {
    throw rejections.wrongType(plan, "list", null);
  }

  MapAppender beginMap() {
    throw rejections.wrongType(plan, "map", null);
  }

  /** By the value's class. Subclasses look for their own class first. */
  void putObject(@Nullable Object value) {
    if (value == null) {
      putNull();
    } else if (value instanceof Number number) {
      putNumber(number);
    } else if (value instanceof CharSequence text) {
      putString(text.toString());
    } else if (value instanceof Boolean flag) {
      putBoolean(flag);
    } else if (value instanceof byte[] bytes) {
      putBinary(bytes, 0, bytes.length);
    } else if (value instanceof ByteBuffer buffer) {
      putBuffer(buffer);
    } else if (value instanceof UUID uuid) {
      putUuid(uuid);
    } else if (value instanceof Instant instant) {
      putInstant(instant);
    } else if (value instanceof OffsetDateTime dateTime) {
      putInstant(dateTime.toInstant());
    } else if (value instanceof ZonedDateTime dateTime) {
      putInstant(dateTime.toInstant());
    } else if (value instanceof LocalDateTime dateTime) {
      putTimestamp(dateTime);
    } else if (value instanceof LocalDate date) {
      putDate(date);
    } else if (value instanceof LocalTime time) {
      putTime(time);
    } else {
      throw wrongClass(value);
    }
  }

  final RecordRejectedException wrongClass(Object value) {
    return rejections.wrongType(plan, value.getClass().getName(), value);
  }

  private void putNumber(Number number) {
    if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
      putInt(number.intValue());
    } else if (number instanceof Long value) {
      putLong(value);
    } else if (number instanceof Double value) {
      putDouble(value);
    } else if (number instanceof Float value) {
      putFloat(value);
    } else if (number instanceof BigDecimal value) {
      putDecimal(value);
    } else if (number instanceof BigInteger value) {
      putDecimal(new BigDecimal(value));
    } else {
      throw wrongClass(number);
    }
  }

  private void putBuffer(ByteBuffer buffer) {
    if (buffer.hasArray()) {
      putBinary(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
    } else {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      putBinary(bytes, 0, bytes.length);
    }
  }
}
