package dev.firn.testkit;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.variants.Variant;
import org.jspecify.annotations.Nullable;

/**
 * One form of a value, whoever read it, so that what was written can be compared with what came
 * back by {@code equals}, and a difference reads well in a failure message:
 *
 * <ul>
 *   <li>whole numbers, dates (days), times (micros) and timestamps (the column's unit): Long
 *   <li>float and double: Float and Double, with negative zero and one NaN
 *   <li>decimal: BigDecimal in the column's scale
 *   <li>string: String; uuid: UUID; bytes of any kind (also WKB): hex text
 *   <li>struct: List in order of fields; list: List; map: List of [key, value], sorted
 *   <li>variant: its text
 * </ul>
 */
public final class Cells {

  private static final Instant EPOCH = Instant.EPOCH;

  private Cells() {}

  /** The cells of a record, in order of {@code struct}'s fields. */
  public static List<@Nullable Object> of(Types.StructType struct, Record record) {
    List<@Nullable Object> cells = new ArrayList<>();
    for (Types.NestedField field : struct.fields()) {
      cells.add(cell(field.type(), record.getField(field.name())));
    }
    return cells;
  }

  /** The cells of many records. */
  public static List<List<@Nullable Object>> of(
      Types.StructType struct, Iterable<? extends Record> records) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    records.forEach(record -> rows.add(of(struct, record)));
    return rows;
  }

  /** {@code rows} in an order that does not depend on who read them. */
  public static List<List<@Nullable Object>> sorted(List<List<@Nullable Object>> rows) {
    List<List<@Nullable Object>> copy = new ArrayList<>(rows);
    copy.sort(Comparator.comparing(String::valueOf));
    return copy;
  }

  /** How often each row is there: for comparing without order and with duplicates. */
  public static Map<List<@Nullable Object>, Integer> counted(List<List<@Nullable Object>> rows) {
    Map<List<@Nullable Object>, Integer> counts = new LinkedHashMap<>();
    rows.forEach(row -> counts.merge(row, 1, Integer::sum));
    return counts;
  }

  /** The cell of one value in any form that Iceberg's generics or the JDK have for its type. */
  public static @Nullable Object cell(Type type, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    return switch (type.typeId()) {
      case BOOLEAN -> value;
      case INTEGER, LONG -> ((Number) value).longValue();
      case FLOAT -> ((Number) value).floatValue();
      case DOUBLE -> ((Number) value).doubleValue();
      case DECIMAL ->
          ((BigDecimal) value)
              .setScale(((Types.DecimalType) type).scale(), RoundingMode.UNNECESSARY);
      case STRING -> value.toString();
      case UUID -> value instanceof UUID uuid ? uuid : uuid(bytes(value));
      case FIXED, BINARY, GEOMETRY, GEOGRAPHY -> HexFormat.of().formatHex(bytes(value));
      case DATE -> value instanceof LocalDate date ? date.toEpochDay() : (Object) whole(value);
      case TIME ->
          value instanceof LocalTime time ? time.toNanoOfDay() / 1000 : (Object) whole(value);
      case TIMESTAMP -> timestamp(value, 1000);
      case TIMESTAMP_NANO -> timestamp(value, 1);
      case STRUCT -> struct((Types.StructType) type, value);
      case LIST -> list(((Types.ListType) type).elementType(), (List<?>) value);
      case MAP -> map((Types.MapType) type, (Map<?, ?>) value);
      case VARIANT -> value instanceof Variant variant ? Variant.toString(variant) : value;
      default -> throw new IllegalArgumentException("No cell for " + type + ": " + value);
    };
  }

  private static Object struct(Types.StructType type, Object value) {
    if (value instanceof Record record) {
      return of(type, record);
    }
    StructLike struct = (StructLike) value;
    List<@Nullable Object> cells = new ArrayList<>();
    for (int i = 0; i < type.fields().size(); i++) {
      cells.add(cell(type.fields().get(i).type(), struct.get(i, Object.class)));
    }
    return cells;
  }

  private static Object list(Type elementType, List<?> value) {
    List<@Nullable Object> cells = new ArrayList<>();
    for (Object element : value) {
      cells.add(cell(elementType, element));
    }
    return cells;
  }

  private static Object map(Types.MapType type, Map<?, ?> value) {
    List<List<@Nullable Object>> entries = new ArrayList<>();
    value.forEach(
        (key, mapped) -> {
          List<@Nullable Object> entry = new ArrayList<>();
          entry.add(cell(type.keyType(), key));
          entry.add(cell(type.valueType(), mapped));
          entries.add(entry);
        });
    return sortedEntries(entries);
  }

  /** Entries in the order in which all readers have them. */
  static List<List<@Nullable Object>> sortedEntries(List<List<@Nullable Object>> entries) {
    Function<List<@Nullable Object>, String> key = entry -> String.valueOf(entry.get(0));
    entries.sort(Comparator.comparing(key));
    return entries;
  }

  private static long whole(Object value) {
    return ((Number) value).longValue();
  }

  private static long timestamp(Object value, long nanosPerUnit) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    Instant instant =
        value instanceof LocalDateTime local
            ? local.toInstant(ZoneOffset.UTC)
            : value instanceof OffsetDateTime offset ? offset.toInstant() : (Instant) value;
    Duration since = Duration.between(EPOCH, instant);
    long unitsPerSecond = 1_000_000_000L / nanosPerUnit;
    // Before 1970 a second moves into the fraction, else the lowest long would overflow on the way.
    long moved = since.getSeconds() < 0 ? 1 : 0;
    return Math.addExact(
        Math.multiplyExact(since.getSeconds() + moved, unitsPerSecond),
        since.getNano() / nanosPerUnit - moved * unitsPerSecond);
  }

  /** The bytes of an array or of a buffer. */
  public static byte[] bytes(Object value) {
    if (value instanceof byte[] array) {
      return array;
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static UUID uuid(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
