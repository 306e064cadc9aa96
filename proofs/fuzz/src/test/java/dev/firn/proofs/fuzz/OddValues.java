package dev.firn.proofs.fuzz;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Values that an application might hand over by mistake, of all classes and at all extremes. */
final class OddValues {

  private static final String[] STRINGS = {
    "",
    "\u0000",
    "\uD800",
    "a\uDC00",
    "\uDBFF\uDBFF",
    "\uDBFF\uDFFF",
    "\uFFFF",
    "1",
    "true",
    "é\u0301"
  };

  private static final BigDecimal[] DECIMALS = {
    new BigDecimal("1E+1000000000"),
    new BigDecimal("1E-1000000000"),
    new BigDecimal("-0E+2147483647"),
    new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
    new BigDecimal(BigInteger.TEN.pow(5000), Integer.MAX_VALUE),
    new BigDecimal("0.10"),
    BigDecimal.TEN.pow(38),
    new BigDecimal("99999999999999999999999999999999999999"),
    BigDecimal.ONE.negate()
  };

  private static final Number[] NUMBERS = {
    (byte) -1,
    Short.MIN_VALUE,
    0,
    Integer.MIN_VALUE,
    Integer.MAX_VALUE,
    16_777_217,
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    9_007_199_254_740_993L,
    86_400_000_000L,
    1L << 32,
    Float.NaN,
    -0.0f,
    Float.MIN_VALUE,
    Float.NEGATIVE_INFINITY,
    0.1,
    Double.NaN,
    Double.MAX_VALUE,
    Double.MIN_VALUE,
    Double.POSITIVE_INFINITY,
    -0.0,
    1e10,
    BigInteger.TWO.pow(64),
    BigInteger.ONE.negate(),
    new AtomicLong(5)
  };

  private static final Object[] TIMES = {
    LocalDate.MIN,
    LocalDate.MAX,
    LocalDate.EPOCH,
    LocalDate.ofEpochDay(Integer.MAX_VALUE),
    LocalDate.ofEpochDay(Integer.MIN_VALUE - 1L),
    LocalTime.MAX,
    LocalTime.MIDNIGHT,
    LocalTime.of(1, 2, 3, 4_000),
    LocalDateTime.MIN,
    LocalDateTime.MAX,
    LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000),
    LocalDateTime.of(1600, 1, 1, 0, 0, 0, 1),
    Instant.MIN,
    Instant.MAX,
    Instant.EPOCH.minusNanos(1_000),
    Instant.ofEpochSecond(Long.MAX_VALUE / 1_000_000, 775_807_000),
    Instant.ofEpochSecond(Long.MIN_VALUE / 1_000_000 - 1, 224_192_000),
    OffsetDateTime.MIN,
    OffsetDateTime.MAX,
    Instant.EPOCH.atZone(ZoneId.of("Europe/Zurich")),
    new Date(0)
  };

  private OddValues() {}

  /** A value of any class; {@code depth} more levels may be nested in it. */
  static @Nullable Object draw(Script script, int depth) {
    return switch (script.below(depth > 0 ? 14 : 10)) {
      case 0 -> null;
      case 1 -> script.flag();
      case 2 -> script.pick(NUMBERS);
      case 3 -> script.pick(DECIMALS);
      case 4 -> text(script);
      case 5 -> bytes(script);
      case 6 -> script.pick(TIMES);
      case 7 -> stranger(script);
      case 8 -> script.longNumber();
      case 9 -> new UUID(script.number(), script.number());
      case 10 -> list(script, depth - 1);
      case 11 -> map(script, depth - 1);
      case 12 -> record(script, depth - 1);
      default -> cyclic(script);
    };
  }

  static CharSequence text(Script script) {
    return switch (script.below(5)) {
      case 0 -> new StringBuilder("built");
      case 1 -> "x".repeat(script.below(1 << 12));
      case 2 -> "\u00E9\uD83C\uDFD4".repeat(script.below(1 << 10)) + script.pick(STRINGS);
      case 3 -> {
        StringBuilder any = new StringBuilder();
        for (int i = script.below(12); i > 0; i--) {
          any.append((char) (script.next() << 8 | script.next()));
        }
        yield any.toString();
      }
      default -> script.pick(STRINGS);
    };
  }

  static Object bytes(Script script) {
    byte[] bytes = script.take(script.below(40));
    return switch (script.below(5)) {
      case 0 -> bytes;
      case 1 -> ByteBuffer.wrap(bytes).asReadOnlyBuffer();
      case 2 -> ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
      case 3 -> ByteBuffer.wrap(bytes, bytes.length / 2, bytes.length - bytes.length / 2).slice();
      default -> new byte[script.flag() ? 16 : 17];
    };
  }

  private static Object stranger(Script script) {
    Object[] strangers = {
      'c',
      new int[] {1, 2},
      Optional.empty(),
      TimeUnit.DAYS,
      new Object(),
      Types.LongType.get(),
      new Throwing(),
      (Iterable<Object>) Throwing::new,
    };
    return script.pick(strangers);
  }

  private static Object list(Script script, int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = script.below(4); i > 0; i--) {
      list.add(draw(script, depth));
    }
    return script.flag() ? list : list.toArray();
  }

  private static Object map(Script script, int depth) {
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = script.below(4); i > 0; i--) {
      Object key = script.flag() ? "c" + script.below(40) : draw(script, 0);
      map.put(key, draw(script, depth));
    }
    return map;
  }

  private static Object record(Script script, int depth) {
    int size = script.below(4);
    List<Types.NestedField> fields = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      fields.add(
          Types.NestedField.optional(
              i + 1,
              (script.flag() ? "c" + script.below(40) : "f") + "_" + i,
              Types.LongType.get()));
    }
    Record record = GenericRecord.create(Types.StructType.of(fields));
    for (int i = 0; i < size; i++) {
      record.set(i, draw(script, depth));
    }
    return script.flag() ? record : new Positions(Arrays.asList(values(record)));
  }

  private static Object[] values(Record record) {
    Object[] values = new Object[record.size()];
    Arrays.setAll(values, record::get);
    return values;
  }

  /** Contains itself, so that whoever wants to show it never ends. */
  private static Object cyclic(Script script) {
    List<Object> list = new ArrayList<>();
    Map<String, Object> map = new HashMap<>();
    map.put("self", list);
    list.add(map);
    return script.flag() ? list : map;
  }

  /** A struct that knows no names. */
  record Positions(List<@Nullable Object> values) implements StructLike {

    @Override
    public int size() {
      return values.size();
    }

    @Override
    public <T> @Nullable T get(int position, Class<T> type) {
      return type.cast(values.get(position));
    }

    @Override
    public <T> void set(int position, @Nullable T value) {
      throw new UnsupportedOperationException();
    }
  }

  /** Fails when it is shown or iterated over. */
  private static final class Throwing implements Iterator<Object> {

    @Override
    public boolean hasNext() {
      throw new IllegalStateException("thrown by the value");
    }

    @Override
    public Object next() {
      throw new IllegalStateException("thrown by the value");
    }

    @Override
    public String toString() {
      throw new IllegalStateException("thrown by the value");
    }
  }
}
