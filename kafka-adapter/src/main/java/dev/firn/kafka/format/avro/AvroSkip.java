package dev.firn.kafka.format.avro;

import java.util.List;
import org.apache.avro.Schema;

/** Passes values for which there is no column. */
final class AvroSkip {

  /** Deeper values are refused: a schema that contains itself may nest as deep as it has bytes. */
  private static final int MAX_DEPTH = 500;

  private AvroSkip() {}

  static void skip(Schema schema, AvroInput in) {
    skip(schema, in, 0);
  }

  private static void skip(Schema schema, AvroInput in, int depth) {
    if (depth > MAX_DEPTH) {
      throw in.malformed("it is nested more than " + MAX_DEPTH + " deep");
    }
    switch (schema.getType()) {
      case NULL -> {}
      case BOOLEAN -> in.take(1);
      case INT, LONG, ENUM -> in.readLong();
      case FLOAT -> in.take(Float.BYTES);
      case DOUBLE -> in.take(Double.BYTES);
      case STRING, BYTES -> in.take(in.readLength());
      case FIXED -> in.take(schema.getFixedSize());
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          skip(field.schema(), in, depth + 1);
        }
      }
      case UNION -> {
        List<Schema> branches = schema.getTypes();
        skip(branches.get(in.readIndex(branches.size(), "a union")), in, depth + 1);
      }
      case ARRAY -> skipElements(schema.getElementType(), false, in, depth);
      case MAP -> skipElements(schema.getValueType(), true, in, depth);
    }
  }

  private static void skipElements(Schema element, boolean hasKeys, AvroInput in, int depth) {
    for (long left = in.skipBlocks(); left > 0; left = in.skipBlocks()) {
      for (long i = 0; i < left; i++) {
        if (hasKeys) {
          in.take(in.readLength());
        }
        skip(element, in, depth + 1);
      }
    }
  }
}
