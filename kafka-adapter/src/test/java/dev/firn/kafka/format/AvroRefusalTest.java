package dev.firn.kafka.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RecordMapper;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvroRefusalTest {

  @TempDir Path directory;

  @Test
  void aSchemaThatContainsItselfIsReadAsDeepAsTheTableAndSkippedBelow() {
    Schema writer =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"Node\",\"fields\":["
                    + "{\"name\":\"v\",\"type\":\"long\"},"
                    + "{\"name\":\"next\",\"type\":[\"null\",\"Node\"]}]}");
    org.apache.iceberg.Schema table =
        AvroTest.columns(
            "v",
            Types.LongType.get(),
            "next",
            Types.StructType.of(NestedField.optional(109, "v", Types.LongType.get())));
    GenericRecord list = AvroTest.record(writer, 0L, null);
    for (long i = 1; i <= 5; i++) {
      list = AvroTest.record(writer, i, list);
    }
    byte[] deep = new byte[1 << 20];
    for (int i = 1; i < deep.length; i += 2) {
      deep[i] = 2; // one more node, for ever
    }
    try (FormatTable rows = new FormatTable(directory, table)) {
      Record row = rows.write(KafkaFormats.avro(writer), AvroTest.encoded(list)).get(0);
      assertThat(row.getField("v")).isEqualTo(5L);
      assertThat(((Record) row.getField("next")).getField("v")).isEqualTo(4L);
      assertThat(rows.refusal(KafkaFormats.avro(writer), FormatTable.record(deep)))
          .hasMessageContaining("nested more than 500 deep");
    }
  }

  @Test
  void whatAColumnCannotTakeIsRefusedOnlyWhenItComes() {
    Schema writer =
        AvroTest.schema(
            "\"a\":[\"null\",\"long\",\"string\",{\"type\":\"array\",\"items\":\"int\"}]",
            "\"b\":[\"null\",\"boolean\"]");
    org.apache.iceberg.Schema table =
        AvroTest.columns(
            "a",
            Types.IntegerType.get(),
            "b",
            Types.StructType.of(NestedField.optional(109, "x", Types.LongType.get())));
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper = KafkaFormats.avro(writer);
    try (FormatTable rows = new FormatTable(directory, table)) {
      List<Record> written =
          rows.write(
              mapper,
              AvroTest.encoded(AvroTest.record(writer, 5L, null)),
              AvroTest.encoded(AvroTest.record(writer, "7", null)),
              AvroTest.encoded(AvroTest.record(writer, null, null)));
      assertThat(written).extracting(row -> row.getField("a")).containsExactly(5, 7, null);
      List<RecordRejectedException> refusals =
          rows.refusals(
              mapper,
              List.of(
                  FormatTable.record(AvroTest.encoded(AvroTest.record(writer, List.of(1), null))),
                  FormatTable.record(AvroTest.encoded(AvroTest.record(writer, "x", null))),
                  FormatTable.record(AvroTest.encoded(AvroTest.record(writer, 1L << 40, null))),
                  FormatTable.record(AvroTest.encoded(AvroTest.record(writer, null, true)))));
      assertThat(refusals)
          .extracting(RecordRejectedException::field)
          .containsExactly("a", "a", "a", "b");
      assertThat(refusals.get(0)).hasMessageContaining("an Avro array");
      assertThat(refusals.get(3)).hasMessageContaining("column 'b' (struct)");
    }
  }

  @Test
  void bytesThatAreNotOfTheSchemaAreRefusedWithoutTakingMemory() {
    Schema writer =
        AvroTest.schema(
            "\"s\":\"string\"",
            "\"list\":{\"type\":\"array\",\"items\":\"null\"}",
            "\"e\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}",
            "\"u\":[\"null\",\"int\"]",
            "\"flag\":\"boolean\"");
    org.apache.iceberg.Schema table =
        AvroTest.columns(
            "s", Types.StringType.get(),
            "list", Types.ListType.ofOptional(109, Types.IntegerType.get()),
            "e", Types.StringType.get(),
            "u", Types.IntegerType.get(),
            "flag", Types.BooleanType.get());
    List<String> bad =
        List.of(
            "", // nothing
            "0461", // a string of two bytes, one there
            "ffffffff0f", // a string of gigabytes
            "01", // a negative length
            "ffffffffffffffffffffff", // a number without end
            "00feffffffffffffff7f", // a list of nulls without end
            "00ffffffffffffffffff01", // the lowest count there is
            "00" + "8010".repeat(3), // 1024 nulls, three times
            "000002", // an enum beyond its symbols
            "00000004", // a union beyond its branches
            "0000000002ffffffff7f", // an int that is a long
            "0000000002", // a boolean of two
            "000000000000", // something after the record
            "02ff00000000", // no UTF-8
            "00000000"); // no boolean
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper = KafkaFormats.avro(writer);
    try (FormatTable rows = new FormatTable(directory, table)) {
      List<RecordRejectedException> refusals =
          rows.refusals(
              mapper,
              bad.stream().map(hex -> FormatTable.record(HexFormat.of().parseHex(hex))).toList());
      for (int i = 0; i < bad.size(); i++) {
        assertThat(refusals.get(i))
            .as(bad.get(i))
            .hasMessageMatching(".*(no Avro of its writer's schema.* at byte \\d+|not UTF-8).*");
      }
      assertThat(rows.write(mapper, HexFormat.of().parseHex("0000000001"))).hasSize(1);
      assertThat(rows.refusal(mapper, FormatTable.record((byte[]) null)))
          .hasMessageContaining("tombstone");
      assertThat(
              rows.refusal(
                  KafkaFormats.avro(Schema.create(Schema.Type.STRING)),
                  FormatTable.record(new byte[] {2, 'x'})))
          .hasMessageContaining("an Avro string that holds no record");
    }
  }

  @Test
  void damagedBytesAreNeverMoreThanARefusal() {
    Schema writer =
        AvroTest.schema(
            "\"unknown\":{\"type\":\"array\",\"items\":" + AvroTest.LINE + "}",
            "\"lines\":{\"type\":\"array\",\"items\":[\"null\",\"Line\"]}",
            "\"tags\":{\"type\":\"map\",\"values\":\"string\"}");
    Schema line = writer.getField("unknown").schema().getElementType();
    GenericRecord one = AvroTest.record(line, Map.of("a", 1.5), "sku-1", 1);
    byte[] sound =
        AvroTest.encoded(
            AvroTest.record(
                writer, List.of(one, one), List.of(one, one), Map.of("k", "v", "l", "w")));
    org.apache.iceberg.Schema table =
        AvroTest.columns(
            "lines",
            Types.ListType.ofOptional(
                101,
                Types.StructType.of(
                    NestedField.optional(102, "qty", Types.LongType.get()),
                    NestedField.optional(103, "sku", Types.StringType.get()))),
            "tags",
            Types.MapType.ofOptional(105, 106, Types.StringType.get(), Types.StringType.get()));
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (FormatTable rows = new FormatTable(directory, table);
        var stream = rows.open(KafkaFormats.avro(writer))) {
      int taken = 0;
      for (int i = 0; i < 10_000; i++) {
        byte[] damaged = Arrays.copyOf(sound, sound.length - random.nextInt(2));
        for (int k = random.nextInt(4); k > 0; k--) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        try {
          stream.append(FormatTable.record(damaged));
          taken++;
        } catch (RecordRejectedException e) {
          assertThat(e.getCause()).as("seed %s", seed).isNull();
        }
      }
      stream.mark(1);
      stream.commit();
      assertThat(rows.rows()).as("seed %s", seed).hasSize(taken);
    }
  }
}
