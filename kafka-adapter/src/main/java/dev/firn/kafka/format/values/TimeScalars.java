package dev.firn.kafka.format.values;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;

/**
 * Scalars of date, time and timestamp columns. A time that is finer than the column's unit is cut
 * to it, towards the past. Hot.
 */
final class TimeScalars {

  private static final long MICROS_PER_SECOND = 1_000_000;

  /** Seconds of a fraction are cut long before; beyond it, shifting the point takes for ever. */
  private static final int MAX_SCALE = 2_000;

  /** A long has 19 digits. */
  private static final int MAX_DIGITS = 19;

  private TimeScalars() {}

  static final class OfDate extends Scalar {

    private final IsoText iso = new IsoText();

    OfDate(String path, Type type) {
      super(path, type);
    }

    @Override
    public void text(Slot slot, byte[] bytes, int offset, int length) {
      if (!iso.readDate(bytes, offset, length)) {
        throw unreadable(bytes, offset, length, "a date such as 2026-03-29");
      }
      slot.setInt(iso.epochDay());
    }

    @Override
    public void number(Slot slot, NumberText number) {
      if (!number.isLong()) {
        throw refuse("the number " + shown(number));
      }
      slot.setLong(number.longValue());
    }

    @Override
    public void whole(Slot slot, long value) {
      slot.setLong(value);
    }

    @Override
    public void days(Slot slot, int value) {
      slot.setInt(value);
    }
  }

  /** Times and timestamps: numbers that have a unit. */
  private abstract static class OfUnits extends Scalar {

    final IsoText iso = new IsoText();
    final long unitsPerSecond;
    private final long epochUnitsPerSecond;

    OfUnits(String path, Type type, long unitsPerSecond, long epochUnitsPerSecond) {
      super(path, type);
      this.unitsPerSecond = unitsPerSecond;
      this.epochUnitsPerSecond = epochUnitsPerSecond;
    }

    @Override
    public final void number(Slot slot, NumberText number) {
      if (number.isLong()) {
        whole(slot, number.longValue());
        return;
      }
      BigDecimal value = number.decimal();
      if (Math.abs((long) value.scale()) > MAX_SCALE
          || (long) value.precision() - value.scale() > MAX_DIGITS) {
        throw outOfRange(shown(number));
      }
      BigDecimal units =
          value
              .multiply(BigDecimal.valueOf(unitsPerSecond))
              .divide(BigDecimal.valueOf(epochUnitsPerSecond), 0, RoundingMode.FLOOR);
      if (units.precision() - units.scale() >= MAX_DIGITS) {
        throw outOfRange(shown(number));
      }
      slot.setLong(units.longValueExact());
    }

    @Override
    public final void whole(Slot slot, long value) {
      slot.setLong(inOwnUnit(value, epochUnitsPerSecond));
    }

    final long inOwnUnit(long value, long given) {
      if (given == unitsPerSecond) {
        return value;
      } else if (given > unitsPerSecond) {
        return Math.floorDiv(value, given / unitsPerSecond);
      }
      try {
        return Math.multiplyExact(value, unitsPerSecond / given);
      } catch (ArithmeticException e) {
        throw outOfRange(value);
      }
    }
  }

  static final class OfTime extends OfUnits {

    OfTime(String path, Type type, long epochUnitsPerSecond) {
      super(path, type, MICROS_PER_SECOND, epochUnitsPerSecond);
    }

    @Override
    public void text(Slot slot, byte[] bytes, int offset, int length) {
      if (!iso.readTime(bytes, offset, length)) {
        throw unreadable(bytes, offset, length, "a time such as 14:05:09.123456");
      }
      slot.setLong(iso.secondOfDay() * MICROS_PER_SECOND + iso.nanos() / 1_000);
    }

    @Override
    public void timeOfDay(Slot slot, long value, long given) {
      slot.setLong(inOwnUnit(value, given));
    }
  }

  static final class OfTimestamp extends OfUnits {

    private final boolean withZone;

    OfTimestamp(String path, Type type, boolean withZone, long epochUnitsPerSecond) {
      super(
          path,
          type,
          type.typeId() == TypeID.TIMESTAMP ? MICROS_PER_SECOND : IsoText.NANOS_PER_SECOND,
          epochUnitsPerSecond);
      this.withZone = withZone;
    }

    @Override
    public void text(Slot slot, byte[] bytes, int offset, int length) {
      if (!iso.readDateTime(bytes, offset, length)) {
        throw unreadable(
            bytes,
            offset,
            length,
            "a timestamp such as 2026-03-29T14:05:09.123456" + (withZone ? "Z" : ""));
      }
      if (!withZone && iso.offsetMinutes() != 0) {
        throw Refusals.column(
            path,
            type.toString(),
            "has no zone but was given " + Refusals.shown(bytes, offset, length),
            "send UTC, or make the column a timestamptz");
      }
      slot.setLong(units(iso.epochSecond(), iso.nanos()));
    }

    private long units(long second, int nanos) {
      try {
        return Math.addExact(
            Math.multiplyExact(second, unitsPerSecond),
            nanos / (IsoText.NANOS_PER_SECOND / unitsPerSecond));
      } catch (ArithmeticException e) {
        throw outOfRange("the second " + second + " since 1970-01-01");
      }
    }

    @Override
    public void timestamp(Slot slot, long value, long given) {
      slot.setLong(inOwnUnit(value, given));
    }
  }
}
