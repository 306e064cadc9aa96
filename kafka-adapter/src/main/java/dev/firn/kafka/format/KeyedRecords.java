package dev.firn.kafka.format;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import dev.firn.kafka.format.values.Refusals;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the value says, if there is one, and then what the key says. A mapper belongs to one writer.
 * Hot.
 */
final class KeyedRecords implements RecordMapper<ConsumerRecord<byte[], byte[]>> {

  private final RecordMapper<ConsumerRecord<byte[], byte[]>> keys;
  private final RecordMapper<ConsumerRecord<byte[], byte[]>> values;

  KeyedRecords(
      RecordMapper<ConsumerRecord<byte[], byte[]>> keys,
      RecordMapper<ConsumerRecord<byte[], byte[]>> values) {
    this.keys = Objects.requireNonNull(keys, "keys");
    this.values = Objects.requireNonNull(values, "values");
  }

  @Override
  public void bind(Schema schema) {
    values.bind(schema);
    keys.bind(schema);
  }

  @Override
  public void map(ConsumerRecord<byte[], byte[]> record, RowAppender row) {
    if (record.value() != null) {
      values.map(record, row);
    }
    byte[] key = record.key();
    if (key == null) {
      throw Refusals.record(
          "the record has no key (it is null), so nobody can tell which row it is of",
          "send the key of the row as the key of the record");
    }
    try {
      keys.map(asValue(record, key), row);
    } catch (RecordRejectedException e) {
      throw new RecordRejectedException(
          "the record's key is refused, read as if it were a value: " + e.getMessage(),
          e.field(),
          e.reason(),
          e);
    }
  }

  @SuppressWarnings("NullAway") // there is no key beside it, and Kafka's types do not say so
  private static ConsumerRecord<byte[], byte[]> asValue(
      ConsumerRecord<byte[], byte[]> record, byte[] key) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        ConsumerRecord.NULL_SIZE,
        key.length,
        null,
        key,
        record.headers(),
        record.leaderEpoch(),
        record.deliveryCount());
  }
}
