package dev.firn.kafka.format.avro;

import dev.firn.kafka.format.values.Refusals;
import dev.firn.kafka.format.values.Scalar;
import dev.firn.kafka.format.values.Slot;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;

/** Reads the values that one writer's type has for one column. Hot. */
abstract class AvroReader {

  /** Numbers without a logical type that are times count milliseconds, as in JSON. */
  private static final long EPOCH_UNITS_PER_SECOND = 1_000;

  /**
   * The reader of a column. A writer's type that the column cannot take is an error of the record
   * and not of the schema: where it is one of a union it may never come.
   */
  static AvroReader of(String path, Schema writer, Type column) {
    return switch (writer.getType()) {
      case NULL -> new OfNull();
      case UNION -> new AvroNested.OfUnion(path, writer, column);
      case RECORD ->
          column.isStructType()
              ? new AvroFields(
                  path, writer, new org.apache.iceberg.Schema(column.asStructType().fields()))
              : new Mismatch(path, writer, column);
      case ARRAY -> ofArray(path, writer, column);
      case MAP ->
          column.isMapType()
              ? new AvroNested.OfMap(path, writer, column.asMapType())
              : new Mismatch(path, writer, column);
      default ->
          column.isPrimitiveType()
              ? AvroScalars.of(writer, scalar(path, column))
              : new Mismatch(path, writer, column);
    };
  }

  private static AvroReader ofArray(String path, Schema writer, Type column) {
    if (column.isListType()) {
      return new AvroNested.OfList(path, writer, column.asListType());
    } else if (column.isMapType() && AvroNested.OfEntries.isMap(writer)) {
      return new AvroNested.OfEntries(path, writer, column.asMapType());
    }
    return new Mismatch(path, writer, column);
  }

  static Scalar scalar(String path, Type column) {
    return Scalar.of(path, column, EPOCH_UNITS_PER_SECOND);
  }

  /** Reads the next value. */
  abstract void read(AvroInput in, Slot slot);

  private static final class OfNull extends AvroReader {

    @Override
    void read(AvroInput in, Slot slot) {
      slot.setNull();
    }
  }

  private static final class Mismatch extends AvroReader {

    private final String path;
    private final String writer;
    private final Type column;

    Mismatch(String path, Schema writer, Type column) {
      this.path = path;
      this.writer = writer.getType().getName();
      this.column = column;
    }

    @Override
    void read(AvroInput in, Slot slot) {
      throw Refusals.column(
          path,
          column.isNestedType()
              ? column.typeId().name().toLowerCase(Locale.ROOT)
              : column.toString(),
          "does not take an Avro " + writer,
          "send what the column takes");
    }
  }
}
