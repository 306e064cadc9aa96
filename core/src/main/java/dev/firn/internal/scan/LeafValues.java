package dev.firn.internal.scan;

import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.DoubleColumn;
import dev.firn.internal.buffer.FixedColumn;
import dev.firn.internal.buffer.FloatColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.Shapes;
import dev.firn.internal.parquet.LeafReader;
import dev.firn.internal.parquet.SchemaNode;
import dev.firn.internal.parquet.Slices;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.DecimalType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a column come from a file into memory: in the shape that the column has in the
 * table now, though the file may be older and keep it narrower (an int that is a long today). Hot:
 * what a column needs is decided once, and values are moved many at a time. Belongs to one column.
 */
abstract class LeafValues {

  /** Takes the values of the run that the reader stands at. */
  abstract void take(LeafReader reader) throws IOException;

  /** Adds {@code count} of the values that were taken, from number {@code from} on. */
  abstract void append(Column column, int from, int count);

  /**
   * Adds the run that {@code reader} stands at: a value or a null for each entry but those below
   * {@code floor}, which have no slot.
   */
  final void add(LeafReader reader, Column column, int floor) throws IOException {
    take(reader);
    int end = reader.to();
    int at = reader.from();
    if (reader.present() == end - at) {
      append(column, 0, end - at);
      return;
    }
    int[] definitions = reader.definitions();
    int max = reader.maxDefinition();
    int value = 0;
    while (at < end) {
      int start = at;
      while (at < end && definitions[at] == max) {
        at++;
      }
      if (at > start) {
        append(column, value, at - start);
        value += at - start;
      }
      for (; at < end && definitions[at] != max; at++) {
        if (definitions[at] >= floor) {
          column.appendNull();
        }
      }
    }
  }

  /** For a leaf of a file, as a column of {@code type}; null if there is no way. */
  static @Nullable LeafValues of(Type type, SchemaNode leaf) {
    ColumnShape shape = Objects.requireNonNull(Shapes.of(type));
    PrimitiveTypeName physical = leaf.physicalType();
    if (type.typeId() == Type.TypeID.DECIMAL) {
      int scale = leaf.decimalScale();
      return scale >= 0 && scale != ((DecimalType) type).scale() ? null : decimal(shape, leaf);
    }
    return switch (shape.kind()) {
      case BOOLEAN -> physical == PrimitiveTypeName.BOOLEAN ? new Booleans() : null;
      case INT -> physical == PrimitiveTypeName.INT32 ? new Ints() : null;
      case LONG -> wholeNumbers(type, leaf);
      case FLOAT -> physical == PrimitiveTypeName.FLOAT ? new Floats() : null;
      case DOUBLE ->
          physical == PrimitiveTypeName.DOUBLE
              ? new Doubles()
              : physical == PrimitiveTypeName.FLOAT ? new WiderFloats() : null;
      case BYTES -> physical == PrimitiveTypeName.BINARY ? new Bytes() : null;
      case FIXED ->
          physical == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY && leaf.byteLength() == shape.width()
              ? new Fixed()
              : null;
      default -> null;
    };
  }

  private static @Nullable LeafValues decimal(ColumnShape shape, SchemaNode leaf) {
    PrimitiveTypeName physical = leaf.physicalType();
    return switch (physical) {
      case INT32 ->
          switch (shape.kind()) {
            case INT -> new Ints();
            case LONG -> new WiderInts(1);
            default -> new Decimals(physical);
          };
      case INT64 -> shape.kind() == ColumnShape.Kind.LONG ? new Longs(1) : new Decimals(physical);
      case FIXED_LEN_BYTE_ARRAY ->
          shape.kind() == ColumnShape.Kind.FIXED && leaf.byteLength() == shape.width()
              ? new Fixed()
              : new Decimals(physical);
      case BINARY -> new Decimals(physical);
      default -> null;
    };
  }

  private static @Nullable LeafValues wholeNumbers(Type type, SchemaNode leaf) {
    int units =
        switch (type.typeId()) {
          case TIME, TIMESTAMP -> 1_000_000;
          case TIMESTAMP_NANO -> 1_000_000_000;
          default -> 0;
        };
    int theirs = leaf.unitsPerSecond() == 0 ? units : leaf.unitsPerSecond();
    if (units > 0 && theirs > units) {
      return null; // digits would be lost
    }
    int factor = units == 0 ? 1 : units / theirs;
    return switch (leaf.physicalType()) {
      case INT64 -> new Longs(factor);
      case INT32 ->
          type.typeId() == Type.TypeID.LONG || type.typeId() == Type.TypeID.TIME
              ? new WiderInts(factor)
              : null;
      case INT96 ->
          type.typeId() == Type.TypeID.TIMESTAMP || type.typeId() == Type.TypeID.TIMESTAMP_NANO
              ? new Int96(units)
              : null;
      default -> null;
    };
  }

  private static final class Booleans extends LeafValues {

    private boolean[] values = {};

    @Override
    void take(LeafReader reader) throws IOException {
      values = reader.booleans();
    }

    @Override
    void append(Column column, int from, int count) {
      BooleanColumn booleans = (BooleanColumn) column;
      for (int i = from; i < from + count; i++) {
        booleans.append(values[i]);
      }
    }
  }

  /** What the file keeps in 32 bits. */
  private abstract static class OfWords extends LeafValues {

    int[] words = {};

    @Override
    final void take(LeafReader reader) throws IOException {
      words = reader.words();
    }
  }

