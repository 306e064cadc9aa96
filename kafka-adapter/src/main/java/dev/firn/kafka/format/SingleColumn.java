package dev.firn.kafka.format;

import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import dev.firn.kafka.format.values.Refusals;
import dev.firn.kafka.format.values.Scalar;
import dev.firn.kafka.format.values.Slot;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The whole value in one column. A mapper belongs to one writer. Hot. */
final class SingleColumn implements RecordMapper<ConsumerRecord<byte[], byte[]>> {

  /** What the bytes of a value are. */
  enum Content {
    TEXT("the value as a string"),
    INTEGER("the value as an integer"),
    BYTES("the value as bytes");

    private final String words;

    Content(String words) {
      this.words = words;
    }

    private EnumSet<TypeID> columns() {
      return switch (this) {
        case TEXT ->
            EnumSet.complementOf(
                EnumSet.of(
                    TypeID.STRUCT,
                    TypeID.LIST,
                    TypeID.MAP,
                    TypeID.VARIANT,
                    TypeID.UNKNOWN,
                    TypeID.GEOMETRY,
                    TypeID.GEOGRAPHY));
        case INTEGER -> EnumSet.of(TypeID.INTEGER, TypeID.LONG);
        case BYTES ->
            EnumSet.of(TypeID.BINARY, TypeID.FIXED, TypeID.UUID, TypeID.GEOMETRY, TypeID.GEOGRAPHY);
      };
    }
  }

  private final String name;
  private final Content content;
  private final Slot slot = new Slot();
  private int position;
  private @Nullable Scalar scalar;

  SingleColumn(String name, Content content) {
    this.name = Objects.requireNonNull(name, "column");
    this.content = content;
  }

  @Override
  public void bind(Schema schema) {
    BoundColumn column = BoundColumn.in(schema, name, content.words, content.columns());
    position = column.position();
    scalar = column.scalar();
  }

  @Override
  public void map(ConsumerRecord<byte[], byte[]> record, RowAppender row) {
    byte[] value = Refusals.valueOf(record);
    if (scalar == null) {
      bind(row.schema());
    }
    Scalar column = Objects.requireNonNull(scalar);
    slot.in(row);
    slot.at(position);
    switch (content) {
      case TEXT -> column.text(slot, value, 0, value.length);
      case INTEGER -> column.whole(slot, integer(value));
      case BYTES -> column.binary(slot, value, 0, value.length);
    }
  }

  private static long integer(byte[] value) {
    return switch (value.length) {
      case Integer.BYTES -> ByteBuffer.wrap(value).getInt();
      case Long.BYTES -> ByteBuffer.wrap(value).getLong();
      default ->
          throw Refusals.record(
              "the value has " + value.length + " bytes, and an integer has 4 or 8",
              "write it with Kafka's serializer of integers or longs");
    };
  }
}
