package dev.firn.internal.convert;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.api.record.RowAppender;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Types.ListType;
import org.apache.iceberg.types.Types.MapType;
import org.jspecify.annotations.Nullable;

/**
 * How the value of a record's component, or an element of it, is written: decided once by its
 * declared Java type and the column's type. This class itself writes what {@code setObject} takes.
 */
class ComponentValue {

  private static final ComponentValue PLAIN = new ComponentValue();

  /**
   * @param declared the component's generic type, or that of an element
   * @param path dotted name of the column
   * @throws UnsupportedTableException if a record meets a column that is no struct, or does not fit
   *     the struct
   */
  static ComponentValue of(Type declared, org.apache.iceberg.types.Type column, String path) {
    Class<?> raw = raw(declared);
    if (raw.isRecord()) {
      if (!column.isStructType()) {
        throw new UnsupportedTableException(
            "record "
                + raw.getSimpleName()
                + " stands for column '"
                + path
                + "', which is no struct but "
                + column
                + "; change the record or the table",
            path,
            null);
      }
      return new OfRecord(RecordSteps.of(raw, column.asStructType().fields(), path));
    } else if (raw.isEnum()) {
      return new OfEnum();
    } else if (raw == Optional.class) {
      return new OfOptional(of(argument(declared, 0), column, path));
    } else if (Iterable.class.isAssignableFrom(raw) && column.isListType()) {
      ListType list = column.asListType();
      ComponentValue element = of(argument(declared, 0), list.elementType(), path + ".element");
      return element == PLAIN ? PLAIN : new OfList(element);
    } else if (Map.class.isAssignableFrom(raw) && column.isMapType()) {
      MapType map = column.asMapType();
      ComponentValue key = of(argument(declared, 0), map.keyType(), path + ".key");
      ComponentValue value = of(argument(declared, 1), map.valueType(), path + ".value");
      return key == PLAIN && value == PLAIN ? PLAIN : new OfMap(key, value);
    }
    return PLAIN;
  }

  private static Class<?> raw(Type type) {
    if (type instanceof Class<?> plain) {
      return plain;
    } else if (type instanceof ParameterizedType parameterized) {
      return raw(parameterized.getRawType());
    } else if (type instanceof WildcardType wildcard) {
      return raw(wildcard.getUpperBounds()[0]);
    }
    return Object.class;
  }

  /** Of {@code List<X>} it is X; of a class of one's own that is a list nothing is known. */
  private static Type argument(Type type, int index) {
    if (type instanceof ParameterizedType parameterized
        && parameterized.getActualTypeArguments().length > index) {
      return parameterized.getActualTypeArguments()[index];
    } else if (type instanceof WildcardType wildcard) {
      return argument(wildcard.getUpperBounds()[0], index);
    }
    return Object.class;
  }

  void set(@Nullable Object value, RowAppender row, int position) {
    row.setObject(position, value);
  }

  void add(@Nullable Object value, ListAppender list) {
    list.addObject(value);
  }

  /** Values that begin a nested value of their own, null apart. */
  private static final class OfRecord extends ComponentValue {

    private final RecordSteps steps;

    OfRecord(RecordSteps steps) {
      this.steps = steps;
    }

    @Override
    void set(@Nullable Object value, RowAppender row, int position) {
      if (value == null) {
        row.setNull(position);
      } else {
        steps.write(value, row.beginStruct(position));
      }
    }

    @Override
    void add(@Nullable Object value, ListAppender list) {
      if (value == null) {
        list.addNull();
      } else {
        steps.write(value, list.addStruct());
      }
    }
  }

  private static final class OfEnum extends ComponentValue {

    @Override
    void set(@Nullable Object value, RowAppender row, int position) {
      row.setObject(position, name(value));
    }

    @Override
    void add(@Nullable Object value, ListAppender list) {
      list.addObject(name(value));
    }

    private static @Nullable String name(@Nullable Object value) {
      return value == null ? null : ((Enum<?>) value).name();
    }
  }

  private static final class OfOptional extends ComponentValue {

    private final ComponentValue held;

    OfOptional(ComponentValue held) {
      this.held = held;
    }

    @Override
    void set(@Nullable Object value, RowAppender row, int position) {
      held.set(value == null ? null : ((Optional<?>) value).orElse(null), row, position);
    }

    @Override
    void add(@Nullable Object value, ListAppender list) {
      held.add(value == null ? null : ((Optional<?>) value).orElse(null), list);
    }
  }

  private static final class OfList extends ComponentValue {

    private final ComponentValue element;

    OfList(ComponentValue element) {
      this.element = element;
    }

    @Override
    void set(@Nullable Object value, RowAppender row, int position) {
      if (value == null) {
        row.setNull(position);
      } else {
        addAll((Iterable<?>) value, row.beginList(position));
      }
    }

    @Override
    void add(@Nullable Object value, ListAppender list) {
      if (value == null) {
        list.addNull();
      } else {
        addAll((Iterable<?>) value, list.addList());
      }
    }

    private void addAll(Iterable<?> values, ListAppender list) {
      for (Object value : values) {
        element.add(value, list);
      }
    }
  }

  private static final class OfMap extends ComponentValue {

    private final ComponentValue key;
    private final ComponentValue mapped;

    OfMap(ComponentValue key, ComponentValue mapped) {
      this.key = key;
      this.mapped = mapped;
    }

    @Override
    void set(@Nullable Object value, RowAppender row, int position) {
      if (value == null) {
        row.setNull(position);
      } else {
        addAll((Map<?, ?>) value, row.beginMap(position));
      }
    }

    @Override
    void add(@Nullable Object value, ListAppender list) {
      if (value == null) {
        list.addNull();
      } else {
        addAll((Map<?, ?>) value, list.addMap());
      }
    }

    private void addAll(Map<?, ?> map, MapAppender appender) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        key.add(entry.getKey(), appender.keys());
        mapped.add(entry.getValue(), appender.values());
      }
    }
  }
}
