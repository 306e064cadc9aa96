package dev.firn.internal.convert;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.DoubleColumn;
import dev.firn.internal.buffer.FixedColumn;
import dev.firn.internal.buffer.FloatColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.buffer.StructColumn;
import dev.firn.internal.convert.KeyTransform.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.DecimalType;
import org.apache.iceberg.types.Types.NestedField;

/**
 * One field of a partition spec or sort order, computed for a whole batch at a time: for each row
 * the transformed value as a long or as a stretch of bytes. Equal to Iceberg's transforms, without
 * their boxes. Hot.
 *
 * <p>Longs order as the values do (floats are mapped so that NaN is last). Slots that are null hold
 * anything. A field that is void in the spec has no key column at all.
 */
final class KeyColumn {

  private final KeyTransform transform;
  private final Type source;
  private final Type result;

  /** From the row to the source field: positions of the structs, then of the field. */
  private final int[] path;

  private final boolean inBytes;

  // The batch read last.
  private Column column;
  private int rows;
  private long[] longs = {};
  private byte[] bytes = {};
  private int[] starts = {};
  private int[] ends = {};

  /**
   * The key of field {@code field}, a transform of the schema's field {@code sourceId}.
   *
   * @throws UnsupportedTableException if the source does not exist or is inside a list or map, or
   *     the transform is not known
   */
  KeyColumn(Schema schema, int sourceId, Transform<?, ?> transform, String field) {
    NestedField sourceField = schema.findField(sourceId);
    if (sourceField == null) {
      throw new UnsupportedTableException(
          "field '" + field + "' is computed from column " + sourceId + ", which does not exist",
          field,
          null);
    }
    this.source = sourceField.type();
    this.transform = KeyTransform.of(transform, source, field);
    this.result = transform.getResultType(source);
    this.path = path(schema.columns(), sourceId);
    if (path.length == 0) {
      throw new UnsupportedTableException(
          "field '"
              + field
              + "' is computed from '"
              + schema.findColumnName(sourceId)
              + "', which is inside a list or map and has no one value per row; remove the field "
              + "from the spec or sort order",
          field,
          null);
    }
    this.inBytes = isInBytes(source) && this.transform.kind() != Kind.BUCKET;
    this.column = FieldPlan.of(field, sourceField).shape().newColumn();
  }

  private static boolean isInBytes(Type type) {
    return switch (type.typeId()) {
      case STRING, BINARY, FIXED, UUID -> true;
      case DECIMAL -> ((DecimalType) type).precision() > 18;
      default -> false;
    };
  }

  /** Positions of the structs, then of the field; empty if there is no such way. */
  static int[] path(List<NestedField> fields, int id) {
    for (int i = 0; i < fields.size(); i++) {
      NestedField field = fields.get(i);
      if (field.fieldId() == id) {
        return new int[] {i};
      }
      if (field.type().isStructType()) {
        int[] rest = path(field.type().asStructType().fields(), id);
        if (rest.length > 0) {
          int[] path = new int[rest.length + 1];
          path[0] = i;
          System.arraycopy(rest, 0, path, 1, rest.length);
          return path;
        }
      }
    }
    return new int[0];
  }

  /** Computes the keys of all rows of {@code batch}. */
  void read(RowBatch batch) {
    rows = batch.rows();
    column = batch.columns().get(path[0]);
    for (int i = 1; i < path.length; i++) {
      column = ((StructColumn) column).fields().get(path[i]);
    }
    if (inBytes) {
      readBytes();
    } else {
      if (longs.length < rows) {
        longs = new long[rows];
      }
      if (isInBytes(source)) {
        hashBytes();
      } else {
        readLongs();
        LongTransforms.apply(transform, source, longs, rows);
      }
    }
  }

  boolean isInBytes() {
    return inBytes;
  }

  /** A null in a struct that holds the source is a null of the source too. */
  boolean isNull(int row) {
    return column.isNull(row);
  }

  boolean hasNulls() {
    return column.nullCount() > 0;
  }

  // Keys as longs.

  /** The keys, when not in bytes. */
  long[] longs() {
    return longs;
  }

  /** What a key stands for, in Iceberg's internal form. */
  Object value(long key) {
    return switch (result.typeId()) {
      case BOOLEAN -> key != 0;
      case INTEGER, DATE -> (int) key;
      case FLOAT -> Float.intBitsToFloat((int) ordered(key, Integer.MAX_VALUE));
      case DOUBLE -> Double.longBitsToDouble(ordered(key, Long.MAX_VALUE));
      case DECIMAL -> BigDecimal.valueOf(key, ((DecimalType) result).scale());
      default -> key;
    };
  }

  /** The bits of a float so that they order as the floats do, and back; {@code low}: no sign. */
  private static long ordered(long bits, long low) {
    return bits < 0 ? bits ^ low : bits;
  }

