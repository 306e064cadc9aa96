package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.ColumnShape.Kind;
import dev.firn.internal.keys.KeyField.Form;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Canonical bytes: one key, one form, and no two keys with the same. */
class KeyFieldTest {

  private static final List<Type> TYPES =
      List.of(
          Types.BooleanType.get(),
          Types.IntegerType.get(),
          Types.LongType.get(),
          Types.DateType.get(),
          Types.TimestampType.withZone(),
          Types.DecimalType.of(9, 2),
          Types.DecimalType.of(18, 2),
          Types.DecimalType.of(38, 2),
          Types.UUIDType.get(),
          Types.FixedType.ofLength(3),
          Types.StringType.get(),
          Types.BinaryType.get());

  @Test
  void theBytesOfAnyKeyCanBeReadBack() {
    Random random = new Random(4);
    for (int round = 0; round < 2000; round++) {
      List<KeyField> fields = new ArrayList<>();
      List<ColumnShape> shapes = new ArrayList<>();
      List<@Nullable Object> cells = new ArrayList<>();
      int count = 1 + random.nextInt(4);
      for (int f = 0; f < count; f++) {
        Type type = TYPES.get(random.nextInt(TYPES.size()));
        boolean marked = random.nextBoolean();
        fields.add(KeyField.of(f, f, "c" + f, type, marked));
        ColumnShape shape = shapeOf(type);
        shapes.add(shape);
        cells.add(marked && random.nextInt(3) == 0 ? null : value(shape, random));
      }
      KeyRows rows = new KeyRows(shapes.toArray(ColumnShape[]::new));
      rows.add(cells.toArray());
      byte[] bytes = bytes(fields, rows, 0);
      assertThat(parse(fields, bytes)).as("round %d: %s", round, fields).isEqualTo(shown(cells));
    }
  }

  @Test
  void noTwoKeysOfStringsHaveTheSameBytes() {
    List<byte[]> strings = new ArrayList<>();
    for (int length = 0; length < 4; length++) {
      for (int bits = 0; bits < 1 << 2 * length; bits++) {
        byte[] string = new byte[length];
        for (int i = 0; i < length; i++) {
          string[i] = (byte) (bits >> 2 * i & 3);
        }
        strings.add(string);
      }
    }
    List<KeyField> fields =
        List.of(
            KeyField.of(1, 0, "a", Types.StringType.get(), true),
            KeyField.of(2, 1, "b", Types.StringType.get(), false));
    Map<String, String> seen = new HashMap<>();
    KeyRows rows = new KeyRows(ColumnShape.of(Kind.BYTES), ColumnShape.of(Kind.BYTES));
    for (byte[] b : strings) {
      rows.add(null, b);
      for (byte[] a : strings) {
        rows.add(a, b);
      }
    }
    for (int row = 0; row < rows.batch.rows(); row++) {
      String earlier = seen.put(HexFormat.of().formatHex(bytes(fields, rows, row)), "row " + row);
      assertThat(earlier).as("row %d", row).isNull();
    }
  }

