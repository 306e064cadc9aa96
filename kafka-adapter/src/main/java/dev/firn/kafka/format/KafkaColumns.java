package dev.firn.kafka.format;

import dev.firn.api.record.RecordMapper;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Columns for what Kafka itself knows of a record, beside those of its value.
 *
 * <pre>{@code
 * KafkaColumns.none().partition("kafka_partition").offset("kafka_offset").with(KafkaFormats.json())
 * }</pre>
 *
 * <p>Each part goes into the top-level column that is named for it; a part that is not named is not
 * kept. Immutable; each method returns a copy. Opening a writer throws {@link
 * dev.firn.api.error.UnsupportedTableException} if the table has no such column, or one of another
 * type than said here.
 *
 * @since 0.1
 */
public final class KafkaColumns {

  /** What Kafka knows of a record. */
  enum Part {
    TOPIC,
    PARTITION,
    OFFSET,
    TIMESTAMP,
    KEY,
    HEADERS
  }

  private static final KafkaColumns NONE = new KafkaColumns(new EnumMap<>(Part.class));

  private final Map<Part, String> names;

  private KafkaColumns(Map<Part, String> names) {
    this.names = names;
  }

  /** No columns yet. */
  public static KafkaColumns none() {
    return NONE;
  }

  private KafkaColumns and(Part part, String column) {
    Map<Part, String> more = new EnumMap<>(Part.class);
    more.putAll(names);
    more.put(part, Objects.requireNonNull(column, "column"));
    return new KafkaColumns(more);
  }

  /** The topic's name, in a string column. */
  public KafkaColumns topic(String column) {
    return and(Part.TOPIC, column);
  }

  /** The partition, in an int or long column. */
  public KafkaColumns partition(String column) {
    return and(Part.PARTITION, column);
  }

  /** The offset, in a long column. */
  public KafkaColumns offset(String column) {
    return and(Part.OFFSET, column);
  }

  /**
   * When the record was made or appended, as the topic has it: in a timestamp column (UTC if it has
   * no zone) or, in milliseconds since 1970-01-01T00:00Z, in a long column. Null if the record has
   * none.
   */
  public KafkaColumns timestamp(String column) {
    return and(Part.TIMESTAMP, column);
  }

  /**
   * The key, in a string column (a key that is not UTF-8 rejects the record) or, as its bytes, in a
   * binary, fixed or uuid column. Null if the record has none.
   */
  public KafkaColumns key(String column) {
    return and(Part.KEY, column);
  }

  /**
   * The headers: in a column {@code map<string, string>} or {@code map<string, binary>}, where the
   * last header of a name wins, or {@code list<struct<key: string, value: string or binary>>},
   * which keeps all of them in order. A string's bytes are UTF-8, or reject the record. Empty if
   * there are none.
   */
  public KafkaColumns headers(String column) {
    return and(Part.HEADERS, column);
  }

  /**
   * {@code mapper}, and then these columns, which win where both set the same. The mapper belongs
   * to one writer.
   */
  public RecordMapper<ConsumerRecord<byte[], byte[]>> with(
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper) {
    return new RecordsWithColumns(names, Objects.requireNonNull(mapper, "mapper"));
  }

  @Override
  public String toString() {
    return "KafkaColumns" + names;
  }
}
