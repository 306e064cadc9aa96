package dev.firn.internal.buffer;

import dev.firn.internal.buffer.ColumnShape.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random shapes and values, and columns as plain lists of objects to check them against. */
final class ColumnModel {

  private final Random random;

  ColumnModel(long seed) {
    this.random = new Random(seed);
  }

  static final List<ColumnShape> FLAT =
      List.of(
          ColumnShape.of(Kind.BOOLEAN),
          ColumnShape.of(Kind.INT),
          ColumnShape.of(Kind.LONG),
          ColumnShape.of(Kind.FLOAT),
          ColumnShape.of(Kind.DOUBLE),
          ColumnShape.of(Kind.BYTES),
          ColumnShape.fixed(1),
          ColumnShape.fixed(16),
          ColumnShape.of(Kind.NOTHING));

  ColumnShape shape(int depth) {
    int kind = random.nextInt(depth > 0 ? FLAT.size() + 3 : FLAT.size());
    if (kind < FLAT.size()) {
      return FLAT.get(kind);
    }
    return switch (kind - FLAT.size()) {
      case 0 -> {
        List<ColumnShape> fields = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
          fields.add(shape(depth - 1));
        }
        yield ColumnShape.nested(Kind.STRUCT, fields);
      }
      case 1 -> ColumnShape.nested(Kind.LIST, List.of(shape(depth - 1)));
      default -> ColumnShape.nested(Kind.MAP, List.of(shape(depth - 1), shape(depth - 1)));
    };
  }

  @Nullable Object value(ColumnShape shape) {
    if (shape.kind() == Kind.NOTHING || random.nextInt(5) == 0) {
      return null;
    }
    return switch (shape.kind()) {
      case BOOLEAN -> random.nextBoolean();
      case INT -> random.nextInt();
      case LONG -> random.nextLong();
      case FLOAT -> random.nextFloat();
      case DOUBLE -> random.nextDouble();
      case BYTES -> bytes(random.nextInt(9));
      case FIXED -> bytes(shape.width());
      case STRUCT -> {
        List<@Nullable Object> fields = new ArrayList<>();
        shape.children().forEach(child -> fields.add(value(child)));
        yield fields;
      }
      case LIST -> values(shape.children().get(0), random.nextInt(4));
      case MAP -> {
        int count = random.nextInt(4);
        yield Arrays.asList(
            values(shape.children().get(0), count), values(shape.children().get(1), count));
      }
      default -> throw new AssertionError(shape);
    };
  }

  private List<@Nullable Object> values(ColumnShape shape, int count) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(value(shape));
    }
    return values;
  }

  /** As a list, for arrays are not equal to each other. */
  private List<Byte> bytes(int length) {
    List<Byte> bytes = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      bytes.add((byte) random.nextInt());
    }
    return bytes;
  }

  /** Adds a value of the model to a column, slot and all. */
  static void append(Column column, @Nullable Object value) {
    if (value == null) {
      column.appendNull();
      return;
    }
    begin(column, value);
    if (column instanceof StructColumn struct) {
      struct.endSlot();
    } else if (column instanceof ListColumn list) {
      list.endSlot();
    } else if (column instanceof MapColumn map) {
      map.endSlot();
    }
  }

  /** Adds a value's parts; a nested one is begun but not ended. */
  static void begin(Column column, Object value) {
    if (column instanceof BooleanColumn booleans) {
      booleans.append((Boolean) value);
    } else if (column instanceof IntColumn ints) {
      ints.append((Integer) value);
    } else if (column instanceof LongColumn longs) {
      longs.append((Long) value);
    } else if (column instanceof FloatColumn floats) {
      floats.append((Float) value);
    } else if (column instanceof DoubleColumn doubles) {
      doubles.append((Double) value);
    } else if (column instanceof BytesColumn strings) {
      byte[] bytes = array(value);
      strings.append(bytes, 0, bytes.length);
    } else if (column instanceof FixedColumn fixed) {
      fixed.append(array(value), 0);
    } else if (column instanceof StructColumn struct) {
      appendAll(struct.fields(), (List<?>) value);
    } else if (column instanceof ListColumn list) {
      ((List<?>) value).forEach(element -> append(list.elements(), element));
    } else if (column instanceof MapColumn map) {
      ((List<?>) ((List<?>) value).get(0)).forEach(key -> append(map.keys(), key));
      ((List<?>) ((List<?>) value).get(1)).forEach(mapped -> append(map.values(), mapped));
    } else {
      throw new AssertionError(column);
    }
  }

  static void appendAll(List<Column> columns, List<?> values) {
    for (int i = 0; i < columns.size(); i++) {
      append(columns.get(i), values.get(i));
    }
  }

  private static byte[] array(Object value) {
    List<?> list = (List<?>) value;
    byte[] bytes = new byte[list.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (Byte) list.get(i);
    }
    return bytes;
  }

  /** The values of a column, as the model has them. */
  static List<@Nullable Object> read(Column column) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < column.size(); i++) {
      values.add(read(column, i));
    }
    return values;
  }

  private static @Nullable Object read(Column column, int i) {
    if (column.isNull(i)) {
      return null;
    } else if (column instanceof BooleanColumn booleans) {
      return booleans.value(i);
    } else if (column instanceof IntColumn ints) {
      return ints.values()[i];
    } else if (column instanceof LongColumn longs) {
      return longs.values()[i];
    } else if (column instanceof FloatColumn floats) {
      return floats.values()[i];
    } else if (column instanceof DoubleColumn doubles) {
      return doubles.values()[i];
    } else if (column instanceof BytesColumn strings) {
      return list(strings.bytes(), strings.start(i), strings.end(i));
    } else if (column instanceof FixedColumn fixed) {
      return list(fixed.bytes(), i * fixed.width(), (i + 1) * fixed.width());
    } else if (column instanceof StructColumn struct) {
      List<@Nullable Object> fields = new ArrayList<>();
      struct.fields().forEach(field -> fields.add(read(field, i)));
      return fields;
    } else if (column instanceof ListColumn list) {
      return read(list.elements()).subList(list.start(i), list.end(i));
    } else if (column instanceof MapColumn map) {
      return Arrays.asList(
          read(map.keys()).subList(map.start(i), map.end(i)),
          read(map.values()).subList(map.start(i), map.end(i)));
    }
    throw new AssertionError(column);
  }

  private static List<Byte> list(byte[] bytes, int from, int to) {
    List<Byte> list = new ArrayList<>();
    for (int i = from; i < to; i++) {
      list.add(bytes[i]);
    }
    return list;
  }

  /** Sizes, ends and null counts, all the way down. */
  static void assertConsistent(Column column) {
    int nulls = 0;
    for (int i = 0; i < column.size(); i++) {
      nulls += column.isNull(i) ? 1 : 0;
    }
    check(nulls == column.nullCount(), column, "null count");
    for (int i = column.size(); i < column.nullBits().length * 64; i++) {
      check(!column.isNull(i), column, "null bit behind the end");
    }
    if (column instanceof StructColumn struct) {
      for (Column field : struct.fields()) {
        check(field.size() == column.size(), column, "field size");
        for (int i = 0; i < column.size(); i++) {
          check(!column.isNull(i) || field.isNull(i), column, "field of a null struct");
        }
        assertConsistent(field);
      }
    } else if (column instanceof ListColumn list) {
      int end = list.size() == 0 ? 0 : list.end(list.size() - 1);
      check(list.elements().size() == end, column, "elements");
      assertConsistent(list.elements());
    } else if (column instanceof MapColumn map) {
      int end = map.size() == 0 ? 0 : map.end(map.size() - 1);
      check(map.keys().size() == end && map.values().size() == end, column, "entries");
      assertConsistent(map.keys());
      assertConsistent(map.values());
    }
  }

  private static void check(boolean holds, Column column, String what) {
    if (!holds) {
      throw new AssertionError(what + " of " + column);
    }
  }
}
