package dev.firn.kafka.format.avro;

import dev.firn.kafka.format.values.Scalar;
import dev.firn.kafka.format.values.Slot;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Readers of plain types. Hot. */
final class AvroScalars {

  private static final int VARIABLE = -1;

  private AvroScalars() {}

  static AvroReader of(Schema writer, Scalar scalar) {
    if (writer.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      int size = writer.getType() == Schema.Type.FIXED ? writer.getFixedSize() : VARIABLE;
      return new OfDecimal(scalar, size, decimal.getScale());
    }
    return switch (writer.getType()) {
      case BOOLEAN -> new OfBoolean(scalar);
      case INT, LONG -> ofWhole(writer, scalar);
      case FLOAT -> new OfFloat(scalar);
      case DOUBLE -> new OfDouble(scalar);
      case STRING -> new OfString(scalar);
      case ENUM -> new OfEnum(writer, scalar);
      case FIXED -> new OfBytes(scalar, writer.getFixedSize());
      case BYTES -> new OfBytes(scalar, VARIABLE);
      default -> throw new IllegalArgumentException("no plain type: " + writer.getType());
    };
  }

  private static AvroReader ofWhole(Schema writer, Scalar scalar) {
    boolean isInt = writer.getType() == Schema.Type.INT;
    return switch (timeOf(writer)) {
      case "date" -> new OfDate(scalar);
      case "time-millis" -> new OfTimeOfDay(scalar, isInt, 1_000);
      case "time-micros" -> new OfTimeOfDay(scalar, isInt, 1_000_000);
      case "time-nanos" -> new OfTimeOfDay(scalar, isInt, 1_000_000_000);
      case "timestamp-millis", "local-timestamp-millis" -> new OfTimestamp(scalar, 1_000);
      case "timestamp-micros", "local-timestamp-micros" -> new OfTimestamp(scalar, 1_000_000);
      case "timestamp-nanos", "local-timestamp-nanos" -> new OfTimestamp(scalar, 1_000_000_000);
      default -> new OfWhole(scalar, isInt);
    };
  }

  /**
   * The logical type, in Avro's words. Debezium says what its numbers are in a property of its own
   * where Avro had no word for it; to take its microseconds for milliseconds would be worse than to
   * refuse them.
   */
  private static String timeOf(Schema writer) {
    LogicalType logical = writer.getLogicalType();
    if (logical != null) {
      return logical.getName();
    }
    @Nullable String name = writer.getProp("connect.name");
    return switch (name == null ? "" : name) {
      case "io.debezium.time.Date" -> "date";
      case "io.debezium.time.Time" -> "time-millis";
      case "io.debezium.time.MicroTime" -> "time-micros";
      case "io.debezium.time.NanoTime" -> "time-nanos";
      case "io.debezium.time.Timestamp" -> "timestamp-millis";
      case "io.debezium.time.MicroTimestamp" -> "timestamp-micros";
      case "io.debezium.time.NanoTimestamp" -> "timestamp-nanos";
      default -> "";
    };
  }

  private abstract static class OfScalar extends AvroReader {

    final Scalar scalar;

    OfScalar(Scalar scalar) {
      this.scalar = scalar;
    }
  }

  private static final class OfBoolean extends OfScalar {

    OfBoolean(Scalar scalar) {
      super(scalar);
    }

    @Override
    void read(AvroInput in, Slot slot) {
      scalar.bool(slot, in.readBoolean());
    }
  }

  private static final class OfWhole extends OfScalar {

    private final boolean isInt;

    OfWhole(Scalar scalar, boolean isInt) {
      super(scalar);
      this.isInt = isInt;
    }

    @Override
    void read(AvroInput in, Slot slot) {
      scalar.whole(slot, isInt ? in.readInt() : in.readLong());
    }
  }

  private static final class OfDate extends OfScalar {

    OfDate(Scalar scalar) {
      super(scalar);
    }

    @Override
    void read(AvroInput in, Slot slot) {
      scalar.days(slot, in.readInt());
    }
  }

  private static final class OfTimeOfDay extends OfScalar {

    private final boolean isInt;
    private final long unitsPerSecond;

    OfTimeOfDay(Scalar scalar, boolean isInt, long unitsPerSecond) {
      super(scalar);
      this.isInt = isInt;
      this.unitsPerSecond = unitsPerSecond;
    }

    @Override
    void read(AvroInput in, Slot slot) {
      scalar.timeOfDay(slot, isInt ? in.readInt() : in.readLong(), unitsPerSecond);
    }
  }

  private static final class OfTimestamp extends OfScalar {

    private final long unitsPerSecond;

    OfTimestamp(Scalar scalar, long unitsPerSecond) {
      super(scalar);
      this.unitsPerSecond = unitsPerSecond;
    }

    @Override
    void read(AvroInput in, Slot slot) {
      scalar.timestamp(slot, in.readLong(), unitsPerSecond);
    }
  }

  private static final class OfFloat extends OfScalar {

    OfFloat(Scalar scalar) {
      super(scalar);
    }

    @Override
    void read(AvroInput in, Slot slot) {
      scalar.real(slot, in.readFloat(), true);
    }
  }

  private static final class OfDouble extends OfScalar {

    OfDouble(Scalar scalar) {
      super(scalar);
    }

    @Override
    void read(AvroInput in, Slot slot) {
      scalar.real(slot, in.readDouble(), false);
    }
  }

  private static final class OfString extends OfScalar {

    OfString(Scalar scalar) {
      super(scalar);
    }

    @Override
    void read(AvroInput in, Slot slot) {
      int length = in.readLength();
      scalar.text(slot, in.bytes(), in.take(length), length);
    }
  }

  private static final class OfEnum extends OfScalar {

    private final byte[][] symbols;

    OfEnum(Schema writer, Scalar scalar) {
      super(scalar);
      this.symbols =
          writer.getEnumSymbols().stream()
              .map(symbol -> symbol.getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
    }

    @Override
    void read(AvroInput in, Slot slot) {
      byte[] symbol = symbols[in.readIndex(symbols.length, "an enum")];
      scalar.text(slot, symbol, 0, symbol.length);
    }
  }

  private static final class OfBytes extends OfScalar {

    private final int size;

    OfBytes(Scalar scalar, int size) {
      super(scalar);
      this.size = size;
    }

    @Override
    void read(AvroInput in, Slot slot) {
      int length = size == VARIABLE ? in.readLength() : size;
      scalar.binary(slot, in.bytes(), in.take(length), length);
    }
  }

  /** The unscaled value, big-endian. */
  private static final class OfDecimal extends OfScalar {

    private final int size;
    private final int scale;

    OfDecimal(Scalar scalar, int size, int scale) {
      super(scalar);
      this.size = size;
      this.scale = scale;
    }

    @Override
    void read(AvroInput in, Slot slot) {
      int length = size == VARIABLE ? in.readLength() : size;
      int from = in.take(length);
      byte[] bytes = in.bytes();
      if (length == 0) {
        throw in.malformed("a decimal has no bytes");
      }
      if (length > Long.BYTES) {
        scalar.decimal(slot, new BigDecimal(new BigInteger(bytes, from, length), scale));
        return;
      }
      long unscaled = bytes[from];
      for (int i = 1; i < length; i++) {
        unscaled = unscaled << 8 | (bytes[from + i] & 0xFF);
      }
      scalar.decimal(slot, BigDecimal.valueOf(unscaled, scale));
    }
  }
}
