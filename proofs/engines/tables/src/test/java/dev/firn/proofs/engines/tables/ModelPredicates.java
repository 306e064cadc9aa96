package dev.firn.proofs.engines.tables;

import dev.firn.proofs.engines.CellText;
import dev.firn.proofs.engines.CellType;
import dev.firn.proofs.engines.Predicate;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.iceberg.types.Type;

/**
 * Questions to a column, with the model's answers. Engines answer them with the help of what Firn
 * says about its files (partitions, bounds, counts of nulls, Bloom filters): a wrong word there and
 * rows are missing. Only questions on which all engines agree: NaN is never asked for and never
 * within a range; nor is a zero of floating point asked for, of which SQL has one, and Iceberg two
 * that it orders and tells apart.
 */
final class ModelPredicates {

  private ModelPredicates() {}

  static List<Predicate> of(
      String column, Type type, CellType cell, List<Object> values, boolean all) {
    List<Predicate> predicates = new ArrayList<>();
    long nulls = values.stream().filter(Objects::isNull).count();
    predicates.add(new Predicate(column, "is null", List.of(), nulls));
    predicates.add(new Predicate(column, "is not null", List.of(), values.size() - nulls));
    if (!asksForValues(type)) {
      return predicates;
    }
    List<Object> there = values.stream().filter(value -> value != null && !isNaN(value)).toList();
    List<Object> sorted =
        there.stream().filter(value -> !isZero(value)).sorted(ModelPredicates::compare).toList();
    if (sorted.isEmpty()) {
      return predicates;
    }
    Object min = sorted.get(0);
    Object low = sorted.get(sorted.size() / 3);
    Object high = sorted.get(sorted.size() * 2 / 3);
    Object max = sorted.get(sorted.size() - 1);
    if (!all) {
      predicates.add(predicate(column, cell, "=", there, low));
      return predicates;
    }
    for (Object one : distinct(min, low, high, max)) {
      predicates.add(predicate(column, cell, "=", there, one));
    }
    predicates.add(predicate(column, cell, "in", there, min, high));
    if (type.typeId() != Type.TypeID.UUID && type.typeId() != Type.TypeID.BOOLEAN) {
      // Of UUIDs, engines do not agree on the order.
      predicates.add(predicate(column, cell, "<=", there, min));
      predicates.add(predicate(column, cell, "<=", there, low));
      predicates.add(predicate(column, cell, "between", there, low, high));
    }
    return predicates;
  }

  private static Predicate predicate(
      String column, CellType cell, String test, List<Object> there, Object... asked) {
    long rows =
        there.stream()
            .filter(
                value ->
                    switch (test) {
                      case "between" ->
                          compare(value, asked[0]) >= 0 && compare(value, asked[1]) <= 0;
                      case "<=" -> compare(value, asked[0]) <= 0;
                      default -> Stream.of(asked).anyMatch(o -> compare(value, o) == 0);
                    })
            .count();
    return new Predicate(
        column, test, Stream.of(asked).map(o -> CellText.of(cell, o)).toList(), rows);
  }

  private static boolean asksForValues(Type type) {
    return switch (type.typeId()) {
      case STRUCT, LIST, MAP, UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY -> false;
      default -> true;
    };
  }

  private static List<Object> distinct(Object... values) {
    List<Object> distinct = new ArrayList<>();
    for (Object value : values) {
      if (value != null && distinct.stream().noneMatch(d -> compare(d, value) == 0)) {
        distinct.add(value);
      }
    }
    return distinct;
  }

  private static boolean isZero(Object value) {
    return (value instanceof Float || value instanceof Double)
        && ((Number) value).doubleValue() == 0;
  }

  private static boolean isNaN(Object value) {
    return value instanceof Float f ? f.isNaN() : value instanceof Double d && d.isNaN();
  }

  /** As SQL compares: numbers by value, text and bytes by unsigned bytes of UTF-8. */
  static int compare(Object a, Object b) {
    if (a instanceof Float || a instanceof Double) {
      double left = ((Number) a).doubleValue();
      double right = ((Number) b).doubleValue();
      return left < right ? -1 : left > right ? 1 : 0;
    } else if (a instanceof BigDecimal decimal) {
      return decimal.compareTo((BigDecimal) b);
    } else if (a instanceof Integer || a instanceof Long) {
      return Long.compare(((Number) a).longValue(), ((Number) b).longValue());
    } else if (a instanceof CharSequence || a instanceof ByteBuffer || a instanceof byte[]) {
      return Arrays.compareUnsigned(bytes(a), bytes(b));
    }
    return comparable(a, b);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static int comparable(Object a, Object b) {
    return ((Comparator) Comparator.naturalOrder()).compare(a, b);
  }

  private static byte[] bytes(Object value) {
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return bytes;
    }
    return value instanceof byte[] array
        ? array
        : value.toString().getBytes(StandardCharsets.UTF_8);
  }
}
