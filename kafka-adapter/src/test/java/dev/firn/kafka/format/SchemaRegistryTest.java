package dev.firn.kafka.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.StreamingTableWriter;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RecordMapper;
import dev.firn.kafka.format.registry.SchemaRegistryUnavailableException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaRegistryTest {

  private static final org.apache.iceberg.Schema TABLE =
      new org.apache.iceberg.Schema(
          NestedField.optional(1, "id", Types.LongType.get()),
          NestedField.optional(2, "name", Types.StringType.get()));

  private static final Schema FIRST = AvroTest.schema("\"id\":\"int\"");
  private static final Schema SECOND =
      AvroTest.schema("\"extra\":\"double\"", "\"name\":\"string\"", "\"id\":\"long\"");

  @TempDir Path directory;

  private static byte[] first(int schemaId, int id) {
    return FakeRegistry.framed(schemaId, AvroTest.encoded(AvroTest.record(FIRST, id)));
  }

  @Test
  void valuesOfSchemasThatAlternateAreReadAndEachSchemaIsFetchedOnce() {
    try (FakeRegistry registry = new FakeRegistry();
        FormatTable table = new FormatTable(directory, TABLE)) {
      registry.put(7, FIRST.toString());
      registry.put(1 << 24, SECOND.toString());
      SchemaRegistry client = registry.client();
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        records.add(FormatTable.record(first(7, i)));
        byte[] second = AvroTest.encoded(AvroTest.record(SECOND, 0.5, "n" + i, 100L + i));
        records.add(FormatTable.record(FakeRegistry.framed(1 << 24, second)));
      }
      List<Record> rows = table.writeAll(KafkaFormats.avro(client), records);
      for (int i = 0; i < 10; i++) {
        assertThat(rows.get(2 * i).getField("id")).isEqualTo((long) i);
        assertThat(rows.get(2 * i).getField("name")).isNull();
        assertThat(rows.get(2 * i + 1).getField("id")).isEqualTo(100L + i);
        assertThat(rows.get(2 * i + 1).getField("name")).isEqualTo("n" + i);
      }
      table.writeAll(KafkaFormats.avro(client), records.subList(0, 4));
      assertThat(registry.asked()).containsExactly("/schemas/ids/7", "/schemas/ids/16777216");
    }
  }

  @Test
  void aSchemaIsReadOnAfterTheTableHasGotItsColumn() {
    try (FakeRegistry registry = new FakeRegistry();
        FormatTable table =
            new FormatTable(
                directory,
                new org.apache.iceberg.Schema(
                    NestedField.optional(1, "id", Types.LongType.get())))) {
      registry.put(1, SECOND.toString());
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper = KafkaFormats.avro(registry.client());
      byte[] value =
          FakeRegistry.framed(1, AvroTest.encoded(AvroTest.record(SECOND, 0.5, "now", 5L)));
      assertThat(table.write(mapper, value).get(0).size()).isEqualTo(1);
      table.table().updateSchema().addColumn("name", Types.StringType.get()).commit();
      assertThat(table.write(mapper, value).get(0).getField("name")).isEqualTo("now");
      assertThat(registry.asked()).hasSize(1);
    }
  }

  @Test
  void namesOfOtherSubjectsAreLookedUp() {
    String inner =
        "{\"type\":\"record\",\"name\":\"Inner\",\"namespace\":\"a\","
            + "\"fields\":[{\"name\":\"name\",\"type\":\"string\"}]}";
    String middle =
        "{\"type\":\"record\",\"name\":\"Middle\",\"namespace\":\"a\","
            + "\"fields\":[{\"name\":\"inner\",\"type\":\"a.Inner\"}]}";
    String outer =
        "{\"type\":\"record\",\"name\":\"Outer\",\"fields\":["
            + "{\"name\":\"skip\",\"type\":\"a.Middle\"},{\"name\":\"skip2\",\"type\":\"a.Inner\"},"
            + "{\"name\":\"id\",\"type\":\"long\"}]}";
    String toInner = "{\"name\":\"a.Inner\",\"subject\":\"in ner/1\",\"version\":3}";
    String toMiddle = "{\"name\":\"a.Middle\",\"subject\":\"middle\",\"version\":1}";
    try (FakeRegistry registry = new FakeRegistry();
        FormatTable table = new FormatTable(directory, TABLE)) {
      registry.put(
          "/schemas/ids/1",
          "{\"schemaType\":\"AVRO\",\"references\":["
              + toMiddle
              + ","
              + toInner
              + "],\"schema\":"
              + FakeRegistry.quoted(outer)
              + ",\"maxId\":9}");
      registry.put(
          "/subjects/middle/versions/1",
          "{\"subject\":\"middle\",\"id\":5,\"schema\":"
              + FakeRegistry.quoted(middle)
              + ",\"references\":["
              + toInner
              + "]}");
      registry.put(
          "/subjects/in%20ner%2F1/versions/3", "{\"schema\":" + FakeRegistry.quoted(inner) + "}");
      byte[] body = {2, 'x', 2, 'y', 84};
      Record row =
          table.write(KafkaFormats.avro(registry.client()), FakeRegistry.framed(1, body)).get(0);
      assertThat(row.getField("id")).isEqualTo(42L);
      registry.put(
          "/schemas/ids/2",
          "{\"schema\":"
              + FakeRegistry.quoted(outer)
              + ",\"references\":["
              + toMiddle.replace("middle", "gone")
              + "]}");
      assertThat(
              table.refusal(
                  KafkaFormats.avro(registry.client()),
                  FormatTable.record(FakeRegistry.framed(2, body))))
          .hasMessageContaining("version 1 of gone, which is not there");
    }
  }

  @Test
  void anIdThatIsNotThereOrIsNoAvroRejectsTheRecordAndIsNotAskedForAgainAtOnce() {
    try (FakeRegistry registry = new FakeRegistry();
        FormatTable table = new FormatTable(directory, TABLE)) {
      registry.put("/schemas/ids/2", "{\"schema\":\"syntax\",\"schemaType\":\"PROTOBUF\"}");
      registry.put(3, "{\"type\":\"recor\"}");
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper = KafkaFormats.avro(registry.client());
      List<RecordRejectedException> refusals =
          table.refusals(
              mapper,
              List.of(
                  FormatTable.record(first(1, 0)),
                  FormatTable.record(first(1, 0)),
                  FormatTable.record(first(2, 0)),
                  FormatTable.record(first(3, 0)),
                  FormatTable.record(new byte[] {0, 0, 0, 1}),
                  FormatTable.record("{\"id\":1}")));
      assertThat(refusals.get(0)).hasMessageContaining("no schema of the id 1");
      assertThat(refusals.get(2)).hasMessageContaining("no Avro but PROTOBUF");
      assertThat(refusals.get(3)).hasMessageContaining("cannot be used");
      assertThat(refusals.get(5)).hasMessageContaining("does not start with a zero");
      assertThat(registry.asked())
          .containsExactly("/schemas/ids/1", "/schemas/ids/2", "/schemas/ids/3");
      assertThat(table.refusal(mapper, FormatTable.record((byte[]) null)))
          .hasMessageContaining("tombstone");
    }
  }

  @Test
  void aRegistryThatDoesNotAnswerIsToBeTriedAgainAndNotTheRecordsFault() {
    try (FakeRegistry registry = new FakeRegistry();
        FormatTable table = new FormatTable(directory, TABLE);
        StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer =
            table.open(KafkaFormats.avro(registry.client()))) {
      registry.put(1, FIRST.toString());
      ConsumerRecord<byte[], byte[]> record = FormatTable.record(first(1, 5));
      for (int status : new int[] {500, 503, 429, 302, 400, 401, 403}) {
        registry.answerWith(status);
        assertThatThrownBy(() -> writer.append(record))
            .isInstanceOf(RecordRejectedException.class)
            .cause()
            .isInstanceOf(RetriableException.class)
            .isInstanceOf(SchemaRegistryUnavailableException.class)
            .hasMessageContaining("status " + status)
            .hasMessageContaining("/schemas/ids/1");
      }
      registry.answerWith(200);
      registry.put("/schemas/ids/1", "<html>");
      assertThatThrownBy(() -> writer.append(record))
          .cause()
          .isInstanceOf(RetriableException.class);
      registry.put(1, FIRST.toString());
      writer.append(record);
      writer.mark(1);
      writer.commit();
      assertThat(table.rows()).hasSize(1);
    }
  }

  @Test
  void noConnectionAnAnswerWithoutEndAndOneThatIsTooLongAreToBeTriedAgain() {
    URI gone;
    try (FakeRegistry closed = new FakeRegistry()) {
      gone = closed.url();
    }
    assertThatThrownBy(() -> SchemaRegistry.builder(gone).build().writerSchema(1))
        .isInstanceOf(RetriableException.class)
        .hasMessageContaining("cannot be asked");
    try (FakeRegistry registry = new FakeRegistry()) {
      registry.put(1, FIRST.toString());
      assertThatThrownBy(
              () ->
                  SchemaRegistry.builder(registry.url()).maxAnswerBytes(20).build().writerSchema(1))
          .isInstanceOf(RetriableException.class)
          .hasMessageContaining("longer than 20 bytes");
      registry.stopInTheMiddleOfAnswers();
      assertThatThrownBy(
              () ->
                  SchemaRegistry.builder(registry.url())
                      .timeout(Duration.ofMillis(200))
                      .build()
                      .writerSchema(1))
          .isInstanceOf(RetriableException.class)
          .hasMessageContaining("did not answer within PT0.2S");
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> registry.client().writerSchema(1))
          .isInstanceOf(RetriableException.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void whoAsksIsSaidToTheRegistryAndToNobodyElse() {
    try (FakeRegistry registry = new FakeRegistry()) {
      registry.put(1, FIRST.toString());
      registry.want("Basic dXNlcjpwYXNzd29yZA==");
      SchemaRegistry basic =
          SchemaRegistry.builder(registry.url()).basicAuth("user", "password").build();
      assertThat(basic.writerSchema(1)).isEqualTo(FIRST);
      registry.want("Bearer t0ken");
      SchemaRegistry bearer = SchemaRegistry.builder(registry.url()).bearerToken("t0ken").build();
      assertThat(bearer.writerSchema(1)).isEqualTo(FIRST);
      assertThatThrownBy(
              () ->
                  SchemaRegistry.builder(registry.url())
                      .basicAuth("user", "password")
                      .build()
                      .writerSchema(1))
          .isInstanceOf(RetriableException.class)
          .hasMessageContaining("refuses the credentials")
          .satisfies(e -> assertThat(e.toString()).doesNotContain("password", "dXNl", "secret"));
      assertThat(basic + "" + bearer)
          .doesNotContain("password", "dXNl", "t0ken")
          .contains("127.0.0.1");
    }
  }

  @Test
  void whatIsNoRegistryIsRefusedWithoutShowingIt() {
    for (String url :
        List.of(
            "ftp://h/",
            "http:/x",
            "http://user:hidden@h/",
            "http://h/?k=hidden",
            "h",
            "http://h/#hidden")) {
      assertThatThrownBy(() -> SchemaRegistry.builder(URI.create(url)))
          .as(url)
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden"));
    }
    SchemaRegistry.Builder builder = SchemaRegistry.builder(URI.create("https://h"));
    assertThatThrownBy(() -> builder.timeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.maxAnswerBytes(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.basicAuth("a:b", "hidden"))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden"));
    assertThatThrownBy(() -> builder.bearerToken("two\nlines"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
