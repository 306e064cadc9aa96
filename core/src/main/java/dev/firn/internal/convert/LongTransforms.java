package dev.firn.internal.convert;

import dev.firn.internal.convert.KeyTransform.Kind;
import java.time.LocalDate;
import java.time.temporal.ChronoField;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.util.TruncateUtil;

/**
 * Iceberg's transforms of values that are kept as longs: integers, dates, times, timestamps and
 * decimals of up to 18 digits (their unscaled value). Hot.
 */
final class LongTransforms {

  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final long MICROS_PER_HOUR = 3_600_000_000L;
  private static final int NANOS_PER_MICRO = 1_000;

  private static final int EPOCH_YEAR = 1970;
  private static final long MONTHS_BEFORE_EPOCH = 12L * EPOCH_YEAR;

  private LongTransforms() {}

  /** Replaces each of the first {@code rows} values by its transform. */
  static void apply(KeyTransform transform, Type source, long[] longs, int rows) {
    switch (transform.kind()) {
      case BUCKET -> bucket(transform.width(), source, longs, rows);
      case TRUNCATE -> truncate(transform.width(), source, longs, rows);
      case YEAR, MONTH, DAY, HOUR -> split(transform.kind(), source, longs, rows);
      default -> {} // identity
    }
  }

  private static void bucket(int buckets, Type source, long[] longs, int rows) {
    if (source.typeId() == TypeID.DECIMAL) {
      byte[] digits = new byte[8];
      for (int i = 0; i < rows; i++) {
        int from = bigEndian(longs[i], digits);
        longs[i] = bucket(buckets, Murmur3.hash(digits, from, digits.length));
      }
      return;
    }
    boolean nanos = source.typeId() == TypeID.TIMESTAMP_NANO;
    for (int i = 0; i < rows; i++) {
      // Nanoseconds share the buckets of microseconds.
      long value = nanos ? Math.floorDiv(longs[i], NANOS_PER_MICRO) : longs[i];
      longs[i] = bucket(buckets, Murmur3.hash(value));
    }
  }

  static int bucket(int buckets, int hash) {
    return (hash & Integer.MAX_VALUE) % buckets;
  }

  /** Writes the fewest bytes that hold {@code value} to the end of {@code to}; where they begin. */
  private static int bigEndian(long value, byte[] to) {
    int i = to.length - 1;
    long rest = value;
    to[i] = (byte) rest;
    while ((rest >>= 8) != to[i] >> 7) {
      to[--i] = (byte) rest;
    }
    return i;
  }

  private static void truncate(int width, Type source, long[] longs, int rows) {
    if (source.typeId() == TypeID.INTEGER) {
      for (int i = 0; i < rows; i++) {
        longs[i] = TruncateUtil.truncateInt(width, (int) longs[i]);
      }
    } else {
      for (int i = 0; i < rows; i++) {
        longs[i] = TruncateUtil.truncateLong(width, longs[i]);
      }
    }
  }

  private static void split(Kind kind, Type source, long[] longs, int rows) {
    long unit =
        switch (source.typeId()) {
          case DATE -> 1;
          case TIMESTAMP -> MICROS_PER_DAY;
          default -> MICROS_PER_DAY * NANOS_PER_MICRO;
        };
    if (kind == Kind.HOUR) {
      unit = unit / MICROS_PER_DAY * MICROS_PER_HOUR;
    }
    for (int i = 0; i < rows; i++) {
      long days = Math.floorDiv(longs[i], unit);
      longs[i] =
          switch (kind) {
            case YEAR -> LocalDate.ofEpochDay(days).getYear() - EPOCH_YEAR;
            case MONTH -> monthsSinceEpoch(LocalDate.ofEpochDay(days));
            default -> (int) days; // days or hours; cut to 32 bits as Iceberg does
          };
    }
  }

  private static long monthsSinceEpoch(LocalDate date) {
    return date.getLong(ChronoField.PROLEPTIC_MONTH) - MONTHS_BEFORE_EPOCH;
  }
}
