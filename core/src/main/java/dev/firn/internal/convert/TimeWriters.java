package dev.firn.internal.convert;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.TimestampNanoType;
import org.apache.iceberg.types.Types.TimestampType;
import org.jspecify.annotations.Nullable;

/** Writers of date, time and timestamps. Digits finer than the column's unit are refused. */
final class TimeWriters {

  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final int NANOS_PER_MICRO = 1_000;

  private TimeWriters() {}

  static boolean withZone(Type type) {
    return type.typeId() == TypeID.TIMESTAMP
        ? ((TimestampType) type).shouldAdjustToUTC()
        : ((TimestampNanoType) type).shouldAdjustToUTC();
  }

  private static RecordRejectedException tooFine(ValueWriter writer, Object value, String unit) {
    return writer.rejections.refuse(
        writer.plan,
        "cannot hold " + value + ", it has digits finer than a " + unit,
        "truncate it first, for example with truncatedTo(ChronoUnit.MICROS)");
  }

  static final class OfDate extends ValueWriter {

    OfDate(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putInt(int value) {
      ((IntColumn) column()).append(value);
    }

    @Override
    void putLong(long value) {
      if (value != (int) value) {
        throw rejections.outOfRange(plan, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      }
      putInt((int) value);
    }

    @Override
    void putDate(LocalDate value) {
      // LocalDate ends at the year 999,999,999, an int of days at 5,881,580.
      long days = value.toEpochDay();
      if (days != (int) days) {
        throw rejections.outOfRange(
            plan,
            value,
            LocalDate.ofEpochDay(Integer.MIN_VALUE),
            LocalDate.ofEpochDay(Integer.MAX_VALUE));
      }
      putInt((int) days);
    }

    @Override
    void putObject(@Nullable Object value) {
      if (value instanceof LocalDate date) {
        putDate(date);
      } else {
        super.putObject(value);
      }
    }
  }

  static final class OfTime extends ValueWriter {

    OfTime(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putLong(long value) {
      if (value < 0 || value >= MICROS_PER_DAY) {
        throw rejections.outOfRange(plan, value, 0, MICROS_PER_DAY - 1);
      }
      ((LongColumn) column()).append(value);
    }

    @Override
    void putTime(LocalTime value) {
      long nanosOfDay = value.toNanoOfDay();
      if (nanosOfDay % NANOS_PER_MICRO != 0) {
        throw tooFine(this, value, "microsecond");
      }
      ((LongColumn) column()).append(nanosOfDay / NANOS_PER_MICRO);
    }

    @Override
    void putObject(@Nullable Object value) {
      if (value instanceof LocalTime time) {
        putTime(time);
      } else {
        super.putObject(value);
      }
    }
  }

  /** In microseconds or nanoseconds, with a zone or without. */
  static final class OfTimestamp extends ValueWriter {

    private final boolean withZone;
    private final boolean nanos;
    private final long unitsPerSecond;

    OfTimestamp(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
      this.withZone = withZone(plan.type());
      this.nanos = plan.type().typeId() == TypeID.TIMESTAMP_NANO;
      this.unitsPerSecond = nanos ? 1_000_000_000 : 1_000_000;
    }

    @Override
    void putLong(long value) {
      ((LongColumn) column()).append(value);
    }

    @Override
    @SuppressWarnings("JavaLocalDateTimeGetNano") // beside the seconds
    void putTimestamp(LocalDateTime value) {
      if (withZone) {
        super.putTimestamp(value);
      } else {
        put(value.toEpochSecond(ZoneOffset.UTC), value.getNano(), value);
      }
    }

    @Override
    void putInstant(Instant value) {
      if (withZone) {
        put(value.getEpochSecond(), value.getNano(), value);
      } else {
        super.putInstant(value);
      }
    }

    @Override
    void putObject(@Nullable Object value) {
      if (withZone && value instanceof OffsetDateTime dateTime) {
        put(dateTime.toEpochSecond(), dateTime.getNano(), dateTime);
      } else if (value instanceof LocalDateTime dateTime) {
        putTimestamp(dateTime);
      } else {
        super.putObject(value);
      }
    }

    private void put(long seconds, int nanosOfSecond, Object given) {
      int fraction = nanosOfSecond;
      if (!nanos) {
        fraction = nanosOfSecond / NANOS_PER_MICRO;
        if (fraction * NANOS_PER_MICRO != nanosOfSecond) {
          throw tooFine(this, given, "microsecond");
        }
      }
      ((LongColumn) column()).append(units(seconds, fraction, given));
    }

    private long units(long seconds, int fraction, Object given) {
      // Before 1970 one second is moved into the fraction, else the lowest long would overflow.
      long whole = seconds < 0 ? seconds + 1 : seconds;
      long product = whole * unitsPerSecond;
      long sum = product + (seconds < 0 ? fraction - unitsPerSecond : fraction);
      if (Math.multiplyHigh(whole, unitsPerSecond) != product >> 63
          || (seconds < 0 ? sum > product : sum < product)) {
        throw rejections.outOfRange(plan, given, shown(Long.MIN_VALUE), shown(Long.MAX_VALUE));
      }
      return sum;
    }

    private Object shown(long units) {
      Instant instant =
          Instant.ofEpochSecond(
              Math.floorDiv(units, unitsPerSecond),
              Math.floorMod(units, unitsPerSecond) * (nanos ? 1 : NANOS_PER_MICRO));
      return withZone ? instant : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
  }
}
