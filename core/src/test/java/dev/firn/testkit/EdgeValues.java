package dev.firn.testkit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.variants.ShreddedObject;
import org.apache.iceberg.variants.Variant;
import org.apache.iceberg.variants.VariantMetadata;
import org.apache.iceberg.variants.Variants;

/**
 * Values of primitive types in the classes of Iceberg's generics: a third from the edges of the
 * type, a third from a handful (so that dictionaries and equal keys come about), a third from
 * anywhere. Dates and timestamps stay within the years 1 to 9999 (nanoseconds 1678 to 2262), which
 * every reader has.
 */
final class EdgeValues {

  private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);
  private static final long MIN_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long MAX_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final long DAY_MICROS = 86_400_000_000L;

  private static final String[] STRINGS = {
    "",
    " ",
    "a",
    "null",
    "NULL",
    "\u0000",
    "a\u0000b",
    "\u007F\u0080\u07FF\u0800",
    "\uFFFD\uFFFF",
    "ascii, with \"quotes\", 'ticks' and \\",
    "Grüße, Ærøskøbing, Łódź",
    "雪は白い",
    "🏔️👩‍👩‍👧‍👦",
    "e\u0301 is not \u00E9",
    "\uDBFF\uDFFF",
    "a common prefix of more than sixteen characters, one",
    "a common prefix of more than sixteen characters, two",
    "é".repeat(40),
    "🏔".repeat(20),
    "\uDBFF\uDFFF".repeat(20),
    "x".repeat(5000),
  };

  private EdgeValues() {}

  static Object draw(Type type, Random random) {
    int how = random.nextInt(3);
    return switch (type.typeId()) {
      case BOOLEAN -> random.nextBoolean();
      case INTEGER -> (int) whole(random, how, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> whole(random, how, Long.MIN_VALUE, Long.MAX_VALUE);
      case FLOAT -> floating(random, how);
      case DOUBLE -> doubled(random, how);
      case DECIMAL -> decimal((Types.DecimalType) type, random, how);
      case DATE -> LocalDate.ofEpochDay(whole(random, how, MIN_DAY, MAX_DAY));
      case TIME -> LocalTime.ofNanoOfDay(whole(random, how, 0, DAY_MICROS - 1) * 1000);
      case TIMESTAMP -> {
        long micros =
            whole(random, how, MIN_DAY * DAY_MICROS, MAX_DAY * DAY_MICROS + DAY_MICROS - 1);
        LocalDateTime local = EPOCH.plus(micros, ChronoUnit.MICROS);
        yield ((Types.TimestampType) type).shouldAdjustToUTC()
            ? local.atOffset(ZoneOffset.UTC)
            : local;
      }
      case TIMESTAMP_NANO -> {
        // Not the very ends: DuckDB takes them for infinity.
        long nanos = whole(random, how, Long.MIN_VALUE + DAY_MICROS, Long.MAX_VALUE - DAY_MICROS);
        LocalDateTime local = EPOCH.plus(nanos, ChronoUnit.NANOS);
        yield ((Types.TimestampNanoType) type).shouldAdjustToUTC()
            ? local.atOffset(ZoneOffset.UTC)
            : local;
      }
      case STRING -> string(random, how);
      case UUID -> uuid(random, how);
      case FIXED -> bytes(random, how, ((Types.FixedType) type).length());
      case BINARY -> ByteBuffer.wrap(bytes(random, how, length(random, how)));
      case GEOMETRY, GEOGRAPHY -> point(random);
      case VARIANT -> variant(random, how);
      default -> throw new IllegalArgumentException("No values of " + type);
    };
  }

  private static long whole(Random random, int how, long min, long max) {
    long value =
        switch (how) {
          case 0 -> {
            long[] edges = {min, min + 1, -1, 0, 1, 127, 128, 65_536, max - 1, max};
            yield edges[random.nextInt(edges.length)];
          }
          case 1 -> random.nextInt(5) * 1_000L;
          default -> random.nextLong() >> random.nextInt(60);
        };
    return Math.max(min, Math.min(max, value));
  }

  private static float floating(Random random, int how) {
    float[] edges = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      -0.0f,
      0.0f,
      Float.MIN_VALUE,
      -Float.MAX_VALUE,
      Float.MAX_VALUE
    };
    return switch (how) {
      case 0 -> edges[random.nextInt(edges.length)];
      case 1 -> random.nextInt(5) / 4f;
      default -> (float) random.nextGaussian();
    };
  }

  private static double doubled(Random random, int how) {
    double[] edges = {
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      -0.0,
      0.0,
      Double.MIN_VALUE,
      -Double.MAX_VALUE,
      Double.MAX_VALUE
    };
    return switch (how) {
      case 0 -> edges[random.nextInt(edges.length)];
      case 1 -> random.nextInt(5) / 4.0;
      default -> random.nextGaussian() * 1e6;
    };
  }

  private static BigDecimal decimal(Types.DecimalType type, Random random, int how) {
    BigInteger most = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
    BigInteger[] edges = {
      most, most.negate(), BigInteger.ZERO, BigInteger.ONE, BigInteger.ONE.negate()
    };
    BigInteger unscaled =
        switch (how) {
          case 0 -> edges[random.nextInt(edges.length)];
          case 1 -> BigInteger.valueOf(random.nextInt(5));
          default -> {
            BigInteger any = new BigInteger(1 + random.nextInt(127), random).mod(most);
            yield random.nextBoolean() ? any : any.negate();
          }
        };
    return new BigDecimal(unscaled, type.scale());
  }

  private static String string(Random random, int how) {
    return switch (how) {
      case 0 -> STRINGS[random.nextInt(STRINGS.length)];
      case 1 -> "value-" + random.nextInt(5);
      default -> {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
          int range = random.nextInt(3);
          text.appendCodePoint(
              range == 0
                  ? ' ' + random.nextInt(95)
                  : range == 1 ? 0xA0 + random.nextInt(0x2000) : 0x1F300 + random.nextInt(0x200));
        }
        yield text.toString();
      }
    };
  }

  private static UUID uuid(Random random, int how) {
    return switch (how) {
      case 0 -> random.nextBoolean() ? new UUID(0, 0) : new UUID(-1, -1);
      case 1 -> new UUID(0, random.nextInt(5));
      default -> new UUID(random.nextLong(), random.nextLong());
    };
  }

  private static int length(Random random, int how) {
    return switch (how) {
      case 0 -> random.nextInt(2);
      case 1 -> 4;
      default -> random.nextInt(100);
    };
  }

  private static byte[] bytes(Random random, int how, int length) {
    byte[] bytes = new byte[length];
    if (how == 0) {
      Arrays.fill(bytes, (byte) (random.nextBoolean() ? 0xFF : 0));
    } else if (how == 1 && length > 0) {
      bytes[length - 1] = (byte) random.nextInt(5);
    } else {
      random.nextBytes(bytes);
    }
    return bytes;
  }

  /** A point as little-endian WKB. */
  private static ByteBuffer point(Random random) {
    ByteBuffer wkb = ByteBuffer.allocate(21).order(ByteOrder.LITTLE_ENDIAN);
    wkb.put((byte) 1).putInt(1);
    wkb.putDouble(random.nextInt(360) - 180).putDouble(random.nextInt(180) - 90);
    return ByteBuffer.wrap(wkb.array());
  }

  private static Variant variant(Random random, int how) {
    VariantMetadata none = Variants.emptyMetadata();
    return switch (how) {
      case 0 -> random.nextBoolean() ? Variant.of(none, Variants.ofNull()) : text(none, "");
      case 1 -> Variant.of(none, Variants.of(random.nextInt(5)));
      default -> {
        VariantMetadata names = Variants.metadata("a", "b");
        ShreddedObject object = Variants.object(names);
        object.put("a", Variants.of(random.nextLong()));
        object.put("b", Variants.of(string(random, 0)));
        yield Variant.of(names, object);
      }
    };
  }

  private static Variant text(VariantMetadata metadata, String text) {
    return Variant.of(metadata, Variants.of(text));
  }
}
