package dev.firn.kafka.format;

import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import dev.firn.kafka.format.values.Refusals;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Records whose key and value a deserializer reads, for a mapper of the application's. */
final class DeserializedRecords<K, V> implements RecordMapper<ConsumerRecord<byte[], byte[]>> {

  /** A chain of causes may be a circle. */
  private static final int MAX_CAUSES = 50;

  private final Deserializer<K> keys;
  private final Deserializer<V> values;
  private final RecordMapper<ConsumerRecord<K, V>> mapper;

  DeserializedRecords(
      Deserializer<K> keys, Deserializer<V> values, RecordMapper<ConsumerRecord<K, V>> mapper) {
    this.keys = Objects.requireNonNull(keys, "key");
    this.values = Objects.requireNonNull(values, "value");
    this.mapper = Objects.requireNonNull(mapper, "mapper");
  }

  @Override
  public void bind(Schema schema) {
    mapper.bind(schema);
  }

  @Override
  public void map(ConsumerRecord<byte[], byte[]> record, RowAppender row) {
    byte[] value = Refusals.valueOf(record);
    K key = read(keys, record, record.key(), "key");
    V read = read(values, record, value, "value");
    mapper.map(
        new ConsumerRecord<>(
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            record.timestampType(),
            record.serializedKeySize(),
            record.serializedValueSize(),
            key,
            read,
            record.headers(),
            record.leaderEpoch(),
            record.deliveryCount()),
        row);
  }

  /** Kafka's consumer does not ask a deserializer about null either. */
  @SuppressWarnings("NullAway") // a key may be null, and Kafka's types do not say so
  private static <T> T read(
      Deserializer<T> deserializer,
      ConsumerRecord<?, ?> record,
      byte @Nullable [] bytes,
      String what) {
    if (bytes == null) {
      return null;
    }
    try {
      return deserializer.deserialize(record.topic(), record.headers(), bytes);
    } catch (RuntimeException e) {
      if (isRetriable(e)) {
        throw e;
      }
      throw Refusals.record(
          "the " + what + " cannot be deserialized: " + e, "repair the record's producer", e);
    }
  }

  private static boolean isRetriable(Throwable e) {
    Throwable cause = e;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (cause instanceof RetriableException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
