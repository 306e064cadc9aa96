package dev.firn.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Records as maps by name, nested ones too. Of the fields that are null, half are left out. */
public final class RecordMaps {

  private RecordMaps() {}

  /** One record, or nested struct, as a map. */
  public static Map<String, @Nullable Object> of(Types.StructType struct, Record record) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (NestedField field : struct.fields()) {
      Object value = record.getField(field.name());
      if (value != null || field.fieldId() % 2 == 0) { // null or left out
        map.put(field.name(), plain(field.type(), value));
      }
    }
    return map;
  }

  private static @Nullable Object plain(Type type, @Nullable Object value) {
    if (value instanceof Record record) {
      return of(type.asStructType(), record);
    } else if (value instanceof List<?> list) {
      List<@Nullable Object> plain = new ArrayList<>();
      list.forEach(element -> plain.add(plain(type.asListType().elementType(), element)));
      return plain;
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
      map.forEach((key, mapped) -> plain.put(key, plain(type.asMapType().valueType(), mapped)));
      return plain;
    }
    return value;
  }
}
