package dev.firn.kafka.format;

import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.kafka.format.values.Slot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Writes the headers of each record, as what the column's type says. */
final class HeaderStep extends RecordsWithColumns.Step {

  private static final String WANTED =
      "map<string, string>, map<string, binary> or list<struct<key: string, value: string or"
          + " binary>>";

  private final boolean isMap;
  private final boolean isText;

  /** Positions in the list's struct. */
  private int keyPosition;

  private int valuePosition;

  private final Slot keys = new Slot();
  private final Slot values = new Slot();

  /** The last value of each name. */
  private final Map<String, byte @Nullable []> last = new LinkedHashMap<>();

  HeaderStep(BoundColumn column) {
    super(column);
    Type value;
    if (column.type().isMapType()) {
      isMap = true;
      requireText(column, column.type().asMapType().keyType());
      value = column.type().asMapType().valueType();
    } else {
      isMap = false;
      value = valueOfStruct(column, column.type().asListType().elementType());
    }
    isText = value.typeId() == TypeID.STRING;
    if (!isText && value.typeId() != TypeID.BINARY) {
      throw column.unsuitable("the headers", WANTED);
    }
  }

  private static void requireText(BoundColumn column, Type key) {
    if (key.typeId() != TypeID.STRING) {
      throw column.unsuitable("the headers", WANTED);
    }
  }

  private Type valueOfStruct(BoundColumn column, Type element) {
    List<NestedField> fields = element.isStructType() ? element.asStructType().fields() : List.of();
    Type value = null;
    boolean hasKey = false;
    for (int i = 0; i < fields.size(); i++) {
      NestedField field = fields.get(i);
      if (field.name().equals("key")) {
        requireText(column, field.type());
        hasKey = true;
        keyPosition = i;
      } else if (field.name().equals("value")) {
        value = field.type();
        valuePosition = i;
      }
    }
    if (!hasKey || value == null) {
      throw column.unsuitable("the headers", WANTED);
    }
    return value;
  }

  @Override
  void write(ConsumerRecord<byte[], byte[]> record, Slot slot) {
    if (isMap) {
      writeMap(record, slot.beginMap());
    } else {
      writeList(record, slot.beginList());
    }
  }

  private void writeMap(ConsumerRecord<byte[], byte[]> record, MapAppender map) {
    last.clear();
    for (Header header : record.headers()) {
      last.put(header.key(), header.value());
    }
    keys.in(map.keys());
    values.in(map.values());
    last.forEach(
        (key, value) -> {
          keys.setString(key);
          write(value, values);
        });
    last.clear();
  }

  private void writeList(ConsumerRecord<byte[], byte[]> record, ListAppender list) {
    for (Header header : record.headers()) {
      keys.in(list.addStruct());
      keys.at(keyPosition).setString(header.key());
      write(header.value(), keys.at(valuePosition));
    }
  }

  private void write(byte @Nullable [] value, Slot slot) {
    if (value == null) {
      slot.setNull();
    } else if (isText) {
      slot.setUtf8(value, 0, value.length);
    } else {
      slot.setBinary(value, 0, value.length);
    }
  }
}
