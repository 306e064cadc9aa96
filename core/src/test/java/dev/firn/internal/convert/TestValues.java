package dev.firn.internal.convert;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Values of primitive types in Iceberg's internal form: edges first, then random ones and nulls.
 */
final class TestValues {

  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private TestValues() {}

  static List<@Nullable Object> internalValues(Type type, Random random, int count) {
    List<@Nullable Object> values = new ArrayList<>(edges(type));
    while (values.size() < count) {
      int kind = random.nextInt(10);
      if (kind == 0) {
        values.add(null);
      } else if (kind < 3 && !values.isEmpty()) {
        values.add(values.get(random.nextInt(values.size()))); // keys repeat
      } else {
        values.add(random(type, random));
      }
    }
    return values;
  }

  private static List<Object> edges(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> List.of(true, false);
      case INTEGER -> List.of(0, 1, -1, 9, -9, 10, -10, -11, Integer.MAX_VALUE, Integer.MIN_VALUE);
      case DATE ->
          List.of(0, 1, -1, 30, 31, -31, -30, 365, -365, -366, 20_000, -20_000, 2_000_000_000);
      case LONG -> List.of(0L, 1L, -1L, -10L, -11L, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE);
      case TIME -> List.of(0L, 1L, MICROS_PER_DAY - 1);
      case TIMESTAMP -> timestamps(1);
      case TIMESTAMP_NANO -> timestamps(1000);
      case FLOAT ->
          List.of(
              0f,
              -0f,
              1f,
              -1f,
              Float.NaN,
              Float.POSITIVE_INFINITY,
              Float.NEGATIVE_INFINITY,
              Float.MIN_VALUE,
              Float.MAX_VALUE,
              -Float.MAX_VALUE);
      case DOUBLE ->
          List.of(
              0d,
              -0d,
              1d,
              -1d,
              Double.NaN,
              Double.POSITIVE_INFINITY,
              Double.NEGATIVE_INFINITY,
              Double.MIN_VALUE,
              Double.MAX_VALUE,
              -Double.MAX_VALUE);
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        BigInteger highest = BigInteger.TEN.pow(decimal.precision()).subtract(BigInteger.ONE);
        List<Object> values = new ArrayList<>();
        for (long small : new long[] {0, 1, -1, 9, -9, 10, -10, 127, 128, -128, -129, 255, 256}) {
          values.add(new BigDecimal(BigInteger.valueOf(small), decimal.scale()));
        }
        values.add(new BigDecimal(highest, decimal.scale()));
        values.add(new BigDecimal(highest.negate(), decimal.scale()));
        yield values;
      }
      case STRING ->
          List.of(
              "",
              "a",
              "abc",
              "abcd",
              "abcdefghijk",
              "äöü",
              "äöüß",
              "日本語",
              "日本語のテスト",
              "a😀b😀c",
              "😀😀😀😀",
              "\uFFFD\uD83D\uDE00",
              "\u0000",
              "\u0000\u0001",
              "\u07FF\u0800");
      case UUID ->
          List.of(new UUID(0, 0), new UUID(-1, -1), new UUID(Long.MIN_VALUE, Long.MAX_VALUE));
      case BINARY ->
          List.of(
              bytes(), bytes(0), bytes(-1), bytes(1, 2, 3), bytes(1, 2, 3, 4), bytes(127, -128));
      case FIXED -> List.of(bytes(0, 0, 0, 0, 0), bytes(-1, -1, -1, -1, -1), bytes(1, 2, 3, 4, 5));
      default -> List.of();
    };
  }

  private static List<Object> timestamps(long unit) {
    List<Object> values = new ArrayList<>();
    for (long days : new long[] {0, 1, -1, 31, -31, 365, -365, -366, 19_000, -19_000, 100_000}) {
      for (long delta : new long[] {-1001, -1000, -999, -1, 0, 1, 999, 1000, 3_599_999_999L}) {
        values.add(days * MICROS_PER_DAY * unit + delta);
      }
    }
    values.add(Long.MAX_VALUE);
    values.add(Long.MIN_VALUE + 1_000_000_000);
    return values;
  }

  static @Nullable Object random(Type type, Random random) {
    return switch (type.typeId()) {
      case BOOLEAN -> random.nextBoolean();
      case INTEGER -> random.nextInt() >> random.nextInt(32);
      case DATE -> random.nextInt(80_000) - 40_000;
      case LONG -> random.nextLong() >> random.nextInt(64);
      case TIME -> random.nextLong(MICROS_PER_DAY);
      case TIMESTAMP -> random.nextLong() >> 10 + random.nextInt(40);
      case TIMESTAMP_NANO -> random.nextLong() >> random.nextInt(40);
      case FLOAT -> Float.intBitsToFloat(random.nextInt());
      case DOUBLE -> Double.longBitsToDouble(random.nextLong());
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        BigInteger bound = BigInteger.TEN.pow(1 + random.nextInt(decimal.precision()));
        BigInteger unscaled = new BigInteger(130, random).mod(bound);
        yield new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), decimal.scale());
      }
      case STRING -> string(random);
      case UUID -> new UUID(random.nextLong(), random.nextLong());
      case FIXED -> bytes(random, ((Types.FixedType) type).length());
      case BINARY, GEOMETRY, GEOGRAPHY -> bytes(random, random.nextInt(12));
      default -> null;
    };
  }

  static String string(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(14);
    for (int i = 0; i < length; i++) {
      int bound = new int[] {0x80, 0x80, 0x800, 0xD800, 0x110000}[random.nextInt(5)];
      int codePoint = random.nextInt(bound);
      text.appendCodePoint(
          codePoint >= 0xD800 && codePoint < 0xE000 ? codePoint + 0x2000 : codePoint);
    }
    return text.toString();
  }

  private static ByteBuffer bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static ByteBuffer bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteBuffer.wrap(bytes);
  }
}
