package dev.firn.proofs.fuzz;

import dev.firn.testkit.Cells;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a value that a writer took must read back as, in the form of {@link Cells}. Written from the
 * documentation of {@code RowAppender}, not from Firn's conversions: what is documented nowhere
 * must not be taken.
 */
final class Taken {

  private Taken() {}

  static @Nullable Object cell(Type type, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    return switch (type.typeId()) {
      case BOOLEAN -> (Boolean) value;
      case INTEGER -> (long) Math.toIntExact(whole(value));
      case LONG -> whole(value);
      case FLOAT -> single(value);
      case DOUBLE -> real(value);
      case DECIMAL -> decimal(value, ((Types.DecimalType) type).scale());
      case DATE ->
          value instanceof LocalDate date
              ? (long) Math.toIntExact(date.toEpochDay())
              : (long) Math.toIntExact(whole(value));
      case TIME, TIMESTAMP, TIMESTAMP_NANO -> time(type, value);
      case STRING -> string(value);
      case UUID -> Cells.cell(type, value instanceof UUID ? value : Cells.bytes(value));
      case FIXED, BINARY, GEOMETRY, GEOGRAPHY -> Cells.cell(type, Cells.bytes(value));
      case STRUCT -> struct(type.asStructType(), value);
      case LIST -> list(type.asListType(), value);
      case MAP -> map(type.asMapType(), value);
      default -> throw undocumented(type, value);
    };
  }

  static Finding undocumented(Type type, Object value) {
    return new Finding("a " + type + " column took a " + value.getClass().getName());
  }

  private static long whole(Object value) {
    if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
      return ((Number) value).intValue();
    }
    return (Long) value;
  }

  private static Object single(Object value) {
    if (value instanceof Float) {
      return value;
    }
    float rounded = ((Number) value).floatValue();
    requireExact(rounded, value);
    return rounded;
  }

  private static Object real(Object value) {
    double rounded = ((Number) value).doubleValue();
    requireExact(rounded, value);
    return rounded;
  }

  private static void requireExact(double kept, Object value) {
    boolean exact =
        value instanceof Double || value instanceof Float
            ? Double.compare(kept, ((Number) value).doubleValue()) == 0
            : new BigDecimal(kept).compareTo(BigDecimal.valueOf(whole(value))) == 0;
    if (!exact) {
      throw new Finding(value + " was taken, but is kept as " + kept);
    }
  }

  private static BigDecimal decimal(Object value, int scale) {
    BigDecimal decimal =
        value instanceof BigDecimal given
            ? given
            : value instanceof BigInteger big
                ? new BigDecimal(big)
                : BigDecimal.valueOf(whole(value));
    // Zero times ten to the billion is zero, but setScale would compute that power.
    return decimal.signum() == 0 ? BigDecimal.valueOf(0, scale) : decimal.setScale(scale);
  }

  private static Object time(Type type, Object value) {
    if (value instanceof Long
        || (type.typeId() == Type.TypeID.TIME
            ? value instanceof LocalTime
            : withZone(type) ? value instanceof Instant : value instanceof LocalDateTime)) {
      return cellOf(type, value);
    }
    if (withZone(type) && value instanceof OffsetDateTime offset) {
      return cellOf(type, offset.toInstant());
    }
    if (withZone(type) && value instanceof ZonedDateTime zoned) {
      return cellOf(type, zoned.toInstant());
    }
    throw undocumented(type, value);
  }

  private static Object cellOf(Type type, Object value) {
    Object cell = Cells.cell(type, floorable(value));
    return cell == null ? "null" : cell;
  }

  /** {@code Cells} multiplies seconds: the lowest instants overflow there, though they fit. */
  private static Object floorable(Object value) {
    return value instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : value;
  }

  private static boolean withZone(Type type) {
    return (type instanceof Types.TimestampType micros && micros.shouldAdjustToUTC())
        || (type instanceof Types.TimestampNanoType nanos && nanos.shouldAdjustToUTC());
  }

  private static String string(Object value) {
    String text = ((CharSequence) value).toString();
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new Finding("a string was taken that has no UTF-8 form");
    }
    return text;
  }

  static List<@Nullable Object> struct(Types.StructType type, Object value) {
    List<@Nullable Object> cells = new ArrayList<>();
    List<Types.NestedField> fields = type.fields();
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.get(i).name();
      Object given =
          value instanceof Map<?, ?> map
              ? map.get(name)
              : value instanceof Record record
                  ? record.getField(name)
                  : i < ((StructLike) value).size()
                      ? ((StructLike) value).get(i, Object.class)
                      : null;
      cells.add(cell(fields.get(i).type(), given));
    }
    return cells;
  }

  private static List<@Nullable Object> list(Types.ListType type, Object value) {
    Iterable<?> elements =
        value instanceof Object[] array ? Arrays.asList(array) : (Iterable<?>) value;
    List<@Nullable Object> cells = new ArrayList<>();
    for (Object element : elements) {
      cells.add(cell(type.elementType(), element));
    }
    return cells;
  }

  /** Two keys may become one ({@code 1} and {@code 1L}): readers keep the last. */
  private static List<List<@Nullable Object>> map(Types.MapType type, Object value) {
    ScriptedAttempt.Pairs pairs =
        value instanceof Map<?, ?> map
            ? new ScriptedAttempt.Pairs(
                new ArrayList<>(map.keySet()), new ArrayList<>(map.values()))
            : (ScriptedAttempt.Pairs) value;
    Map<@Nullable Object, @Nullable Object> cells = new LinkedHashMap<>();
    for (int i = 0; i < pairs.keys().size(); i++) {
      cells.put(
          cell(type.keyType(), pairs.keys().get(i)), cell(type.valueType(), pairs.values().get(i)));
    }
    List<List<@Nullable Object>> entries = new ArrayList<>();
    cells.forEach((key, mapped) -> entries.add(Arrays.asList(key, mapped)));
    entries.sort(Comparator.comparing(entry -> String.valueOf(entry.get(0))));
    return entries;
  }
}
