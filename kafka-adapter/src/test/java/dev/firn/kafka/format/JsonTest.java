package dev.firn.kafka.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.StreamingTableWriter;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RecordMapper;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {

  private static final RecordMapper<ConsumerRecord<byte[], byte[]>> UNUSED = (record, row) -> {};

  @TempDir Path directory;

  static Schema columns(Object... namesAndTypes) {
    List<NestedField> fields = new ArrayList<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      fields.add(
          NestedField.optional(i + 1, (String) namesAndTypes[i], (Type) namesAndTypes[i + 1]));
    }
    return new Schema(fields);
  }

  static List<Object> column(String name, List<Record> rows) {
    List<Object> values = new ArrayList<>();
    rows.forEach(row -> values.add(row.getField(name)));
    return values;
  }

  @Test
  void everyPlainTypeIsReadFromWhatProducersWriteForIt() {
    Schema schema =
        columns(
            "flag", Types.BooleanType.get(),
            "i", Types.IntegerType.get(),
            "l", Types.LongType.get(),
            "f", Types.FloatType.get(),
            "d", Types.DoubleType.get(),
            "price", Types.DecimalType.of(9, 2),
            "wide", Types.DecimalType.of(38, 10),
            "s", Types.StringType.get(),
            "id", Types.UUIDType.get(),
            "day", Types.DateType.get(),
            "time", Types.TimeType.get(),
            "local", Types.TimestampType.withoutZone(),
            "at", Types.TimestampType.withZone(),
            "nanos", Types.TimestampNanoType.withZone(),
            "blob", Types.BinaryType.get(),
            "four", Types.FixedType.ofLength(4));
    try (FormatTable table = new FormatTable(directory, schema)) {
      Record row =
          table
              .write(
                  KafkaFormats.json(),
                  """
                  { "flag" : true, "i":-7,"l":9223372036854775807, "f":0.1, "d" : 1e-3,
                    "price":12.5, "wide":12345678901234567890.0123456789, "s":"caf\u00e9 \\"1\\"",
                    "id":"123e4567-e89b-12d3-a456-426614174000", "day":"2026-03-29",
                    "time":"14:05:09.123456", "local":"2026-03-29T14:05:09",
                    "at":"2026-03-29T14:05:09.5+02:00", "nanos":"2026-03-29 14:05:09.123456789Z",
                    "blob":"AQID/w==", "four":"AAECAw" }
                  """)
              .get(0);
      assertThat(row.getField("flag")).isEqualTo(true);
      assertThat(row.getField("i")).isEqualTo(-7);
      assertThat(row.getField("l")).isEqualTo(Long.MAX_VALUE);
      assertThat(row.getField("f")).isEqualTo(0.1f);
      assertThat(row.getField("d")).isEqualTo(0.001);
      assertThat(row.getField("price")).isEqualTo(new BigDecimal("12.50"));
      assertThat(row.getField("wide")).isEqualTo(new BigDecimal("12345678901234567890.0123456789"));
      assertThat(row.getField("s")).isEqualTo("caf\u00e9 \"1\"");
      assertThat(row.getField("id"))
          .isEqualTo(UUID.fromString("123e4567-e89b-12d3-a456-426614174000"));
      assertThat(row.getField("day")).isEqualTo(LocalDate.of(2026, 3, 29));
      assertThat(row.getField("time")).isEqualTo(LocalTime.parse("14:05:09.123456"));
      assertThat(row.getField("local")).isEqualTo(LocalDateTime.parse("2026-03-29T14:05:09"));
      assertThat(row.getField("at")).isEqualTo(OffsetDateTime.parse("2026-03-29T12:05:09.5Z"));
      assertThat(row.getField("nanos"))
          .isEqualTo(OffsetDateTime.parse("2026-03-29T14:05:09.123456789Z"));
      assertThat(row.getField("blob")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, -1}));
      assertThat(row.getField("four")).isEqualTo(new byte[] {0, 1, 2, 3});
    }
  }

  @Test
  void numbersAndBooleansMayBeStringsAndStringsMayBeNumbers() {
    Schema schema =
        columns(
            "i", Types.IntegerType.get(),
            "d", Types.DoubleType.get(),
            "price", Types.DecimalType.of(9, 2),
            "flag", Types.BooleanType.get(),
            "s", Types.StringType.get());
    try (FormatTable table = new FormatTable(directory, schema)) {
      List<Record> rows =
          table.write(
              KafkaFormats.json(),
              "{\"i\":\"42\",\"d\":\"NaN\",\"price\":\"-0.10\",\"flag\":\"TRUE\",\"s\":1.50}",
              "{\"i\":3e2,\"d\":\"1.5\",\"price\":7,\"flag\":\"false\",\"s\":true}",
              "{\"i\":4.0,\"d\":9007199254740993,\"price\":1e2,\"s\":{\"a\": [1, \"x\"]}}",
              "{\"s\":[ 1,{} ]}");
      assertThat(column("i", rows)).containsExactly(42, 300, 4, null);
      assertThat(column("d", rows)).containsExactly(Double.NaN, 1.5, 9007199254740992.0, null);
      assertThat(column("price", rows))
          .containsExactly(
              new BigDecimal("-0.10"), new BigDecimal("7.00"), new BigDecimal("100.00"), null);
      assertThat(column("flag", rows)).containsExactly(true, false, null, null);
      assertThat(column("s", rows))
          .containsExactly("1.50", "true", "{\"a\": [1, \"x\"]}", "[ 1,{} ]");
    }
  }

  @Test
  void objectsAndArraysBecomeStructsMapsAndLists() {
    Schema schema =
        new Schema(
            NestedField.optional(
                1,
                "order",
                Types.StructType.of(
                    NestedField.optional(2, "no", Types.LongType.get()),
                    NestedField.optional(
                        3,
                        "lines",
                        Types.ListType.ofOptional(
                            4,
                            Types.StructType.of(
                                NestedField.optional(5, "sku", Types.StringType.get()),
                                NestedField.optional(6, "qty", Types.IntegerType.get())))))),
            NestedField.optional(
                7,
                "tags",
                Types.MapType.ofOptional(8, 9, Types.StringType.get(), Types.StringType.get())),
            NestedField.optional(
                10,
                "counts",
                Types.MapType.ofOptional(
                    11,
                    12,
                    Types.IntegerType.get(),
                    Types.ListType.ofOptional(13, Types.DoubleType.get()))));
    try (FormatTable table = new FormatTable(directory, schema)) {
      List<Record> rows =
          table.write(
              KafkaFormats.json(),
              "{\"order\":{\"no\":1,\"lines\":[{\"sku\":\"a\",\"qty\":2},{\"qty\":3},null]},"
                  + "\"tags\":{\"x\":\"1\",\"y\":null,\"k\\u00e9y\":\"\"},"
                  + "\"counts\":{\"-5\":[1.5,null],\"7\":[]}}",
              "{\"counts\":{},\"order\":{\"lines\":[]},\"tags\":null}");
      Record order = (Record) rows.get(0).getField("order");
      assertThat(order.getField("no")).isEqualTo(1L);
      List<?> lines = (List<?>) order.getField("lines");
      assertThat(((Record) lines.get(0)).getField("sku")).isEqualTo("a");
      assertThat(((Record) lines.get(1)).getField("sku")).isNull();
      assertThat(((Record) lines.get(1)).getField("qty")).isEqualTo(3);
      assertThat(lines.get(2)).isNull();
      Map<?, ?> tags = (Map<?, ?>) rows.get(0).getField("tags");
      assertThat(tags).hasSize(3);
      assertThat(tags.get("y")).isNull();
      assertThat(tags.get("k\u00e9y")).isEqualTo("");
      assertThat(rows.get(0).getField("counts"))
          .isEqualTo(Map.of(-5, Arrays.asList(1.5, null), 7, List.of()));
      assertThat(rows.get(1).getField("counts")).isEqualTo(Map.of());
      assertThat(((Record) rows.get(1).getField("order")).getField("lines")).isEqualTo(List.of());
      assertThat(rows.get(1).getField("tags")).isNull();
    }
  }

  @Test
  void missingFieldsTakeTheWriteDefaultAndUnknownOnesAreIgnored() {
    Schema schema =
        new Schema(
            NestedField.optional(1, "a", Types.LongType.get()),
            NestedField.optional("b")
                .withId(2)
                .ofType(Types.StringType.get())
                .withInitialDefault(Literal.of("none"))
                .withWriteDefault(Literal.of("none"))
                .build());
    try (FormatTable table = new FormatTable(directory, schema)) {
      List<Record> rows =
          table.write(
              KafkaFormats.json(),
              "{\"a\":1,\"new\":{\"a\":[{\"b\":5}]},\"b\":\"x\"}",
              "{\"new\":3,\"a\":2}",
              "{}",
              "{\"b\":null,\"other\":\"\\\"\"}",
              "{\"b\":\"first\",\"a\":4,\"b\":\"last\"}");
      assertThat(column("a", rows)).containsExactly(1L, 2L, null, null, 4L);
      assertThat(column("b", rows)).containsExactly("x", "none", "none", null, "last");
      assertThat(
              table.refusal(
                  KafkaFormats.json(JsonOptions.defaults().rejectUnknownFields()),
                  "{\"a\":1,\"new\":{}}"))
          .hasMessageStartingWith("there is no column 'new'; add the column")
          .extracting(RecordRejectedException::field)
          .isEqualTo("new");
    }
  }

  @Test
  void fieldsMayComeInAnyOrderAndAnySpelling() {
    Schema schema =
        columns(
            "alpha", Types.IntegerType.get(),
            "beta", Types.IntegerType.get(),
            "gamma", Types.IntegerType.get());
    try (FormatTable table = new FormatTable(directory, schema)) {
      List<Record> rows =
          table.write(
              KafkaFormats.json(),
              "{\"alpha\":1,\"beta\":2,\"gamma\":3}",
              "{\"gamma\":3,\"alpha\":1,\"beta\":2}",
              "{\"alpha\":1,\"gamma\":3}",
              "{\"al\\u0070ha\":1,\"beta\" :\n 2,\t\"gamma\":3}",
              "{\"alphabet\":7,\"bet\":8,\"beta\":2,\"\":9}",
              "\ufeff{\"alpha\":1,\"beta\":2,\"gamma\":3} \r\n\t");
      assertThat(column("alpha", rows)).containsExactly(1, 1, 1, 1, null, 1);
      assertThat(column("beta", rows)).containsExactly(2, 2, null, 2, 2, 2);
      assertThat(column("gamma", rows)).containsExactly(3, 3, 3, 3, null, 3);
    }
  }

  @Test
  void stringsKeepEveryCharacter() {
    try (FormatTable table = new FormatTable(directory, columns("s", Types.StringType.get()))) {
      List<Record> rows =
          table.write(
              KafkaFormats.json(),
              "{\"s\":\"\"}",
              "{\"s\":\"\ud83d\ude00 \u20ac\"}",
              "{\"s\":\"\\ud83d\\ude00\\n\\\\\\/\"}",
              "{\"s\":\"" + "x".repeat(100_000) + "\\t\"}");
      assertThat(column("s", rows))
          .containsExactly(
              "", "\ud83d\ude00 \u20ac", "\ud83d\ude00\n\\/", "x".repeat(100_000) + "\t");
      assertThat(table.refusal(KafkaFormats.json(), "{\"s\":\"cut \\ud83d\"}"))
          .hasMessageContaining("half of a surrogate pair");
      byte[] latin1 = "{\"s\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
      assertThat(table.refusal(KafkaFormats.json(), FormatTable.record(latin1)))
          .hasMessageContaining("not UTF-8")
          .extracting(RecordRejectedException::field)
          .isEqualTo("s");
    }
  }

  @Test
  void numbersAreTimesInTheUnitOfTheOptions() {
    Schema schema =
        columns(
            "day", Types.DateType.get(),
            "time", Types.TimeType.get(),
            "at", Types.TimestampType.withZone(),
            "nanos", Types.TimestampNanoType.withoutZone());
    OffsetDateTime at = Instant.parse("2026-03-29T14:05:09Z").atOffset(ZoneOffset.UTC);
    long second = at.toEpochSecond();
    try (FormatTable table = new FormatTable(directory, schema)) {
      Record millis =
          table
              .write(
                  KafkaFormats.json(),
                  "{\"day\":20000,\"time\":1001,\"at\":" + second + "123,\"nanos\":-1}")
              .get(0);
      assertThat(millis.getField("day")).isEqualTo(LocalDate.ofEpochDay(20000));
      assertThat(millis.getField("time")).isEqualTo(LocalTime.parse("00:00:01.001"));
      assertThat(millis.getField("at")).isEqualTo(at.plus(123, ChronoUnit.MILLIS));
      assertThat(millis.getField("nanos"))
          .isEqualTo(LocalDateTime.parse("1969-12-31T23:59:59.999"));
      Record seconds =
          table
              .write(
                  KafkaFormats.json(JsonOptions.defaults().epochUnit(ChronoUnit.SECONDS)),
                  "{\"time\":1.5,\"at\":" + second + ".1234567,\"nanos\":\"1970-01-01T00:00\"}")
              .get(0);
      assertThat(seconds.getField("time")).isEqualTo(LocalTime.parse("00:00:01.5"));
      assertThat(seconds.getField("at")).isEqualTo(at.plus(123_456, ChronoUnit.MICROS));
      Record nanos =
          table
              .write(
                  KafkaFormats.json(JsonOptions.defaults().epochUnit(ChronoUnit.NANOS)),
                  "{\"at\":" + second + "123456789,\"nanos\":-1}")
              .get(0);
      assertThat(nanos.getField("at")).isEqualTo(at.plus(123_456, ChronoUnit.MICROS));
      assertThat(nanos.getField("nanos"))
          .isEqualTo(LocalDateTime.parse("1969-12-31T23:59:59.999999999"));
    }
    assertThatThrownBy(() -> JsonOptions.defaults().epochUnit(ChronoUnit.HOURS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anyNumberOfKeysMayPass() {
    Schema schema =
        columns(
            "m",
            Types.MapType.ofOptional(101, 102, Types.StringType.get(), Types.IntegerType.get()));
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      records.add(
          FormatTable.record("{\"m\":{\"key-" + i + "\":" + i + "},\"stranger-" + i + "\":[]}"));
    }
    try (FormatTable table = new FormatTable(directory, schema)) {
      List<Object> rows = column("m", table.writeAll(KafkaFormats.json(), records));
      for (int i = 0; i < rows.size(); i++) {
        assertThat(rows.get(i)).isEqualTo(Map.of("key-" + i, i));
      }
    }
  }

  @Test
  void columnsThatWereAddedAreFilledByTheSameMapper() {
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper = KafkaFormats.json();
    String value = "{\"a\":1,\"b\":\"x\",\"c\":{\"d\":2}}";
    try (FormatTable table = new FormatTable(directory, columns("a", Types.LongType.get()))) {
      assertThat(table.write(mapper, value).get(0).size()).isEqualTo(1);
      table
          .table()
          .updateSchema()
          .addColumn("c", Types.StructType.of(NestedField.optional(9, "d", Types.LongType.get())))
          .addColumn("b", Types.StringType.get())
          .moveFirst("b")
          .commit();
      Record row = table.write(mapper, value).get(0);
      assertThat(row.getField("a")).isEqualTo(1L);
      assertThat(row.getField("b")).isEqualTo("x");
      assertThat(((Record) row.getField("c")).getField("d")).isEqualTo(2L);
      assertThat(table.rows()).hasSize(2);
    }
  }

  @Test
  void aMapperThatIsNotBoundBindsItselfToTheRow() {
    try (FormatTable table = new FormatTable(directory, columns("a", Types.LongType.get()));
        StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer = table.open(UNUSED)) {
      assertThat(writer.committed().isNone()).isTrue();
      RecordMapper<ConsumerRecord<byte[], byte[]>> json = KafkaFormats.json();
      List<Record> rows = table.writeAll(json::map, List.of(FormatTable.record("{\"a\":5}")));
      assertThat(rows.get(0).getField("a")).isEqualTo(5L);
    }
  }
}
