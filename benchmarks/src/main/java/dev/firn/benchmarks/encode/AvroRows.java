package dev.firn.benchmarks.encode;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's records as Avro's. Times, dates and decimals become the numbers that Parquet stores, so
 * that parquet-avro has nothing to convert.
 */
final class AvroRows {

  private static final OffsetDateTime EPOCH =
      LocalDate.EPOCH.atStartOfDay().atOffset(ZoneOffset.UTC);

  private AvroRows() {}

  static Schema schema(String name, Types.StructType struct) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Types.NestedField field : struct.fields()) {
      Schema type = schema(name + "_" + field.name(), field.type());
      fields.add(
          new Schema.Field(
              field.name(), field.isOptional() ? SchemaBuilder.nullable().type(type) : type));
    }
    return Schema.createRecord(name, null, null, false, fields);
  }

  private static Schema schema(String name, Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case INTEGER, DATE -> Schema.create(Schema.Type.INT);
      case LONG, TIMESTAMP -> Schema.create(Schema.Type.LONG);
      case DECIMAL ->
          Schema.create(
              ((Types.DecimalType) type).precision() <= 9 ? Schema.Type.INT : Schema.Type.LONG);
      case FLOAT -> Schema.create(Schema.Type.FLOAT);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case STRING -> Schema.create(Schema.Type.STRING);
      case STRUCT -> schema(name, type.asStructType());
      case LIST -> Schema.createArray(schema(name, type.asListType().elementType()));
      default -> throw new IllegalArgumentException("no workload has " + type);
    };
  }

  static GenericData.Record record(Schema schema, StructLike row, Types.StructType struct) {
    GenericData.Record record = new GenericData.Record(schema);
    List<Types.NestedField> fields = struct.fields();
    for (int i = 0; i < fields.size(); i++) {
      Schema field = schema.getFields().get(i).schema();
      Schema notNull = field.isUnion() ? field.getTypes().get(0) : field;
      if (notNull.getType() == Schema.Type.NULL) {
        notNull = field.getTypes().get(1);
      }
      record.put(i, value(notNull, row.get(i, Object.class), fields.get(i).type()));
    }
    return record;
  }

  private static @Nullable Object value(Schema schema, @Nullable Object value, Type type) {
    if (value instanceof OffsetDateTime time) {
      return ChronoUnit.MICROS.between(EPOCH, time);
    } else if (value instanceof LocalDateTime time) {
      return ChronoUnit.MICROS.between(EPOCH, time.atOffset(ZoneOffset.UTC));
    } else if (value instanceof LocalDate date) {
      return (int) date.toEpochDay();
    } else if (value instanceof BigDecimal decimal) {
      long unscaled = decimal.unscaledValue().longValueExact();
      return schema.getType() == Schema.Type.INT ? (Object) (int) unscaled : (Object) unscaled;
    } else if (value instanceof StructLike struct) {
      return record(schema, struct, type.asStructType());
    } else if (value instanceof List<?> list) {
      List<@Nullable Object> values = new ArrayList<>(list.size());
      for (Object element : list) {
        values.add(value(schema.getElementType(), element, type.asListType().elementType()));
      }
      return values;
    }
    return value;
  }
}