  @Test
  void aWidenedColumnHasTheSameBytes() {
    List<KeyField> number = List.of(KeyField.of(1, 0, "a", Types.LongType.get(), false));
    List<KeyField> decimal = List.of(KeyField.of(1, 0, "a", Types.DecimalType.of(9, 2), false));
    for (int value : new int[] {0, 1, -1, 123_456, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      KeyRows ints = new KeyRows(ColumnShape.of(Kind.INT)).add(value);
      KeyRows longs = new KeyRows(ColumnShape.of(Kind.LONG)).add((long) value);
      byte[] unscaled = new byte[9];
      byte[] digits = BigInteger.valueOf(value).toByteArray();
      Arrays.fill(unscaled, (byte) (value < 0 ? -1 : 0));
      System.arraycopy(digits, 0, unscaled, unscaled.length - digits.length, digits.length);
      KeyRows wide = new KeyRows(ColumnShape.fixed(9)).add((Object) unscaled);

      assertThat(bytes(number, ints, 0)).isEqualTo(bytes(number, longs, 0));
      assertThat(bytes(decimal, ints, 0))
          .isEqualTo(bytes(decimal, longs, 0))
          .isEqualTo(bytes(decimal, wide, 0));
    }
  }

  private static byte[] bytes(List<KeyField> fields, KeyRows rows, int row) {
    byte[] into = new byte[10_000];
    Arrays.fill(into, (byte) 0x55);
    int at = 0;
    for (KeyField field : fields) {
      Column column = rows.batch.columns().get(field.position());
      int end = field.write(column, row, into, at);
      assertThat(end - at).isLessThanOrEqualTo(field.maxBytes(column, row));
      assertThat(field.fixedBytes() == 0 || column.isNull(row) || end - at == field.fixedBytes())
          .isTrue();
      at = end;
    }
    return Arrays.copyOf(into, at);
  }

  /** What the bytes say, as far as the fields alone tell how to read them. */
  private static List<@Nullable Object> parse(List<KeyField> fields, byte[] bytes) {
    List<@Nullable Object> cells = new ArrayList<>();
    int at = 0;
    for (KeyField field : fields) {
      if (field.marked() && bytes[at++] == 0) {
        cells.add(null);
        continue;
      }
      int width = field.width();
      if (field.form() == Form.BYTES) {
        width = 0;
        int shift = 0;
        do {
          width |= (bytes[at] & 0x7f) << shift;
          shift += 7;
        } while (bytes[at++] < 0);
      }
      byte[] value = Arrays.copyOfRange(bytes, at, at + width);
      at += width;
      cells.add(
          switch (field.form()) {
            case BIT -> BigInteger.valueOf(value[0]);
            case WORD, TWO_WORDS -> new BigInteger(value);
            case FIXED, BYTES -> HexFormat.of().formatHex(value);
          });
    }
    assertThat(at).isEqualTo(bytes.length);
    return cells;
  }

  private static List<@Nullable Object> shown(List<@Nullable Object> cells) {
    List<@Nullable Object> shown = new ArrayList<>();
    for (Object cell : cells) {
      if (cell instanceof Boolean bit) {
        shown.add(bit ? BigInteger.ONE : BigInteger.ZERO);
      } else if (cell instanceof Number number) {
        shown.add(BigInteger.valueOf(number.longValue()));
      } else if (cell instanceof byte[] bytes) {
        shown.add(
            bytes.length == DECIMAL_38 ? new BigInteger(bytes) : HexFormat.of().formatHex(bytes));
      } else {
        shown.add(null);
      }
    }
    return shown;
  }

  /** Bytes of a decimal of 38 digits less one: no other value here has so many. */
  private static final int DECIMAL_38 = 15;

  private static ColumnShape shapeOf(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> ColumnShape.of(Kind.BOOLEAN);
      case INTEGER, DATE -> ColumnShape.of(Kind.INT);
      case LONG, TIMESTAMP -> ColumnShape.of(Kind.LONG);
      case DECIMAL ->
          switch (((Types.DecimalType) type).precision()) {
            case 9 -> ColumnShape.of(Kind.INT);
            case 18 -> ColumnShape.of(Kind.LONG);
            default -> ColumnShape.fixed(DECIMAL_38);
          };
      case UUID -> ColumnShape.fixed(16);
      case FIXED -> ColumnShape.fixed(3);
      default -> ColumnShape.of(Kind.BYTES);
    };
  }

  private static Object value(ColumnShape shape, Random random) {
    return switch (shape.kind()) {
      case BOOLEAN -> random.nextBoolean();
      case INT -> random.nextInt() >> random.nextInt(32);
      case LONG -> random.nextLong() >> random.nextInt(64);
      case FIXED -> bytes(shape.width(), random);
      default -> {
        int length = random.nextInt(random.nextInt(4) == 0 ? 600 : 20);
        yield bytes(length == DECIMAL_38 ? 0 : length, random);
      }
    };
  }

  private static byte[] bytes(int length, Random random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
