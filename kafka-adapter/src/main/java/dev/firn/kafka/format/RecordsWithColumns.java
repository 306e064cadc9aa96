package dev.firn.kafka.format;

import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import dev.firn.kafka.format.KafkaColumns.Part;
import dev.firn.kafka.format.values.Scalar;
import dev.firn.kafka.format.values.Slot;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** A mapper, and then what Kafka knows of the record. Hot. */
final class RecordsWithColumns implements RecordMapper<ConsumerRecord<byte[], byte[]>> {

  private final Map<Part, String> names;
  private final RecordMapper<ConsumerRecord<byte[], byte[]>> mapper;
  private final Slot slot = new Slot();
  private Step @Nullable [] steps;

  RecordsWithColumns(Map<Part, String> names, RecordMapper<ConsumerRecord<byte[], byte[]>> mapper) {
    this.names = names;
    this.mapper = mapper;
  }

  @Override
  public void bind(Schema schema) {
    mapper.bind(schema);
    steps = stepsFor(schema);
  }

  private Step[] stepsFor(Schema schema) {
    List<Step> found = new ArrayList<>();
    names.forEach((part, name) -> found.add(step(part, name, schema)));
    return found.toArray(Step[]::new);
  }

  @Override
  public void map(ConsumerRecord<byte[], byte[]> record, RowAppender row) {
    mapper.map(record, row);
    if (steps == null) {
      steps = stepsFor(row.schema());
    }
    slot.in(row);
    for (Step step : Objects.requireNonNull(steps)) {
      step.write(record, slot.at(step.position));
    }
  }

  private static Step step(Part part, String name, Schema schema) {
    return switch (part) {
      case TOPIC -> new OfTopic(column(schema, name, "the topic", EnumSet.of(TypeID.STRING)));
      case PARTITION ->
          new OfPartition(
              column(schema, name, "the partition", EnumSet.of(TypeID.INTEGER, TypeID.LONG)));
      case OFFSET -> new OfOffset(column(schema, name, "the offset", EnumSet.of(TypeID.LONG)));
      case TIMESTAMP ->
          new OfTimestamp(
              column(
                  schema,
                  name,
                  "the timestamp",
                  EnumSet.of(TypeID.TIMESTAMP, TypeID.TIMESTAMP_NANO, TypeID.LONG)));
      case KEY ->
          new OfKey(
              column(
                  schema,
                  name,
                  "the key",
                  EnumSet.of(TypeID.STRING, TypeID.BINARY, TypeID.FIXED, TypeID.UUID)));
      case HEADERS ->
          new HeaderStep(column(schema, name, "the headers", EnumSet.of(TypeID.MAP, TypeID.LIST)));
    };
  }

  private static BoundColumn column(
      Schema schema, String name, String what, EnumSet<TypeID> types) {
    return BoundColumn.in(schema, name, what, types);
  }

  /** Writes one part of each record. */
  abstract static class Step {

    final int position;

    Step(BoundColumn column) {
      this.position = column.position();
    }

    abstract void write(ConsumerRecord<byte[], byte[]> record, Slot slot);
  }

  private static final class OfTopic extends Step {

    OfTopic(BoundColumn column) {
      super(column);
    }

    @Override
    void write(ConsumerRecord<byte[], byte[]> record, Slot slot) {
      slot.setString(record.topic());
    }
  }

  private static final class OfPartition extends Step {

    OfPartition(BoundColumn column) {
      super(column);
    }

    @Override
    void write(ConsumerRecord<byte[], byte[]> record, Slot slot) {
      slot.setInt(record.partition());
    }
  }

  private static final class OfOffset extends Step {

    OfOffset(BoundColumn column) {
      super(column);
    }

    @Override
    void write(ConsumerRecord<byte[], byte[]> record, Slot slot) {
      slot.setLong(record.offset());
    }
  }

  private static final class OfTimestamp extends Step {

    private static final long MILLIS_PER_SECOND = 1_000;

    private final Scalar scalar;

    OfTimestamp(BoundColumn column) {
      super(column);
      this.scalar = column.scalar();
    }

    @Override
    void write(ConsumerRecord<byte[], byte[]> record, Slot slot) {
      if (record.timestampType() == TimestampType.NO_TIMESTAMP_TYPE
          || record.timestamp() == ConsumerRecord.NO_TIMESTAMP) {
        slot.setNull();
      } else {
        scalar.timestamp(slot, record.timestamp(), MILLIS_PER_SECOND);
      }
    }
  }

  private static final class OfKey extends Step {

    private final boolean isText;

    OfKey(BoundColumn column) {
      super(column);
      this.isText = column.type().typeId() == TypeID.STRING;
    }

    @Override
    void write(ConsumerRecord<byte[], byte[]> record, Slot slot) {
      byte[] key = record.key();
      if (key == null) {
        slot.setNull();
      } else if (isText) {
        slot.setUtf8(key, 0, key.length);
      } else {
        slot.setBinary(key, 0, key.length);
      }
    }
  }
}
