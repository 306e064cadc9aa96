package dev.firn.api.record;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The row being written: typed setters that put values straight into column memory, by position
 * (fast) or by name (convenient).
 *
 * <p>Positions are those of the struct's fields in the schema, from 0. A setter throws {@link
 * dev.firn.api.error.RecordRejectedException} when the column does not take the value (wrong type,
 * out of range, null for a required column) or when the name is unknown; the whole record is then
 * rejected. A column set twice keeps the last value. Values are never null except where said.
 *
 * <p>Nested values are written in place: {@link #beginStruct}, {@link #beginList} and {@link
 * #beginMap} return an appender of the nested value that is valid until this row is touched again
 * or ends. The returned objects are reused from row to row; none may be kept. Not thread-safe.
 *
 * @since 0.1
 */
public interface RowAppender {

  /** The schema rows are written with; a nested row answers with its struct's fields. */
  Schema schema();

  /**
   * The position of the field called {@code name}.
   *
   * @throws dev.firn.api.error.RecordRejectedException if there is no such field
   */
  int position(String name);

  /** Sets null; a required column refuses it. */
  RowAppender setNull(int position);

  RowAppender setBoolean(int position, boolean value);

  /** Takes columns of type int, long, float, double, decimal, and date (days since 1970-01-01). */
  RowAppender setInt(int position, int value);

  /**
   * Takes columns of type long, int (in range), float, double, decimal, and date, time and
   * timestamp columns in the column's own unit since the epoch (days, micros, or nanos for
   * timestamp_ns).
   */
  RowAppender setLong(int position, long value);

  /** Takes columns of type float and double. */
  RowAppender setFloat(int position, float value);

  /** Takes columns of type double; a float column takes it when no precision is lost. */
  RowAppender setDouble(int position, double value);

  /** Rescaled without rounding; refused when digits would be lost or the precision is exceeded. */
  RowAppender setDecimal(int position, BigDecimal value);

  /** The value times ten to the column's scale, e.g. 1234 for 12.34 in decimal(9,2). */
  RowAppender setUnscaledDecimal(int position, long unscaled);

  RowAppender setString(int position, String value);

  /** A string as UTF-8 bytes; the bytes are copied, and refused if they are not valid UTF-8. */
  RowAppender setUtf8(int position, byte[] bytes, int offset, int length);

  /**
   * Takes binary and fixed columns (of exactly the fixed length), uuid columns (16 bytes,
   * big-endian), and geometry and geography columns as WKB; the bytes are copied.
   */
  RowAppender setBinary(int position, byte[] value);

  /** As the whole-array form, for a part of an array. */
  RowAppender setBinary(int position, byte[] bytes, int offset, int length);

  RowAppender setUuid(int position, UUID value);

  RowAppender setDate(int position, LocalDate value);

  /** Finer digits than a microsecond are refused. */
  RowAppender setTime(int position, LocalTime value);

  /** For timestamp columns without zone; digits finer than the column's unit are refused. */
  RowAppender setTimestamp(int position, LocalDateTime value);

  /** For timestamp columns with zone; digits finer than the column's unit are refused. */
  RowAppender setInstant(int position, Instant value);

  /**
   * Takes any Java value that Iceberg's generics use for the column's type, and the JDK types of
   * the other setters; boxed, so for convenience and not for hot paths. Null is {@code setNull}.
   */
  RowAppender setObject(int position, @Nullable Object value);

  /** Starts the struct value of a struct column, empty at first. */
  RowAppender beginStruct(int position);

  /** Starts the list value of a list column, empty at first. */
  ListAppender beginList(int position);

  /** Starts the map value of a map column, empty at first. */
  MapAppender beginMap(int position);

  // The same by name: one look-up of the name per call.

  /** As the setter by position. */
  RowAppender setNull(String name);

  /** As the setter by position. */
  RowAppender setBoolean(String name, boolean value);

  /** As the setter by position. */
  RowAppender setInt(String name, int value);

  /** As the setter by position. */
  RowAppender setLong(String name, long value);

  /** As the setter by position. */
  RowAppender setFloat(String name, float value);

  /** As the setter by position. */
  RowAppender setDouble(String name, double value);

  /** As the setter by position. */
  RowAppender setDecimal(String name, BigDecimal value);

  /** As the setter by position. */
  RowAppender setUnscaledDecimal(String name, long unscaled);

  /** As the setter by position. */
  RowAppender setString(String name, String value);

  /** As the setter by position. */
  RowAppender setUtf8(String name, byte[] bytes, int offset, int length);

  /** As the setter by position. */
  RowAppender setBinary(String name, byte[] value);

  /** As the setter by position. */
  RowAppender setBinary(String name, byte[] bytes, int offset, int length);

  /** As the setter by position. */
  RowAppender setUuid(String name, UUID value);

  /** As the setter by position. */
  RowAppender setDate(String name, LocalDate value);

  /** As the setter by position. */
  RowAppender setTime(String name, LocalTime value);

  /** As the setter by position. */
  RowAppender setTimestamp(String name, LocalDateTime value);

  /** As the setter by position. */
  RowAppender setInstant(String name, Instant value);

  /** As the setter by position. */
  RowAppender setObject(String name, @Nullable Object value);

  /** As {@code beginStruct} by position. */
  RowAppender beginStruct(String name);

  /** As {@code beginList} by position. */
  ListAppender beginList(String name);

  /** As {@code beginMap} by position. */
  MapAppender beginMap(String name);
}
