package dev.firn.kafka.format.values;

import dev.firn.api.error.RecordRejectedException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.DecimalType;
import org.apache.iceberg.types.Types.TimestampNanoType;
import org.apache.iceberg.types.Types.TimestampType;

/**
 * What the values of a format become in one column of a plain type. This class refuses all of them;
 * subclasses take what their type takes. Checks that the column makes itself (range, length,
 * required) are left to it. Not thread-safe. Hot.
 */
public class Scalar {

  final String path;
  final Type type;

  Scalar(String path, Type type) {
    this.path = path;
    this.type = type;
  }

  /** The column's dotted name. */
  public final String path() {
    return path;
  }

  /** The column's type. */
  public final Type type() {
    return type;
  }

  /**
   * The scalar of a column.
   *
   * @param epochUnitsPerSecond the unit of numbers without one of their own that are times
   */
  public static Scalar of(String path, Type type, long epochUnitsPerSecond) {
    return switch (type.typeId()) {
      case BOOLEAN -> new ByteScalars.OfBoolean(path, type);
      case INTEGER -> new NumberScalars.OfInt(path, type);
      case LONG -> new NumberScalars.OfWhole(path, type);
      case FLOAT -> new NumberScalars.OfFloat(path, type);
      case DOUBLE -> new NumberScalars.OfDouble(path, type);
      case DECIMAL -> new NumberScalars.OfDecimal(path, (DecimalType) type);
      case DATE -> new TimeScalars.OfDate(path, type);
      case TIME -> new TimeScalars.OfTime(path, type, epochUnitsPerSecond);
      case TIMESTAMP ->
          new TimeScalars.OfTimestamp(
              path, type, ((TimestampType) type).shouldAdjustToUTC(), epochUnitsPerSecond);
      case TIMESTAMP_NANO ->
          new TimeScalars.OfTimestamp(
              path, type, ((TimestampNanoType) type).shouldAdjustToUTC(), epochUnitsPerSecond);
      case STRING -> new ByteScalars.OfString(path, type);
      case UUID -> new ByteScalars.OfUuid(path, type);
      case BINARY, FIXED, GEOMETRY, GEOGRAPHY -> new ByteScalars.OfBinary(path, type);
      default -> new Scalar(path, type);
    };
  }

  /** A string, as UTF-8 that may not be valid. */
  public void text(Slot slot, byte[] bytes, int offset, int length) {
    throw refuse("a string");
  }

  /** A string that is one already. */
  public void text(Slot slot, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    text(slot, bytes, 0, bytes.length);
  }

  /** A number that is written out. */
  public void number(Slot slot, NumberText number) {
    throw refuse("the number " + shown(number));
  }

  public void bool(Slot slot, boolean value) {
    throw refuse("the boolean " + value);
  }

  /** A whole number. */
  public void whole(Slot slot, long value) {
    throw refuse("the number " + value);
  }

  /** A floating number; {@code single} if it was a float. */
  public void real(Slot slot, double value, boolean single) {
    throw refuse("the number " + value);
  }

  public void decimal(Slot slot, BigDecimal value) {
    throw refuse("a decimal");
  }

  /** Bytes that are no string. */
  public void binary(Slot slot, byte[] bytes, int offset, int length) {
    throw refuse("bytes");
  }

  /** Days since 1970-01-01. */
  public void days(Slot slot, int value) {
    throw refuse("a date");
  }

  /** Units since midnight. */
  public void timeOfDay(Slot slot, long value, long unitsPerSecond) {
    throw refuse("a time of day");
  }

  /** Units since 1970-01-01T00:00, in UTC. */
  public void timestamp(Slot slot, long value, long unitsPerSecond) {
    throw refuse("a timestamp");
  }

  final RecordRejectedException refuse(String given) {
    return Refusals.column(
        path, type.toString(), "does not take " + given, "send what the column takes");
  }

  /** Text that is not what the column's type is written like. */
  final RecordRejectedException unreadable(byte[] bytes, int offset, int length, String expected) {
    return Refusals.column(
        path,
        type.toString(),
        "cannot be read from " + Refusals.shown(bytes, offset, length),
        "send " + expected);
  }

  final RecordRejectedException outOfRange(Object value) {
    return Refusals.column(
        path,
        type.toString(),
        "cannot hold " + value + ", it is out of range",
        "send a value in range or widen the column");
  }

  static String shown(NumberText number) {
    String text = number.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
