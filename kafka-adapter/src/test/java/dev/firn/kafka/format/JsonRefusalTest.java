package dev.firn.kafka.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.StreamingTableWriter;
import dev.firn.api.error.RecordRejectedException;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonRefusalTest {

  @TempDir Path directory;

  @Test
  void valuesThatAColumnCannotHoldAreRefusedWithItsName() {
    Schema schema =
        JsonTest.columns(
            "flag", Types.BooleanType.get(),
            "i", Types.IntegerType.get(),
            "l", Types.LongType.get(),
            "f", Types.FloatType.get(),
            "price", Types.DecimalType.of(9, 2),
            "id", Types.UUIDType.get(),
            "day", Types.DateType.get(),
            "time", Types.TimeType.get(),
            "local", Types.TimestampType.withoutZone(),
            "at", Types.TimestampType.withZone(),
            "blob", Types.BinaryType.get(),
            "four", Types.FixedType.ofLength(4),
            "list", Types.ListType.ofOptional(100, Types.IntegerType.get()),
            "map", Types.MapType.ofOptional(101, 102, Types.StringType.get(), Types.LongType.get()),
            "struct", Types.StructType.of(NestedField.required(103, "x", Types.LongType.get())));
    List<String> fields =
        List.of(
            "flag:1",
            "flag:\"yes\"",
            "i:2147483648",
            "i:1.5",
            "i:\"x\"",
            "i:true",
            "i:{}",
            "l:9223372036854775808",
            "l:1e30",
            "l:1e-999999999",
            "l:\"\"",
            "f:1e39",
            "f:[]",
            "price:0.001",
            "price:12345678",
            "price:1e999999999",
            "id:\"1-1-1-1-1\"",
            "id:5",
            "day:\"2026-02-29\"",
            "day:1.5",
            "day:99999999999",
            "time:\"24:00\"",
            "time:86400000",
            "time:-1",
            "local:\"2026-03-29T14:05:09+02:00\"",
            "local:true",
            "at:\"yesterday\"",
            "at:9223372036854775807",
            "at:1e300",
            "at:1.5e-999999999",
            "blob:\"???\"",
            "blob:5",
            "four:\"AAE=\"",
            "list:{}",
            "list:5",
            "map:[]",
            "map:\"x\"",
            "struct:[]",
            "struct:\"x\"");
    try (FormatTable table = new FormatTable(directory, schema)) {
      List<RecordRejectedException> refusals =
          table.refusals(
              KafkaFormats.json(),
              fields.stream()
                  .map(field -> FormatTable.record("{\n \"" + field.replaceFirst(":", "\":") + "}"))
                  .toList());
      for (int i = 0; i < fields.size(); i++) {
        assertThat(refusals.get(i))
            .as(fields.get(i))
            .hasMessageContaining("line 2, column ")
            .hasMessageContaining("column '")
            .extracting(RecordRejectedException::field)
            .isEqualTo(fields.get(i).substring(0, fields.get(i).indexOf(':')));
      }
      assertThat(table.refusal(KafkaFormats.json(), "{\"list\":[1,\"x\"]}").field())
          .isEqualTo("list.element");
      assertThat(table.refusal(KafkaFormats.json(), "{\"struct\":{}}").field())
          .isEqualTo("struct.x");
      assertThat(table.refusal(KafkaFormats.json(), "{\"struct\":{\"x\":null}}").field())
          .isEqualTo("struct.x");
      assertThat(table.refusal(KafkaFormats.json(), "{\"map\":{\"a\":{}}}").field())
          .isEqualTo("map.value");
      assertThat(table.refusal(KafkaFormats.json(), "{\"map\":{\"a\":1,\"a\":2}}"))
          .hasMessageContaining("'a' twice");
    }
  }

  @Test
  void whatIsNoJsonObjectIsRefusedWithItsPlaceAndTheNextRecordIsTaken() {
    List<String> bad =
        List.of(
            "",
            "  ",
            "null",
            "[]",
            "5",
            "\"x\"",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,",
            "{\"a\":1,}",
            "{\"a\":01}",
            "{\"a\":1.}",
            "{\"a\":.5}",
            "{\"a\":+1}",
            "{\"a\":NaN}",
            "{\"a\":tru}",
            "{\"a\":'1'}",
            "{a:1}",
            "{\"s\":\"x}",
            "{\"s\":\"\\x\"}",
            "{\"s\":\"a\nb\"}",
            "{\"s\":\"\\u12\"}",
            "{\"a\":1}}",
            "{\"a\":1} {}",
            "{\"a\":1}x",
            "{\"a\":1]",
            "{\"x\":[1,}",
            "// c\n{\"a\":1}",
            "{\"a\":" + "1".repeat(1001) + "}",
            "{\"a\":1e9999999999}",
            "{\"x\":" + "[".repeat(501) + "]".repeat(501) + "}",
            "{\"x\":" + "[".repeat(1_000_000),
            "\u0000{}");
    Schema schema = JsonTest.columns("a", Types.DoubleType.get(), "s", Types.StringType.get());
    try (FormatTable table = new FormatTable(directory, schema);
        StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer =
            table.open(KafkaFormats.json())) {
      for (String value : bad) {
        assertThatThrownBy(() -> writer.append(FormatTable.record(value)))
            .as(value.substring(0, Math.min(50, value.length())))
            .isInstanceOf(RecordRejectedException.class)
            .hasMessageMatching("(?s).*(line \\d+, column \\d+|is empty).*")
            .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(600));
        writer.append(FormatTable.record("{\"a\":1,\"s\":\"x\"}"));
      }
      assertThatThrownBy(() -> writer.append(FormatTable.record((byte[]) null)))
          .isInstanceOf(RecordRejectedException.class)
          .hasMessageContaining("tombstone")
          .hasMessageContaining("KafkaFormats.keyed");
      writer.mark(1);
      writer.commit();
      assertThat(JsonTest.column("s", table.rows())).hasSize(bad.size()).containsOnly("x");
    }
  }
}
