package dev.firn.kafka.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.record.RecordMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.UUIDDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaColumnsTest {

  private static final long TIMESTAMP = 1_774_793_109_123L;

  @TempDir Path directory;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ConsumerRecord<byte[], byte[]> record(
      byte @Nullable [] key, byte[] value, Headers headers) {
    return new ConsumerRecord<>(
        "orders",
        3,
        1L << 40,
        TIMESTAMP,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        headers,
        Optional.empty());
  }

  private static Headers headers() {
    return new RecordHeaders()
        .add("trace", utf8("one"))
        .add("empty", null)
        .add("trace", utf8("two"));
  }

  private static NestedField optional(int id, String name, Type type) {
    return NestedField.optional(id, name, type);
  }

  @Test
  void whatKafkaKnowsGoesBesideTheValue() {
    Schema schema =
        new Schema(
            optional(1, "topic", Types.StringType.get()),
            optional(2, "part", Types.IntegerType.get()),
            optional(3, "off", Types.LongType.get()),
            optional(4, "at", Types.TimestampType.withZone()),
            optional(5, "k", Types.StringType.get()),
            optional(
                6,
                "h",
                Types.MapType.ofOptional(7, 8, Types.StringType.get(), Types.StringType.get())),
            optional(9, "a", Types.LongType.get()));
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper =
        KafkaColumns.none()
            .topic("topic")
            .partition("part")
            .offset("off")
            .timestamp("at")
            .key("k")
            .headers("h")
            .with(KafkaFormats.json());
    try (FormatTable table = new FormatTable(directory, schema)) {
      List<Record> rows =
          table.writeAll(
              mapper,
              List.of(
                  record(utf8("key"), utf8("{\"a\":1,\"topic\":\"overruled\"}"), headers()),
                  new ConsumerRecord<>("t", 0, 0, null, utf8("{\"a\":2}"))));
      Record row = rows.get(0);
      assertThat(row.getField("topic")).isEqualTo("orders");
      assertThat(row.getField("part")).isEqualTo(3);
      assertThat(row.getField("off")).isEqualTo(1L << 40);
      assertThat(row.getField("at"))
          .isEqualTo(Instant.ofEpochMilli(TIMESTAMP).atOffset(ZoneOffset.UTC));
      assertThat(row.getField("k")).isEqualTo("key");
      Map<?, ?> found = (Map<?, ?>) row.getField("h");
      assertThat(found.get("trace")).isEqualTo("two");
      assertThat(found.containsKey("empty")).isTrue();
      assertThat(found.get("empty")).isNull();
      assertThat(row.getField("a")).isEqualTo(1L);
      assertThat(rows.get(1).getField("at")).isNull();
      assertThat(rows.get(1).getField("k")).isNull();
      assertThat(rows.get(1).getField("h")).isEqualTo(Map.of());
      assertThat(rows.get(1).getField("a")).isEqualTo(2L);
      assertThat(table.refusal(mapper, FormatTable.record((byte[]) null)))
          .hasMessageContaining("tombstone");
      assertThat(
              table
                  .refusal(mapper, record(new byte[] {-1}, utf8("{}"), new RecordHeaders()))
                  .field())
          .isEqualTo("k");
    }
  }

  @Test
  void keysAndHeadersMayStayBytes() {
    Schema schema =
        new Schema(
            optional(1, "k", Types.BinaryType.get()),
            optional(
                2,
                "h",
                Types.ListType.ofOptional(
                    3,
                    Types.StructType.of(
                        optional(4, "value", Types.BinaryType.get()),
                        optional(5, "more", Types.LongType.get()),
                        optional(6, "key", Types.StringType.get())))),
            optional(
                7,
                "m",
                Types.MapType.ofOptional(8, 9, Types.StringType.get(), Types.BinaryType.get())),
            optional(10, "at", Types.LongType.get()),
            optional(11, "v", Types.BinaryType.get()));
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper =
        KafkaColumns.none()
            .headers("m")
            .with(
                KafkaColumns.none()
                    .key("k")
                    .headers("h")
                    .timestamp("at")
                    .with(KafkaFormats.bytes("v")));
    try (FormatTable table = new FormatTable(directory, schema)) {
      Record row =
          table
              .writeAll(mapper, List.of(record(new byte[] {-1}, new byte[] {0, -1}, headers())))
              .get(0);
      assertThat(row.getField("k")).isEqualTo(ByteBuffer.wrap(new byte[] {-1}));
      assertThat(row.getField("v")).isEqualTo(ByteBuffer.wrap(new byte[] {0, -1}));
      assertThat(row.getField("at")).isEqualTo(TIMESTAMP);
      List<?> list = (List<?>) row.getField("h");
      assertThat(list)
          .extracting(h -> ((Record) h).getField("key"))
          .containsExactly("trace", "empty", "trace");
      assertThat(list)
          .extracting(h -> ((Record) h).getField("value"))
          .containsExactly(ByteBuffer.wrap(utf8("one")), null, ByteBuffer.wrap(utf8("two")));
      assertThat(((Map<?, ?>) row.getField("m")).get("trace"))
          .isEqualTo(ByteBuffer.wrap(utf8("two")));
    }
  }

  @Test
  void aTableWithoutTheColumnOrWithAnotherTypeIsNotOpened() {
    Schema schema =
        new Schema(
            optional(1, "n", Types.IntegerType.get()),
            optional(2, "s", Types.StringType.get()),
            optional(3, "l", Types.ListType.ofOptional(4, Types.StringType.get())),
            optional(
                5,
                "m",
                Types.MapType.ofOptional(6, 7, Types.LongType.get(), Types.StringType.get())));
    KafkaColumns none = KafkaColumns.none();
    try (FormatTable table = new FormatTable(directory, schema)) {
      for (RecordMapper<ConsumerRecord<byte[], byte[]>> mapper :
          List.of(
              none.topic("n").with(KafkaFormats.json()),
              none.topic("gone").with(KafkaFormats.json()),
              none.partition("s").with(KafkaFormats.json()),
              none.offset("n").with(KafkaFormats.json()),
              none.timestamp("n").with(KafkaFormats.json()),
              none.key("n").with(KafkaFormats.json()),
              none.headers("s").with(KafkaFormats.json()),
              none.headers("l").with(KafkaFormats.json()),
              none.headers("m").with(KafkaFormats.json()),
              KafkaFormats.strings("l"),
              KafkaFormats.integers("s"),
              KafkaFormats.strings("gone"),
              KafkaFormats.bytes("s"))) {
        assertThatThrownBy(() -> table.open(mapper).close())
            .isInstanceOf(UnsupportedTableException.class)
            .hasMessageContaining("column");
      }
    }
  }

  @Test
  void theWholeValueMayBeAString() {
    try (FormatTable table =
        new FormatTable(directory, new Schema(optional(1, "line", Types.StringType.get())))) {
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper = KafkaFormats.strings("line");
      assertThat(table.write(mapper, "caf\u00e9", ""))
          .extracting(row -> row.getField("line"))
          .containsExactly("caf\u00e9", "");
      assertThat(table.refusal(mapper, FormatTable.record(new byte[] {-1})))
          .hasMessageContaining("not UTF-8");
      assertThat(table.refusal(mapper, FormatTable.record((byte[]) null)))
          .hasMessageContaining("tombstone");
      assertThat(table.refusal(KafkaFormats.bytes("line2"), FormatTable.record("x"))).isNotNull();
    } catch (UnsupportedTableException e) {
      assertThat(e.subject()).isEqualTo("line2");
    }
  }

  @Test
  void aDeserializerMayMakeKeyAndValue() {
    Schema schema =
        new Schema(
            optional(1, "k", Types.LongType.get()), optional(2, "v", Types.StringType.get()));
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper =
        KafkaFormats.deserialized(
            new LongDeserializer(),
            new WithHeader(),
            (record, row) -> {
              row.setString("v", record.value() + record.partition() + record.topic());
              if (record.key() != null) {
                row.setLong("k", record.key());
              }
            });
    byte[] five = ByteBuffer.allocate(8).putLong(5).array();
    try (FormatTable table = new FormatTable(directory, schema)) {
      List<Record> rows =
          table.writeAll(
              mapper,
              List.of(record(five, utf8("x"), headers()), record(null, utf8("y"), headers())));
      assertThat(rows).extracting(row -> row.getField("k")).containsExactly(5L, null);
      assertThat(rows)
          .extracting(row -> row.getField("v"))
          .containsExactly("xtwo3orders", "ytwo3orders");
      assertThat(table.refusal(mapper, record(new byte[3], utf8("x"), headers())))
          .hasMessageContaining("the key cannot be deserialized")
          .cause()
          .isInstanceOf(SerializationException.class);
      assertThat(table.refusal(mapper, FormatTable.record((byte[]) null)))
          .hasMessageContaining("tombstone");
    }
  }

  @Test
  void aDeserializerThatCannotJustNowIsToBeAskedAgain() {
    Deserializer<UUID> down =
        new UUIDDeserializer() {
          @Override
          public UUID deserialize(String topic, byte[] data) {
            throw new SerializationException("no schema", new TimeoutException("registry"));
          }
        };
    try (FormatTable table =
        new FormatTable(directory, new Schema(optional(1, "v", Types.StringType.get())))) {
      RecordRejectedException refusal =
          table.refusal(
              KafkaFormats.deserialized(new StringDeserializer(), down, (record, row) -> {}),
              FormatTable.record("x"));
      assertThat(refusal)
          .hasRootCauseInstanceOf(TimeoutException.class)
          .cause()
          .isInstanceOf(SerializationException.class);
    }
  }

  /** Reads the value together with a header. */
  private static final class WithHeader implements Deserializer<String> {

    @Override
    public String deserialize(String topic, byte[] data) {
      throw new UnsupportedOperationException("without headers");
    }

    @Override
    public String deserialize(String topic, Headers headers, byte[] data) {
      return new String(data, StandardCharsets.UTF_8)
          + new String(headers.lastHeader("trace").value(), StandardCharsets.UTF_8);
    }
  }
}
