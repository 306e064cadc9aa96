package dev.firn.kafka.format.avro;

import dev.firn.api.record.RowAppender;
import dev.firn.kafka.format.values.Refusals;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Reads whole values of one writer's schema: a record, or a union with records in it. Hot. */
final class AvroRoot {

  private final String type;

  /** The branches, or the one type there is; null for what is no record. */
  private final @Nullable AvroFields[] branches;

  private final boolean isUnion;

  AvroRoot(Schema writer, org.apache.iceberg.Schema table) {
    type = writer.getType().getName();
    isUnion = writer.getType() == Schema.Type.UNION;
    List<Schema> types = isUnion ? writer.getTypes() : List.of(writer);
    branches = new AvroFields[types.size()];
    for (int i = 0; i < branches.length; i++) {
      if (types.get(i).getType() == Schema.Type.RECORD) {
        branches[i] = new AvroFields("", types.get(i), table);
      }
    }
  }

  void read(AvroInput in, RowAppender row) {
    AvroFields fields = branches[isUnion ? in.readIndex(branches.length, "a union") : 0];
    if (fields == null) {
      throw Refusals.record(
          "the value is an Avro " + type + " that holds no record",
          "send a record, with a field for each column");
    }
    fields.read(in, row);
  }
}