  /** What the file keeps in 64 bits. */
  private abstract static class OfLongs extends LeafValues {

    long[] taken = {};

    @Override
    final void take(LeafReader reader) throws IOException {
      taken = reader.longs();
    }
  }

  private static final class Ints extends OfWords {

    @Override
    void append(Column column, int from, int count) {
      ((IntColumn) column).append(words, from, count);
    }
  }

  private static final class Longs extends OfLongs {

    private final int factor;

    Longs(int factor) {
      this.factor = factor;
    }

    @Override
    void append(Column column, int from, int count) {
      LongColumn longs = (LongColumn) column;
      if (factor == 1) {
        longs.append(taken, from, count);
        return;
      }
      for (int i = from; i < from + count; i++) {
        longs.append(Math.multiplyExact(taken[i], (long) factor));
      }
    }
  }

  private static final class WiderInts extends OfWords {

    private final int factor;

    WiderInts(int factor) {
      this.factor = factor;
    }

    @Override
    void append(Column column, int from, int count) {
      LongColumn longs = (LongColumn) column;
      for (int i = from; i < from + count; i++) {
        longs.append((long) words[i] * factor);
      }
    }
  }

  private static final class Floats extends OfWords {

    @Override
    void append(Column column, int from, int count) {
      ((FloatColumn) column).appendBits(words, from, count);
    }
  }

  private static final class Doubles extends OfLongs {

    @Override
    void append(Column column, int from, int count) {
      ((DoubleColumn) column).appendBits(taken, from, count);
    }
  }

  private static final class WiderFloats extends OfWords {

    @Override
    void append(Column column, int from, int count) {
      DoubleColumn doubles = (DoubleColumn) column;
      for (int i = from; i < from + count; i++) {
        doubles.append(Float.intBitsToFloat(words[i]));
      }
    }
  }

  private static final class Bytes extends LeafValues {

    private @Nullable Slices values;

    @Override
    void take(LeafReader reader) throws IOException {
      values = reader.slices();
    }

    @Override
    void append(Column column, int from, int count) {
      Slices taken = values;
      if (taken != null) {
        ((BytesColumn) column).append(taken.source(), taken.starts(), taken.lengths(), from, count);
      }
    }
  }

  private static final class Fixed extends LeafValues {

    private byte[] source = {};
    private int[] starts = {};

    @Override
    void take(LeafReader reader) throws IOException {
      Slices values = reader.slices();
      source = values.source();
      starts = values.starts();
    }

    @Override
    void append(Column column, int from, int count) {
      FixedColumn fixed = (FixedColumn) column;
      for (int i = from; i < from + count; i++) {
        fixed.append(source, starts[i]);
      }
    }
  }

  /** Timestamps of old writers: nanoseconds of the day, and the day by Julian count. */
  private static final class Int96 extends LeafValues {

    private static final int EPOCH_DAY = 2_440_588;
    private static final long SECONDS_A_DAY = 86_400;

    private final int unitsPerSecond;
    private ByteBuffer source = ByteBuffer.allocate(0);
    private int[] starts = {};

    Int96(int unitsPerSecond) {
      this.unitsPerSecond = unitsPerSecond;
    }

    @Override
    void take(LeafReader reader) throws IOException {
      Slices values = reader.slices();
      source = ByteBuffer.wrap(values.source()).order(ByteOrder.LITTLE_ENDIAN);
      starts = values.starts();
    }

    @Override
    void append(Column column, int from, int count) {
      LongColumn longs = (LongColumn) column;
      for (int i = from; i < from + count; i++) {
        long nanos = source.getLong(starts[i]);
        long days = (long) source.getInt(starts[i] + Long.BYTES) - EPOCH_DAY;
        longs.append(
            Math.addExact(
                Math.multiplyExact(days, SECONDS_A_DAY * unitsPerSecond),
                Math.floorDiv(nanos, 1_000_000_000L / unitsPerSecond)));
      }
    }
  }

  /** Decimals that the file keeps in another way than memory does. */
  private static final class Decimals extends LeafValues {

    private final PrimitiveTypeName physical;
    private byte[][] numbers = {};

    Decimals(PrimitiveTypeName physical) {
      this.physical = physical;
    }

    /** Big-endian, two's complement. */
    @Override
    void take(LeafReader reader) throws IOException {
      int count = reader.present();
      if (numbers.length < count) {
        numbers = new byte[count][];
      }
      if (physical == PrimitiveTypeName.INT32) {
        int[] words = reader.words();
        for (int i = 0; i < count; i++) {
          numbers[i] = BigInteger.valueOf(words[i]).toByteArray();
        }
      } else if (physical == PrimitiveTypeName.INT64) {
        long[] longs = reader.longs();
        for (int i = 0; i < count; i++) {
          numbers[i] = BigInteger.valueOf(longs[i]).toByteArray();
        }
      } else {
        Slices slices = reader.slices();
        for (int i = 0; i < count; i++) {
          int start = slices.starts()[i];
          numbers[i] = Arrays.copyOfRange(slices.source(), start, start + slices.lengths()[i]);
        }
      }
    }

    @Override
    void append(Column column, int from, int count) {
      for (int i = from; i < from + count; i++) {
        if (column instanceof IntColumn ints) {
          ints.append(new BigInteger(numbers[i]).intValueExact());
        } else if (column instanceof LongColumn longs) {
          longs.append(new BigInteger(numbers[i]).longValueExact());
        } else {
          ((FixedColumn) column).appendNumber(numbers[i]);
        }
      }
    }
  }
}