  private void readLongs() {
    if (column instanceof IntColumn ints) {
      int[] values = ints.values();
      for (int i = 0; i < rows; i++) {
        longs[i] = values[i];
      }
    } else if (column instanceof LongColumn other) {
      System.arraycopy(other.values(), 0, longs, 0, rows);
    } else if (column instanceof BooleanColumn booleans) {
      for (int i = 0; i < rows; i++) {
        longs[i] = booleans.value(i) ? 1 : 0;
      }
    } else if (column instanceof FloatColumn floats) {
      float[] values = floats.values();
      for (int i = 0; i < rows; i++) {
        longs[i] = ordered(Float.floatToIntBits(values[i]), Integer.MAX_VALUE);
      }
    } else if (column instanceof DoubleColumn doubles) {
      double[] values = doubles.values();
      for (int i = 0; i < rows; i++) {
        longs[i] = ordered(Double.doubleToLongBits(values[i]), Long.MAX_VALUE);
      }
    } else {
      Arrays.fill(longs, 0, rows, 0); // of type unknown: every row is null
    }
  }

  private void hashBytes() {
    int buckets = transform.width();
    if (column instanceof BytesColumn strings) {
      for (int i = 0; i < rows; i++) {
        longs[i] =
            LongTransforms.bucket(
                buckets, Murmur3.hash(strings.bytes(), strings.start(i), strings.end(i)));
      }
      return;
    }
    FixedColumn fixed = (FixedColumn) column;
    byte[] all = fixed.bytes();
    for (int i = 0; i < rows; i++) {
      int from = i * fixed.width();
      int to = from + fixed.width();
      if (source.typeId() == TypeID.DECIMAL) {
        // Iceberg hashes the fewest bytes that hold the number.
        while (from + 1 < to && all[from] == all[from + 1] >> 7) {
          from++;
        }
      }
      longs[i] = LongTransforms.bucket(buckets, Murmur3.hash(all, from, to));
    }
  }

  // Keys as bytes.

  /** All keys' bytes, when in bytes. */
  byte[] bytes() {
    return bytes;
  }

  int start(int row) {
    return starts[row];
  }

  int end(int row) {
    return ends[row];
  }

  /** What a key stands for, in Iceberg's internal form. */
  Object value(byte[] from, int start, int end) {
    return switch (result.typeId()) {
      case STRING -> new String(from, start, end - start, StandardCharsets.UTF_8);
      case UUID -> {
        ByteBuffer buffer = ByteBuffer.wrap(from, start, 16);
        yield new UUID(buffer.getLong(), buffer.getLong());
      }
      case DECIMAL ->
          new BigDecimal(new BigInteger(from, start, end - start), ((DecimalType) result).scale());
      default -> ByteBuffer.wrap(Arrays.copyOfRange(from, start, end));
    };
  }

  private void readBytes() {
    if (starts.length < rows) {
      starts = new int[rows];
      ends = new int[rows];
    }
    boolean truncated = transform.kind() == Kind.TRUNCATE;
    if (column instanceof BytesColumn strings) {
      bytes = strings.bytes();
      boolean text = source.typeId() == TypeID.STRING;
      for (int i = 0; i < rows; i++) {
        starts[i] = strings.start(i);
        ends[i] = truncated ? cut(starts[i], strings.end(i), text) : strings.end(i);
      }
    } else {
      FixedColumn fixed = (FixedColumn) column;
      for (int i = 0; i < rows; i++) {
        starts[i] = i * fixed.width();
        ends[i] = starts[i] + fixed.width();
      }
      bytes = truncated ? truncatedDecimals(fixed) : fixed.bytes();
    }
  }

  /** Where the first {@code width} characters or bytes of a value end. */
  private int cut(int start, int end, boolean text) {
    if (end - start <= transform.width()) {
      return end;
    }
    if (!text) {
      return start + transform.width();
    }
    int left = transform.width();
    for (int i = start; i < end; i++) {
      boolean characterBegins = (bytes[i] & 0xC0) != 0x80;
      if (characterBegins && left-- == 0) {
        return i;
      }
    }
    return end;
  }

  private byte[] truncatedDecimals(FixedColumn fixed) {
    int width = fixed.width();
    byte[] result = new byte[rows * width];
    BigInteger unit = BigInteger.valueOf(transform.width());
    for (int i = 0; i < rows; i++) {
      BigInteger value = new BigInteger(fixed.bytes(), i * width, width);
      byte[] digits = value.subtract(value.mod(unit)).toByteArray();
      // The result may lie below the lowest value of the precision; the bytes have room for that.
      int pad = width - digits.length;
      Arrays.fill(result, i * width, i * width + pad, (byte) (digits[0] < 0 ? -1 : 0));
      System.arraycopy(digits, 0, result, i * width + pad, digits.length);
    }
    return result;
  }

  // Order.

  /** As Iceberg's comparator of the result type; neither row's key may be null. */
  int compare(int a, int b) {
    if (!inBytes) {
      return Long.compare(longs[a], longs[b]);
    }
    if (source.typeId() == TypeID.UUID) {
      // UUID.compareTo compares two signed longs.
      int high = Long.compare(longAt(starts[a]), longAt(starts[b]));
      return high != 0 ? high : Long.compare(longAt(starts[a] + 8), longAt(starts[b] + 8));
    }
    if (source.typeId() == TypeID.DECIMAL) {
      int sign = Byte.compare(bytes[starts[a]], bytes[starts[b]]);
      if (sign != 0) {
        return sign;
      }
    }
    return Arrays.compareUnsigned(bytes, starts[a], ends[a], bytes, starts[b], ends[b]);
  }

  private long longAt(int offset) {
    return ByteBuffer.wrap(bytes, offset, 8).getLong();
  }
}
