package dev.firn.proofs.iceberg;

import dev.firn.Firn;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The records that Iceberg's tests write: its generics, for which Firn has a mapper; and Avro's
 * records and Iceberg's internal structs, which are turned into generics first, field by field.
 */
final class AnyRecord implements RecordMapper<Object> {

  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private final RecordMapper<Record> generics = Firn.recordMapper();
  private Types.StructType struct;

  @Override
  public void bind(Schema schema) {
    struct = schema.asStruct();
    generics.bind(schema);
  }

  @Override
  public void map(Object record, RowAppender row) {
    generics.map(
        record instanceof Record generic ? micros(generic) : (Record) generic(struct, record), row);
  }

  /** The clock of the tests has nanoseconds: Iceberg drops them, Firn wants them dropped. */
  private static Record micros(Record record) {
    Record cut = record;
    for (int i = 0; i < record.size(); i++) {
      if (record.get(i) instanceof OffsetDateTime time
          && record.struct().fields().get(i).type().typeId() == Type.TypeID.TIMESTAMP
          && time.getNano() % 1000 != 0) {
        cut = cut == record ? record.copy() : cut;
        cut.set(i, time.truncatedTo(ChronoUnit.MICROS));
      }
    }
    return cut;
  }

  /** One test has days in a column of times; Firn refuses a time that no day has. */
  private static Object inDay(Object value) {
    return value instanceof Long micros ? Math.floorMod(micros, MICROS_PER_DAY) : value;
  }

  private static Object generic(Type type, Object value) {
    if (value == null || value instanceof Record) {
      return value;
    }
    return switch (type.typeId()) {
      case STRUCT -> record(type.asStructType(), fields(value));
      case LIST -> list(type.asListType(), (Iterable<?>) value);
      case MAP -> map(type.asMapType(), (Map<?, ?>) value);
      case STRING -> value.toString();
      case INTEGER, DATE -> value instanceof Number number ? number.intValue() : value;
      case TIME -> inDay(value);
      case FIXED -> value instanceof GenericFixed fixed ? fixed.bytes() : value;
      default -> value;
    };
  }

  private static IntFunction<Object> fields(Object value) {
    if (value instanceof IndexedRecord avro) {
      return avro::get;
    }
    return i -> ((StructLike) value).get(i, Object.class);
  }

  private static Record record(Types.StructType struct, IntFunction<Object> fields) {
    GenericRecord record = GenericRecord.create(struct);
    for (int i = 0; i < struct.fields().size(); i++) {
      record.set(i, generic(struct.fields().get(i).type(), fields.apply(i)));
    }
    return record;
  }

  private static List<Object> list(Types.ListType type, Iterable<?> values) {
    List<Object> list = new ArrayList<>();
    values.forEach(value -> list.add(generic(type.elementType(), value)));
    return list;
  }

  private static Map<Object, Object> map(Types.MapType type, Map<?, ?> values) {
    Map<Object, Object> map = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> map.put(generic(type.keyType(), key), generic(type.valueType(), value)));
    return map;
  }
}
