package dev.firn.kafka.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvroTest {

  @TempDir Path directory;

  static org.apache.iceberg.Schema columns(Object... namesAndTypes) {
    List<NestedField> fields = new ArrayList<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      fields.add(
          NestedField.optional(i + 1, (String) namesAndTypes[i], (Type) namesAndTypes[i + 1]));
    }
    return new org.apache.iceberg.Schema(fields);
  }

  /** A record schema of fields such as {@code "a":"long"}. */
  static Schema schema(String... fields) {
    List<String> all = new ArrayList<>();
    for (String field : fields) {
      int colon = field.indexOf(':');
      all.add(
          "{\"name\":"
              + field.substring(0, colon)
              + ",\"type\":"
              + field.substring(colon + 1)
              + "}");
    }
    return new Schema.Parser()
        .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + String.join(",", all) + "]}");
  }

  static GenericRecord record(Schema schema, Object... values) {
    GenericRecord record = new GenericData.Record(schema);
    for (int i = 0; i < values.length; i++) {
      record.put(i, values[i]);
    }
    return record;
  }

  static byte[] encoded(GenericRecord record) {
    return encoded(record, false);
  }

  private static byte[] encoded(GenericRecord record, boolean inBlocks) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    EncoderFactory factory = new EncoderFactory().configureBlockSize(64);
    BinaryEncoder encoder =
        inBlocks ? factory.blockingBinaryEncoder(bytes, null) : factory.binaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void everyPlainTypeAndLogicalTypeBecomesItsColumn() {
    Schema writer =
        schema(
            "\"flag\":\"boolean\"",
            "\"i\":\"int\"",
            "\"l\":[\"null\",\"long\"]",
            "\"f\":\"float\"",
            "\"d\":\"double\"",
            "\"s\":\"string\"",
            "\"e\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"RED\",\"GREEN\"]}",
            "\"price\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}",
            "\"wide\":{\"type\":\"fixed\",\"name\":\"W\",\"size\":16,\"logicalType\":\"decimal\","
                + "\"precision\":38,\"scale\":10}",
            "\"id\":{\"type\":\"string\",\"logicalType\":\"uuid\"}",
            "\"day\":{\"type\":\"int\",\"logicalType\":\"date\"}",
            "\"tm\":{\"type\":\"int\",\"logicalType\":\"time-millis\"}",
            "\"tu\":{\"type\":\"long\",\"logicalType\":\"time-micros\"}",
            "\"at\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}",
            "\"local\":{\"type\":\"long\",\"logicalType\":\"local-timestamp-micros\"}",
            "\"nanos\":{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}",
            "\"plain\":\"long\"",
            "\"blob\":\"bytes\"",
            "\"four\":{\"type\":\"fixed\",\"name\":\"F\",\"size\":4}");
    org.apache.iceberg.Schema table =
        columns(
            "flag", Types.BooleanType.get(),
            "i", Types.LongType.get(),
            "l", Types.LongType.get(),
            "f", Types.DoubleType.get(),
            "d", Types.DoubleType.get(),
            "s", Types.StringType.get(),
            "e", Types.StringType.get(),
            "price", Types.DecimalType.of(11, 3),
            "wide", Types.DecimalType.of(38, 10),
            "id", Types.UUIDType.get(),
            "day", Types.DateType.get(),
            "tm", Types.TimeType.get(),
            "tu", Types.TimeType.get(),
            "at", Types.TimestampType.withZone(),
            "local", Types.TimestampType.withoutZone(),
            "nanos", Types.TimestampNanoType.withZone(),
            "plain", Types.TimestampType.withZone(),
            "blob", Types.BinaryType.get(),
            "four", Types.FixedType.ofLength(4));
    byte[] wide = new byte[16];
    byte[] digits = new BigInteger("-12345678901234567890123").toByteArray();
    Arrays.fill(wide, (byte) -1);
    System.arraycopy(digits, 0, wide, 16 - digits.length, digits.length);
    GenericRecord value =
        record(
            writer,
            true,
            -7,
            Long.MIN_VALUE,
            1.5f,
            0.1,
            "caf\u00e9",
            new GenericData.EnumSymbol(writer.getField("e").schema(), "GREEN"),
            ByteBuffer.wrap(BigInteger.valueOf(-1234).toByteArray()),
            new GenericData.Fixed(writer.getField("wide").schema(), wide),
            "123e4567-e89b-12d3-a456-426614174000",
            20000,
            1001,
            1001L,
            1_774_793_109_123L,
            -1L,
            1_774_793_109_123_456_789L,
            1_774_793_109_123L,
            ByteBuffer.wrap(new byte[] {1, 2}),
            new GenericData.Fixed(writer.getField("four").schema(), new byte[] {1, 2, 3, 4}));
    try (FormatTable rows = new FormatTable(directory, table)) {
      Record row = rows.write(KafkaFormats.avro(writer), encoded(value)).get(0);
      assertThat(row.getField("flag")).isEqualTo(true);
      assertThat(row.getField("i")).isEqualTo(-7L);
      assertThat(row.getField("l")).isEqualTo(Long.MIN_VALUE);
      assertThat(row.getField("f")).isEqualTo(1.5);
      assertThat(row.getField("d")).isEqualTo(0.1);
      assertThat(row.getField("s")).isEqualTo("caf\u00e9");
      assertThat(row.getField("e")).isEqualTo("GREEN");
      assertThat(row.getField("price")).isEqualTo(new BigDecimal("-12.340"));
      assertThat(row.getField("wide")).isEqualTo(new BigDecimal("-1234567890123.4567890123"));
      assertThat(row.getField("id"))
          .isEqualTo(UUID.fromString("123e4567-e89b-12d3-a456-426614174000"));
      assertThat(row.getField("day")).isEqualTo(LocalDate.ofEpochDay(20000));
      assertThat(row.getField("tm")).isEqualTo(LocalTime.parse("00:00:01.001"));
      assertThat(row.getField("tu")).isEqualTo(LocalTime.parse("00:00:00.001001"));
      assertThat(row.getField("at")).isEqualTo(OffsetDateTime.parse("2026-03-29T14:05:09.123Z"));
      assertThat(row.getField("local"))
          .isEqualTo(LocalDateTime.parse("1969-12-31T23:59:59.999999"));
      assertThat(row.getField("nanos"))
          .isEqualTo(OffsetDateTime.parse("2026-03-29T14:05:09.123456789Z"));
      assertThat(row.getField("plain")).isEqualTo(row.getField("at"));
      assertThat(row.getField("blob")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
      assertThat(row.getField("four")).isEqualTo(new byte[] {1, 2, 3, 4});
    }
  }

  @Test
  void typesBecomeTheNearestKinOfOtherColumns() {
    Schema writer =
        schema(
            "\"text\":\"string\"",
            "\"number\":\"long\"",
            "\"real\":\"double\"",
            "\"micros\":{\"type\":\"long\",\"connect.name\":\"io.debezium.time.MicroTimestamp\"}",
            "\"nanos\":{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}",
            "\"uuid\":{\"type\":\"fixed\",\"name\":\"U\",\"size\":16,\"logicalType\":\"uuid\"}",
            "\"raw\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}",
            "\"price\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}");
    org.apache.iceberg.Schema table =
        columns(
            "text", Types.DecimalType.of(9, 2),
            "number", Types.StringType.get(),
            "real", Types.DecimalType.of(9, 2),
            "micros", Types.TimestampType.withoutZone(),
            "nanos", Types.TimestampType.withZone(),
            "uuid", Types.UUIDType.get(),
            "raw", Types.LongType.get(),
            "price", Types.DoubleType.get());
    UUID uuid = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");
    GenericRecord value =
        record(
            writer,
            "1.5",
            5L,
            0.1,
            -1L,
            1_999L,
            new GenericData.Fixed(
                writer.getField("uuid").schema(),
                ByteBuffer.allocate(16)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits())
                    .array()),
            77L,
            ByteBuffer.wrap(BigInteger.valueOf(1010).toByteArray()));
    try (FormatTable rows = new FormatTable(directory, table)) {
      Record row = rows.write(KafkaFormats.avro(writer), encoded(value)).get(0);
      assertThat(row.getField("text")).isEqualTo(new BigDecimal("1.50"));
      assertThat(row.getField("number")).isEqualTo("5");
      assertThat(row.getField("real")).isEqualTo(new BigDecimal("0.10"));
      assertThat(row.getField("micros"))
          .isEqualTo(LocalDateTime.parse("1969-12-31T23:59:59.999999"));
      assertThat(row.getField("nanos"))
          .isEqualTo(OffsetDateTime.parse("1970-01-01T00:00:00.000001Z"));
      assertThat(row.getField("uuid")).isEqualTo(uuid);
      assertThat(row.getField("raw")).isEqualTo(77L);
      assertThat(row.getField("price")).isEqualTo(10.1);
    }
  }

  static final String LINE =
      "{\"type\":\"record\",\"name\":\"Line\",\"fields\":["
          + "{\"name\":\"skipped\",\"type\":{\"type\":\"map\",\"values\":[\"null\",\"double\"]}},"
          + "{\"name\":\"sku\",\"type\":[\"null\",\"string\"]},"
          + "{\"name\":\"qty\",\"type\":\"int\"}]}";

  @Test
  void recordsArraysAndMapsNestAndUnknownFieldsArePassed() {
    Schema writer =
        schema(
            "\"unknown\":{\"type\":\"array\",\"items\":" + LINE + "}",
            "\"lines\":{\"type\":\"array\",\"items\":[\"null\",\"Line\"]}",
            "\"tags\":{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":\"long\"}}",
            "\"entries\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Entry\","
                + "\"fields\":[{\"name\":\"key\",\"type\":\"int\"},"
                + "{\"name\":\"value\",\"type\":\"string\"}]}}",
            "\"fixed\":{\"type\":\"fixed\",\"name\":\"X\",\"size\":3}",
            "\"last\":\"boolean\"");
    Schema line = writer.getField("unknown").schema().getElementType();
    Schema entry = writer.getField("entries").schema().getElementType();
    GenericRecord one = record(line, Map.of("a", 1.5, "b", 2.5), "sku-1", 1);
    GenericRecord two = record(line, Map.of(), null, 2);
    GenericRecord value =
        record(
            writer,
            List.of(one, two, one, one, one, one),
            Arrays.asList(one, null, two),
            Map.of("x", List.of(1L, 2L), "y", List.of()),
            List.of(record(entry, 5, "five"), record(entry, 6, "six")),
            new GenericData.Fixed(writer.getField("fixed").schema(), new byte[3]),
            true);
    org.apache.iceberg.Schema table =
        columns(
            "last",
            Types.BooleanType.get(),
            "lines",
            Types.ListType.ofOptional(
                101,
                Types.StructType.of(
                    NestedField.optional(102, "qty", Types.LongType.get()),
                    NestedField.optional(103, "sku", Types.StringType.get()),
                    NestedField.optional(104, "missing", Types.StringType.get()))),
            "tags",
            Types.MapType.ofOptional(
                105,
                106,
                Types.StringType.get(),
                Types.ListType.ofOptional(107, Types.LongType.get())),
            "entries",
            Types.MapType.ofOptional(108, 109, Types.IntegerType.get(), Types.StringType.get()));
    try (FormatTable rows = new FormatTable(directory, table)) {
      for (byte[] bytes : List.of(encoded(value), encoded(value, true))) {
        Record row = rows.write(KafkaFormats.avro(writer), bytes).get(0);
        List<?> lines = (List<?>) row.getField("lines");
        assertThat(((Record) lines.get(0)).getField("sku")).isEqualTo("sku-1");
        assertThat(((Record) lines.get(0)).getField("qty")).isEqualTo(1L);
        assertThat(lines.get(1)).isNull();
        assertThat(((Record) lines.get(2)).getField("sku")).isNull();
        assertThat(row.getField("tags")).isEqualTo(Map.of("x", List.of(1L, 2L), "y", List.of()));
        assertThat(row.getField("entries")).isEqualTo(Map.of(5, "five", 6, "six"));
        assertThat(row.getField("last")).isEqualTo(true);
      }
    }
  }
}
