package dev.firn.kafka.format;

import dev.firn.api.record.RecordMapper;
import dev.firn.kafka.format.SingleColumn.Content;
import dev.firn.kafka.format.avro.AvroRecords;
import dev.firn.kafka.format.json.JsonRecords;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Mappers from records of Kafka to rows, by what their values are.
 *
 * <pre>{@code
 * RecordMapper<ConsumerRecord<byte[], byte[]>> mapper =
 *     KafkaColumns.none().offset("kafka_offset").with(KafkaFormats.json());
 * }</pre>
 *
 * <p>Each call makes a new mapper. A mapper keeps what it has learnt of the table and of the
 * records, so it <b>belongs to one writer</b> and is called by one thread at a time; {@link
 * SchemaRegistry} may be shared.
 *
 * <p>Whatever is wrong with a record rejects it whole, with a {@link
 * dev.firn.api.error.RecordRejectedException} that names the column or the place. A value that is
 * null, a <em>tombstone</em>, is rejected by all mappers here but {@link #keyed}: it says of no row
 * that it is gone. What is not the record's fault, a registry that does not answer, is a {@link
 * org.apache.kafka.common.errors.RetriableException} in the chain of causes.
 *
 * <h2>From values to columns</h2>
 *
 * Fields go to the columns of the same name, upper and lower case being different; nested objects
 * to struct or map columns, arrays to lists. A column without a field takes its write default, else
 * null. A field without a column is ignored, as by Kafka Connect's sink for Iceberg; {@link
 * JsonOptions#rejectUnknownFields} has it otherwise for JSON. Then, by the column's type:
 *
 * <table>
 * <caption>what columns take</caption>
 * <tr><th>column</th><th>takes</th></tr>
 * <tr><td>boolean</td><td>booleans; strings {@code true} and {@code false} in any case</td></tr>
 * <tr><td>int, long</td><td>numbers, and strings of a number, that are whole and in range: {@code
 *     3}, {@code 3.0}, {@code 3e2}</td></tr>
 * <tr><td>float, double</td><td>numbers and strings of a number: the nearest value; also strings
 *     {@code NaN}, {@code Infinity}, {@code -Infinity}</td></tr>
 * <tr><td>decimal</td><td>numbers and strings of a number, exactly: digits beyond the column's
 *     scale are refused unless they are zeros. JSON's numbers are never made doubles on the
 *     way</td></tr>
 * <tr><td>string</td><td>strings; numbers and booleans as they are written; JSON objects and
 *     arrays as their JSON</td></tr>
 * <tr><td>uuid</td><td>strings of 36 characters; 16 bytes</td></tr>
 * <tr><td>binary, fixed</td><td>strings of Base64, with the alphabet for URLs or without; bytes</td></tr>
 * <tr><td>geometry, geography</td><td>WKB, as binary</td></tr>
 * <tr><td>date</td><td>strings {@code 2026-03-29}; numbers of days since 1970-01-01</td></tr>
 * <tr><td>time</td><td>strings {@code 14:05[:09[.123456789]]}; numbers of milliseconds since
 *     midnight</td></tr>
 * <tr><td>timestamp, timestamptz and their _ns</td><td>strings of a date, {@code T} or a blank, a
 *     time, and an offset ({@code Z}, {@code +02}, {@code +0200}, {@code +02:00}) or none, which is
 *     UTC; numbers of milliseconds since 1970-01-01T00:00Z. A column without zone takes no offset
 *     but UTC</td></tr>
 * </table>
 *
 * <p>The milliseconds are {@link JsonOptions#epochUnit}'s to change for JSON. A number may have a
 * fraction there: 1774793109.5 seconds. Times finer than the column's unit are cut to it, towards
 * the past. Null is null, also for an element or a map's value, and rejected where the column is
 * required.
 *
 * @since 0.1
 */
public final class KafkaFormats {

  private KafkaFormats() {}

  /**
   * Values are JSON objects in UTF-8, read with {@link JsonOptions#defaults}. The value must be
   * valid JSON to its end, with nothing after the object, and not nested deeper than 500. Of a name
   * that comes twice the last value counts, but in a map column it rejects the record.
   */
  public static RecordMapper<ConsumerRecord<byte[], byte[]>> json() {
    return json(JsonOptions.defaults());
  }

  /** As {@link #json()}, with options. */
  public static RecordMapper<ConsumerRecord<byte[], byte[]>> json(JsonOptions options) {
    return new JsonRecords(options.rules());
  }

  /**
   * Values are Avro records in plain binary encoding, with nothing before them, all written with
   * {@code writerSchema}.
   *
   * <p>Fields are matched to columns by name. Logical types (decimal, date, time-*, timestamp-*,
   * local-timestamp-*, uuid, and Debezium's names for times) become the column's; an instant in a
   * column without zone is in UTC, a local timestamp in a column with zone was in UTC. An enum is a
   * string. Maps may also be arrays of records of a {@code key} and a {@code value}. A top-level
   * union is read as the record that it has.
   */
  public static RecordMapper<ConsumerRecord<byte[], byte[]>> avro(Schema writerSchema) {
    return AvroRecords.of(writerSchema);
  }

  /**
   * Values are Avro records in Confluent's wire format: a zero, the id of the writer's schema as
   * four bytes big-endian, and the record as in {@link #avro(Schema)}. Values written with
   * different schemas may follow each other in any order.
   */
  public static RecordMapper<ConsumerRecord<byte[], byte[]>> avro(SchemaRegistry registry) {
    return AvroRecords.framed(registry::writerSchema);
  }

  /**
   * The value, which is UTF-8, in the column {@code column}: a string column, or one of another
   * plain type that takes such strings. Opening a writer throws {@link
   * dev.firn.api.error.UnsupportedTableException} if there is none.
   */
  public static RecordMapper<ConsumerRecord<byte[], byte[]>> strings(String column) {
    return new SingleColumn(column, Content.TEXT);
  }

  /**
   * The value, which is 4 or 8 bytes big-endian, as Kafka's serializers of integers and longs write
   * them, in the int or long column {@code column}. Opening a writer throws {@link
   * dev.firn.api.error.UnsupportedTableException} if there is none.
   */
  public static RecordMapper<ConsumerRecord<byte[], byte[]>> integers(String column) {
    return new SingleColumn(column, Content.INTEGER);
  }

  /**
   * The value's bytes in the binary, fixed, uuid, geometry or geography column {@code column}.
   * Opening a writer throws {@link dev.firn.api.error.UnsupportedTableException} if there is none.
   */
  public static RecordMapper<ConsumerRecord<byte[], byte[]>> bytes(String column) {
    return new SingleColumn(column, Content.BYTES);
  }

  /**
   * For a table that is upserted: {@code values} reads the value, and then {@code keys} reads the
   * record's key, with the columns of the table's key. So which row a record is of is said by its
   * key alone, by which Kafka also chooses its partition; and a tombstone, of which only the key is
   * read, deletes that row.
   *
   * <pre>{@code
   * KafkaFormats.keyed(KafkaFormats.strings("id"), KafkaFormats.json())
   * }</pre>
   *
   * <p>{@code keys} is any mapper, and is given each key as if it were a value. What it sets wins
   * over what {@code values} has set. A record whose key is null is rejected. A writer without a
   * key appends a tombstone as a row that has nothing but the record's key.
   */
  public static RecordMapper<ConsumerRecord<byte[], byte[]>> keyed(
      RecordMapper<ConsumerRecord<byte[], byte[]>> keys,
      RecordMapper<ConsumerRecord<byte[], byte[]>> values) {
    return new KeyedRecords(keys, values);
  }

  /**
   * Key and value are read by deserializers, which get the topic and the headers too, and {@code
   * mapper} maps what they made. A null key is not deserialized.
   *
   * <p>An exception of a deserializer rejects the record, but one with a {@code RetriableException}
   * in its chain of causes is passed on as it is. The caller configures the deserializers, and
   * closes them when the writer is closed.
   */
  public static <K, V> RecordMapper<ConsumerRecord<byte[], byte[]>> deserialized(
      Deserializer<K> key, Deserializer<V> value, RecordMapper<ConsumerRecord<K, V>> mapper) {
    return new DeserializedRecords<>(key, value, mapper);
  }
}
