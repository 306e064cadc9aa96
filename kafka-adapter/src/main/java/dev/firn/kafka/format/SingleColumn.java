package dev.firn.kafka.format;

import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import dev.firn.kafka.format.values.Refusals;
import java.util.EnumSet;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The whole value in one column. A mapper belongs to one writer. */
final class SingleColumn implements RecordMapper<ConsumerRecord<byte[], byte[]>> {

  private final String name;
  private final boolean isText;
  private @Nullable BoundColumn column;

  SingleColumn(String name, boolean isText) {
    this.name = Objects.requireNonNull(name, "column");
    this.isText = isText;
  }

  @Override
  public void bind(Schema schema) {
    column =
        isText
            ? BoundColumn.in(schema, name, "the value as a string", EnumSet.of(TypeID.STRING))
            : BoundColumn.in(
                schema,
                name,
                "the value as bytes",
                EnumSet.of(
                    TypeID.BINARY, TypeID.FIXED, TypeID.UUID, TypeID.GEOMETRY, TypeID.GEOGRAPHY));
  }

  @Override
  public void map(ConsumerRecord<byte[], byte[]> record, RowAppender row) {
    byte[] value = Refusals.valueOf(record);
    if (column == null) {
      bind(row.schema());
    }
    int position = Objects.requireNonNull(column).position();
    if (isText) {
      row.setUtf8(position, value, 0, value.length);
    } else {
      row.setBinary(position, value);
    }
  }
}
