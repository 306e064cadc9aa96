package dev.firn.internal.keys;

import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.FixedColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.DecimalType;
import org.apache.iceberg.types.Types.FixedType;

/**
 * One column of the key, and its canonical bytes. Hot.
 *
 * <p>The bytes say where they end, so that those of several fields, one behind the other, stand for
 * one key only: widths are the type's own, strings and binaries have their length before them. A
 * value keeps its bytes when its column is widened (int to long, a decimal's precision), in
 * whatever kind of column it lies.
 *
 * @param id the field's id, which renaming does not change
 * @param position of its column in a batch
 * @param path its name, for messages
 * @param form how its values are written
 * @param width bytes of a value, 0 if they vary
 * @param typeName what the fingerprint says of the type: what no promotion that keeps keys changes
 * @param marked whether a byte before the value says if there is one
 */
record KeyField(
    int id, int position, String path, Form form, int width, String typeName, boolean marked) {

  /** How values are written. */
  enum Form {
    BIT,
    /** A number of 8 bytes. */
    WORD,
    /** A number of 16 bytes. */
    TWO_WORDS,
    /** As many bytes as the type says. */
    FIXED,
    /** A length and as many bytes. */
    BYTES
  }

  /** Of a length, at most. */
  private static final int MAX_LENGTH_BYTES = 5;

  private static final int MAX_DECIMAL_BYTES = 2 * Long.BYTES;

  /** Of a type that {@link KeyDefinition} lets into a key. */
  static KeyField of(int id, int position, String path, Type type, boolean marked) {
    Form form = formOf(type);
    int width =
        switch (form) {
          case BIT -> 1;
          case WORD -> Long.BYTES;
          case TWO_WORDS -> MAX_DECIMAL_BYTES;
          case FIXED -> type instanceof FixedType fixed ? fixed.length() : 2 * Long.BYTES;
          case BYTES -> 0;
        };
    return new KeyField(id, position, path, form, width, nameOf(type), marked);
  }

  private static Form formOf(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> Form.BIT;
      case INTEGER, LONG, DATE, TIME, TIMESTAMP, TIMESTAMP_NANO -> Form.WORD;
      case DECIMAL -> Form.TWO_WORDS;
      case UUID, FIXED -> Form.FIXED;
      case STRING, BINARY -> Form.BYTES;
      default -> throw new IllegalArgumentException("no key has type " + type);
    };
  }

  private static String nameOf(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG -> "integer";
      case DECIMAL -> "decimal(" + ((DecimalType) type).scale() + ")";
      default -> type.toString();
    };
  }

  /** Bytes of any value, its mark included; 0 if they vary. */
  int fixedBytes() {
    return width == 0 ? 0 : width + (marked ? 1 : 0);
  }

  /** Bytes that {@link #write} may need for the value of a row. */
  int maxBytes(Column column, int row) {
    int bytes = width;
    if (form == Form.BYTES) {
      BytesColumn strings = (BytesColumn) column;
      bytes = MAX_LENGTH_BYTES + strings.end(row) - strings.start(row);
    }
    return 1 + bytes;
  }

  /**
   * Writes the canonical bytes of the value of a row.
   *
   * @return where they end
   */
  int write(Column column, int row, byte[] into, int from) {
    int at = from;
    if (marked) {
      boolean there = !column.isNull(row);
      into[at++] = (byte) (there ? 1 : 0);
      if (!there) {
        return at;
      }
    }
    switch (form) {
      case BIT -> into[at] = (byte) (((BooleanColumn) column).value(row) ? 1 : 0);
      case WORD -> BigEndian.putLong(into, at, number(column, row));
      case TWO_WORDS -> writeDecimal(column, row, into, at);
      case FIXED -> System.arraycopy(((FixedColumn) column).bytes(), row * width, into, at, width);
      case BYTES -> {
        return writeBytes((BytesColumn) column, row, into, at);
      }
    }
    return at + width;
  }

  /** A number, from the narrow or the wide kind of column. */
  static long number(Column column, int row) {
    return column instanceof LongColumn longs
        ? longs.values()[row]
        : ((IntColumn) column).values()[row];
  }

  private static void writeDecimal(Column column, int row, byte[] into, int at) {
    if (column instanceof FixedColumn wide) {
      int start = row * wide.width();
      int pad = MAX_DECIMAL_BYTES - wide.width();
      byte sign = (byte) (wide.bytes()[start] >> 7);
      for (int i = 0; i < pad; i++) {
        into[at + i] = sign;
      }
      System.arraycopy(wide.bytes(), start, into, at + pad, wide.width());
    } else {
      long unscaled = number(column, row);
      BigEndian.putLong(into, at, unscaled >> 63);
      BigEndian.putLong(into, at + Long.BYTES, unscaled);
    }
  }

  /** The length as a varint (7 bits a byte, the lowest first), and the bytes. */
  private static int writeBytes(BytesColumn column, int row, byte[] into, int from) {
    int start = column.start(row);
    int length = column.end(row) - start;
    int at = from;
    int rest = length;
    for (; rest > 0x7f; rest >>>= 7) {
      into[at++] = (byte) (rest | 0x80);
    }
    into[at++] = (byte) rest;
    System.arraycopy(column.bytes(), start, into, at, length);
    return at + length;
  }
}
