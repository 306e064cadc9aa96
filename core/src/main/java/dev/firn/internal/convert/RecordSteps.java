package dev.firn.internal.convert;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.record.RowAppender;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * What is done to write a Java record into a row or struct: one step for each component, worked out
 * once from the record's class and the fields it meets. Hot.
 */
final class RecordSteps {

  /** Reads one component and sets one field. */
  private interface Step {
    void write(Object record, RowAppender row);
  }

  private final Step[] steps;

  private RecordSteps(Step[] steps) {
    this.steps = steps;
  }

  /**
   * The steps of {@code type} for the fields {@code fields} of a row or struct.
   *
   * @param path dotted name of the struct, empty for the row
   * @throws UnsupportedTableException naming the components without a field, or the required fields
   *     without a component
   */
  static RecordSteps of(Class<?> type, List<NestedField> fields, String path) {
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      positions.put(fields.get(i).name(), i);
    }
    List<Step> steps = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    boolean[] met = new boolean[fields.size()];
    for (RecordComponent component : type.getRecordComponents()) {
      Integer position = positions.get(component.getName());
      if (position == null) {
        position = positions.get(snakeCase(component.getName()));
      }
      if (position == null) {
        unknown.add(component.getName());
      } else {
        NestedField field = fields.get(position);
        if (met[position]) {
          throw unfit(type, path, "has more than one component for column", List.of(field.name()));
        }
        met[position] = true;
        steps.add(step(component, position, field, dotted(path, field.name())));
      }
    }
    if (!unknown.isEmpty()) {
      throw unfit(type, path, "has components for which the table has no column:", unknown);
    }
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < met.length; i++) {
      NestedField field = fields.get(i);
      if (!met[i] && field.isRequired() && field.writeDefault() == null) {
        missing.add(field.name());
      }
    }
    if (!missing.isEmpty()) {
      throw unfit(type, path, "has no component for the required", missing);
    }
    return new RecordSteps(steps.toArray(Step[]::new));
  }

  private static UnsupportedTableException unfit(
      Class<?> type, String path, String what, List<String> names) {
    return new UnsupportedTableException(
        "record "
            + type.getSimpleName()
            + " "
            + what
            + " "
            + names.stream()
                .map(name -> "'" + dotted(path, name) + "'")
                .collect(Collectors.joining(", "))
            + "; change the record or the table, or write the RecordMapper by hand",
        dotted(path, names.get(0)),
        null);
  }

  private static String dotted(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** {@code placedAt} is {@code placed_at}, {@code orderID} is {@code order_id}. */
  static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  private static Step step(
      RecordComponent component, int position, NestedField field, String path) {
    Class<?> type = component.getType();
    if (type == boolean.class) {
      Predicate<Object> getter = ComponentGetters.ofBoolean(component);
      return (record, row) -> row.setBoolean(position, getter.test(record));
    } else if (type == int.class || type == short.class || type == byte.class) {
      ToIntFunction<Object> getter = ComponentGetters.ofInt(component);
      return (record, row) -> row.setInt(position, getter.applyAsInt(record));
    } else if (type == long.class) {
      ToLongFunction<Object> getter = ComponentGetters.ofLong(component);
      return (record, row) -> row.setLong(position, getter.applyAsLong(record));
    } else if (type == float.class) {
      ToDoubleFunction<Object> getter = ComponentGetters.ofDouble(component);
      return (record, row) -> row.setFloat(position, (float) getter.applyAsDouble(record));
    } else if (type == double.class) {
      ToDoubleFunction<Object> getter = ComponentGetters.ofDouble(component);
      return (record, row) -> row.setDouble(position, getter.applyAsDouble(record));
    }
    Function<Object, @Nullable Object> getter = ComponentGetters.ofObject(component);
    ComponentValue value = ComponentValue.of(component.getGenericType(), field.type(), path);
    return (record, row) -> value.set(getter.apply(record), row, position);
  }

  void write(Object record, RowAppender row) {
    for (Step step : steps) {
      step.write(record, row);
    }
  }
}
