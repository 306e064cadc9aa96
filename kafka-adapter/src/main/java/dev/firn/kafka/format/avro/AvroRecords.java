package dev.firn.kafka.format.avro;

import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import dev.firn.kafka.format.values.Refusals;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Values that are Avro records, with or without an id before them. A mapper has one writer. Hot.
 */
public final class AvroRecords implements RecordMapper<ConsumerRecord<byte[], byte[]>> {

  /** A zero, then the id of the writer's schema, big-endian. */
  private static final int FRAME_BYTES = 5;

  /** Writers' schemas whose readers are kept; a topic has a few. */
  private static final int MAX_READERS = 1_000;

  private final @Nullable IntFunction<Schema> schemas;
  private final @Nullable Schema single;
  private final AvroInput input = new AvroInput();

  // What depends on the table's schema.

  private org.apache.iceberg.@Nullable Schema table;
  private final Map<Integer, AvroRoot> readers = new HashMap<>();

  /** The reader of the last value, and its id. */
  private @Nullable AvroRoot last;

  private int lastId;

  private AvroRecords(@Nullable IntFunction<Schema> schemas, @Nullable Schema single) {
    this.schemas = schemas;
    this.single = single;
  }

  /** Values have nothing before them and were all written with {@code writer}. */
  public static AvroRecords of(Schema writer) {
    return new AvroRecords(null, Objects.requireNonNull(writer, "writerSchema"));
  }

  /** Values are in Confluent's wire format; {@code schemas} knows the schema of an id. */
  public static AvroRecords framed(IntFunction<Schema> schemas) {
    return new AvroRecords(schemas, null);
  }

  @Override
  public void bind(org.apache.iceberg.Schema schema) {
    table = schema;
    readers.clear();
    last = null;
  }

  @Override
  public void map(ConsumerRecord<byte[], byte[]> record, RowAppender row) {
    byte[] value = Refusals.valueOf(record);
    if (table == null) {
      bind(row.schema());
    }
    AvroRoot reader = single == null ? framed(value) : unframed(single);
    input.open(value, single == null ? FRAME_BYTES : 0);
    reader.read(input, row);
    if (input.remaining() > 0) {
      throw input.malformed(input.remaining() + " bytes are left after the record");
    }
  }

  private AvroRoot unframed(Schema schema) {
    if (last == null) {
      last = new AvroRoot(schema, Objects.requireNonNull(table));
    }
    return last;
  }

  private AvroRoot framed(byte[] value) {
    if (value.length < FRAME_BYTES || value[0] != 0) {
      throw Refusals.record(
          "the value does not start with a zero and the id of a schema, but with "
              + Refusals.shown(value, 0, value.length),
          "write it with the registry's serializer, or read it without a registry");
    }
    int id =
        (value[1] & 0xFF) << 24
            | (value[2] & 0xFF) << 16
            | (value[3] & 0xFF) << 8
            | (value[4] & 0xFF);
    AvroRoot reader = last;
    if (reader == null || id != lastId) {
      reader = reader(id);
      last = reader;
      lastId = id;
    }
    return reader;
  }

  private AvroRoot reader(int id) {
    AvroRoot known = readers.get(id);
    if (known != null) {
      return known;
    }
    if (readers.size() >= MAX_READERS) {
      readers.clear();
    }
    Schema writer = Objects.requireNonNull(schemas).apply(id);
    AvroRoot made = new AvroRoot(writer, Objects.requireNonNull(table));
    readers.put(id, made);
    return made;
  }
}
