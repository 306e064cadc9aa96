package dev.firn.kafka.format.avro;

import dev.firn.api.record.RowAppender;
import dev.firn.kafka.format.values.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Reads a record into the fields of a row or a struct, by name. Hot. */
final class AvroFields extends AvroReader {

  private final Schema[] writers;

  /** The reader of each of the writer's fields; null where there is no column for it. */
  private final @Nullable AvroReader[] readers;

  private final int[] positions;
  private final Slot fields = new Slot();

  AvroFields(String path, Schema writer, org.apache.iceberg.Schema columns) {
    Map<String, Integer> byName = new HashMap<>();
    List<NestedField> all = columns.columns();
    for (int i = 0; i < all.size(); i++) {
      byName.put(all.get(i).name(), i);
    }
    int count = writer.getFields().size();
    writers = new Schema[count];
    readers = new AvroReader[count];
    positions = new int[count];
    for (Schema.Field field : writer.getFields()) {
      int i = field.pos();
      writers[i] = field.schema();
      Integer position = byName.get(field.name());
      if (position != null) {
        String name = path.isEmpty() ? field.name() : path + "." + field.name();
        positions[i] = position;
        readers[i] = AvroReader.of(name, field.schema(), all.get(position).type());
      }
    }
  }

  @Override
  void read(AvroInput in, Slot slot) {
    read(in, slot.beginStruct());
  }

  void read(AvroInput in, RowAppender row) {
    fields.in(row);
    for (int i = 0; i < readers.length; i++) {
      AvroReader reader = readers[i];
      if (reader != null) {
        reader.read(in, fields.at(positions[i]));
      } else {
        AvroSkip.skip(writers[i], in);
      }
    }
  }
}
