package dev.firn.kafka.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read without the parser, against the parser: one row or one refusal, always the same. */
class FlatObjectsTest {

  private static final int ROUNDS = 20_000;

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "n", Types.LongType.get()),
          Types.NestedField.optional(2, "real_number", Types.DoubleType.get()),
          Types.NestedField.optional(3, "text", Types.StringType.get()),
          Types.NestedField.optional(4, "flag", Types.BooleanType.get()),
          Types.NestedField.optional(5, "received_at", Types.TimestampType.withZone()),
          Types.NestedField.optional(6, "int", Types.IntegerType.get()),
          Types.NestedField.optional(7, "caf\u00e9", Types.StringType.get()),
          Types.NestedField.optional(
              8, "list", Types.ListType.ofOptional(9, Types.StringType.get())));

  private static final String[] NAMES = {
    "n", "real_number", "text", "flag", "received_at", "int", "caf\u00e9", "stranger"
  };

  private static final String[] NUMBERS = {
    "0",
    "-0",
    "-1",
    "01",
    "-01",
    "1.",
    ".5",
    "-",
    "+1",
    "1e5",
    "1E+2",
    "1e",
    "2.50",
    "1e999999999",
    "1e9999999999",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "NaN",
    "0.1",
    "1_0",
    "0x1",
    "1e-3",
    "12.000"
  };

  private static final String[] TEXTS = {
    "",
    "a",
    "a longer text",
    "\u00e9",
    "\u20ac and more",
    "a\\nb",
    "\\u0041",
    "tab\t",
    "12",
    "1.5",
    "true",
    "2026-03-29T14:05:09.123Z",
    "2026-03-29 14:05:09+02:00",
    "\ud83d\ude00"
  };

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @TempDir Path directory;

  private String draw(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String drawValue() {
    return switch (random.nextInt(8)) {
      case 0 -> draw("true", "false", "null", "nul", "True");
      case 1 -> draw(NUMBERS);
      case 2, 3 -> Long.toString(random.nextInt(1_000));
      case 4 -> Double.toString(random.nextInt(1_000) / 100.0);
      case 5 -> draw("{\"a\":[1,2]}", "[]", "{}");
      default -> '"' + draw(TEXTS) + '"';
    };
  }

  /** What fits the column, most of the time. */
  private String drawValueOf(String name) {
    if (random.nextInt(12) == 0) {
      return drawValue();
    }
    return switch (name) {
      case "n", "int" -> Integer.toString(random.nextInt(100_000) - 50_000);
      case "real_number" -> Double.toString(random.nextInt(100_000) / 1_000.0);
      case "flag" -> draw("true", "false");
      case "received_at" -> "\"2026-03-29T14:05:09." + random.nextInt(1_000) + "Z\"";
      case "stranger" -> drawValue();
      default -> '"' + draw(TEXTS) + '"';
    };
  }

  private byte[] drawObject() {
    StringBuilder text = new StringBuilder();
    String colon = draw(":", ":", ": ", " : ");
    String comma = draw(",", ",", ", ", ",\n");
    int inOrder = random.nextInt(4);
    for (int i = 0; i < NAMES.length; i++) {
      if (random.nextInt(5) > 0) {
        String name = NAMES[inOrder > 0 ? i : random.nextInt(NAMES.length)];
        text.append(text.length() == 0 ? "" : comma);
        text.append('"').append(name).append('"').append(colon).append(drawValueOf(name));
      }
    }
    byte[] body = ("{" + text + "}").getBytes(StandardCharsets.UTF_8);
    return random.nextInt(8) == 0 ? damaged(body) : body;
  }

  private byte[] damaged(byte[] body) {
    int at = random.nextInt(body.length);
    if (random.nextBoolean()) {
      body[at] = (byte) random.nextInt(256);
      return body;
    }
    return Arrays.copyOf(body, at);
  }

  /** Always the parser: no flat object begins with a blank. */
  private static byte[] forTheParser(byte[] body) {
    byte[] copy = new byte[body.length + 1];
    copy[0] = ' ';
    System.arraycopy(body, 0, copy, 1, body.length);
    return copy;
  }

  /** As {@link JsonRecords} has it, and counts. */
  private static final class FlatFirst implements RecordMapper<ConsumerRecord<byte[], byte[]>> {
    private final JsonRules rules = new JsonRules(1_000, false);
    private final JsonRecords parser = new JsonRecords(rules);
    private final JsonFields fields = new JsonFields("", SCHEMA, rules);
    private FlatObjects flat = new FlatObjects(fields);
    private int taken;

    @Override
    public void map(ConsumerRecord<byte[], byte[]> record, RowAppender row) {
      if (flat.read(record.value(), row)) {
        taken++;
      } else {
        flat = new FlatObjects(fields); // never tired of trying
        parser.map(record, row);
      }
    }
  }

  private static String append(
      StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer, byte[] body) {
    try {
      writer.append(new ConsumerRecord<>("t", 0, 0, new byte[0], body));
      return "taken";
    } catch (RecordRejectedException e) {
      return e.field() + ": " + e.reason().replaceAll("column \\d+", "").replaceAll("\\[.*", "");
    }
  }

  private static List<Record> rows(Table table) throws IOException {
    table.refresh();
    List<Record> rows = new ArrayList<>();
    try (CloseableIterable<Record> all = IcebergGenerics.read(table).build()) {
      all.forEach(rows::add);
    }
    return rows;
  }

  private static StreamingTableWriter<ConsumerRecord<byte[], byte[]>> open(
      Table table, RecordMapper<ConsumerRecord<byte[], byte[]>> mapper) {
    return Firn.openWriter(
        table, mapper, WriterOptions.builder("flat").commitPolicy(CommitPolicy.manual()).build());
  }

  @Test
  void everyObjectBecomesWhatTheParserMakesOfIt() throws IOException {
    FlatFirst flatFirst = new FlatFirst();
    int refused = 0;
    try (JdbcCatalog catalog = Firn.openEmbedded(directory, Map.of("firn.local.sync", "false"))) {
      Table flat = Firn.createTableIfAbsent(catalog, TableIdentifier.of("db", "flat"), SCHEMA);
      Table parsed = Firn.createTableIfAbsent(catalog, TableIdentifier.of("db", "parsed"), SCHEMA);
      try (StreamingTableWriter<ConsumerRecord<byte[], byte[]>> one = open(flat, flatFirst);
          StreamingTableWriter<ConsumerRecord<byte[], byte[]>> other =
              open(parsed, new JsonRecords(new JsonRules(1_000, false)))) {
        for (int i = 0; i < ROUNDS; i++) {
          byte[] body = drawObject();
          String expected = append(other, forTheParser(body.clone()));
          assertThat(append(one, body.clone()))
              .as("%s, seed %s", new String(body, StandardCharsets.UTF_8), seed)
              .isEqualTo(expected);
          refused += expected.equals("taken") ? 0 : 1;
        }
        one.mark(ROUNDS);
        one.commit();
        other.mark(ROUNDS);
        other.commit();
      }
      assertThat(rows(flat)).as("seed %s", seed).isEqualTo(rows(parsed));
    }
    assertThat(flatFirst.taken).as("seed %s", seed).isBetween(ROUNDS / 10, ROUNDS);
    assertThat(refused).as("seed %s", seed).isBetween(ROUNDS / 10, 9 * ROUNDS / 10);
  }

  @Test
  void usualEventsAreFlat() throws IOException {
    FlatFirst mapper = new FlatFirst();
    try (JdbcCatalog catalog = Firn.openEmbedded(directory, Map.of("firn.local.sync", "false"))) {
      Table table = Firn.createTableIfAbsent(catalog, TableIdentifier.of("db", "usual"), SCHEMA);
      try (StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer = open(table, mapper)) {
        String[] usual = {
          "{\"n\":1,\"text\":\"a\"}",
          "{\"n\": 1, \"text\": \"b\", \"stranger\": \"c\"}",
          "{\"text\":\"\u00e9\",\"n\":-5}",
          "{\"real_number\":1e-3,\"flag\":true,\"int\":null}",
          "{\"stranger\":12.5,\"caf\u00e9\":\"closed\",\"n\":7}"
        };
        for (String event : usual) {
          append(writer, event.getBytes(StandardCharsets.UTF_8)); // names are seen
        }
        int before = mapper.taken;
        for (String event : usual) {
          append(writer, event.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(mapper.taken - before).isEqualTo(usual.length);
        writer.mark(10);
        writer.commit();
      }
      assertThat(rows(table)).hasSize(10);
    }
  }
}
