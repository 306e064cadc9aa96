package dev.firn.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.kafka.BadRecordTable;
import dev.firn.kafka.BadRecords;
import dev.firn.kafka.KafkaIngest;
import dev.firn.kafka.KafkaIngestException;
import dev.firn.kafka.KafkaOptions;
import dev.firn.kafka.KafkaStatus;
import dev.firn.kafka.format.JsonOptions;
import dev.firn.kafka.format.KafkaColumns;
import dev.firn.kafka.format.KafkaFormats;
import dev.firn.kafka.format.SchemaRegistry;
import dev.firn.testkit.kafka.KafkaBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The code of the how-to "from Kafka to Iceberg", run. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KafkaHowToTest {

  private static final TableIdentifier NAME = TableIdentifier.of("demo", "words");
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "number", Types.IntegerType.get()),
          Types.NestedField.required(2, "word", Types.StringType.get()),
          Types.NestedField.optional(3, "said_at", Types.TimestampType.withZone()),
          Types.NestedField.optional(4, "sent_at", Types.TimestampType.withZone()),
          Types.NestedField.optional(5, "kafka_key", Types.StringType.get()),
          Types.NestedField.optional(6, "kafka_offset", Types.LongType.get()),
          Types.NestedField.optional(
              7,
              "headers",
              Types.MapType.ofOptional(8, 9, Types.StringType.get(), Types.StringType.get())));

  @TempDir static Path brokerDirectory;
  @TempDir Path directory;

  private static KafkaBroker broker;
  private final String topic = "words-" + UUID.randomUUID();
  private JdbcCatalog catalog;
  private Table table;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void startBroker() {
    broker = KafkaBroker.start(brokerDirectory);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void makeTableAndTopic() {
    catalog = Firn.openEmbedded(directory);
    table = Firn.createTableIfAbsent(catalog, NAME, SCHEMA);
    broker.createTopic(topic, 1, Map.of());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void close() throws Exception {
    producer.close();
    catalog.close();
  }

  private void send(byte[] key, byte[] value) throws ExecutionException, InterruptedException {
    producer.send(new ProducerRecord<>(topic, key, value)).get();
  }

  private void sendJson(String json) throws ExecutionException, InterruptedException {
    send(null, json.getBytes(StandardCharsets.UTF_8));
  }

  private KafkaOptions options() {
    return KafkaOptions.builder(writing()).topics(topic).consumer(consumer()).build();
  }

  private WriterOptions writing() {
    return WriterOptions.builder(topic)
        .commitPolicy(CommitPolicy.every(Duration.ofMillis(200)))
        .build();
  }

  private static Map<String, Object> consumer() {
    return Map.of("bootstrap.servers", broker.address());
  }

  /** Reads on a thread of its own until there are {@code rows} rows. */
  private void ingest(
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper, KafkaOptions options, int rows) {
    try (KafkaIngest ingest = KafkaIngest.open(catalog, NAME, mapper, options)) {
      CompletableFuture<Void> ended = ingest.start().toCompletableFuture();
      until(() -> ended.isDone() || ReaderView.rows(table).size() >= rows);
    }
    assertThat(ReaderView.rows(table)).hasSize(rows);
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) { // the class has a timeout
      DemoKafka.waitAMoment();
    }
  }

  @Test
  void aProcessReadsUntilItIsStopped() throws Exception {
    sendJson("{\"number\": 1, \"word\": \"snow\"}");
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper = KafkaFormats.json();
    KafkaOptions options = options();
    Thread process =
        new Thread(
            () -> {
              KafkaIngest ingest = KafkaIngest.open(catalog, NAME, mapper, options);
              Runtime.getRuntime().addShutdownHook(new Thread(ingest::close)); // commits the rest
              ingest.run(); // until it is closed, or throws why it had to stop
            });
    process.start();
    until(() -> !process.isAlive() || ReaderView.rows(table).size() == 1);
    process.interrupt(); // closes it as well
    process.join();
    assertThat(ReaderView.rows(table)).hasSize(1);
  }

  @Test
  void anApplicationHasALoopOfItsOwn() throws Exception {
    sendJson("{\"number\": 1, \"word\": \"snow\"}");
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper = KafkaFormats.json();
    KafkaOptions options = options();
    try (KafkaIngest ingest = KafkaIngest.open(catalog, NAME, mapper, options)) {
      while (isWanted()) {
        ingest.poll(Duration.ofMillis(100)); // never waits for the table
      }
    }
    assertThat(ReaderView.rows(table)).hasSize(1);
  }

  private boolean isWanted() {
    return ReaderView.rows(table).isEmpty();
  }

  @Test
  void aStatusSaysWhetherSomebodyShouldLook() throws Exception {
    sendJson("{\"number\": 1, \"word\": \"snow\"}");
    List<String> alarms = new ArrayList<>();
    KafkaStatus seen;
    try (KafkaIngest ingest = KafkaIngest.open(catalog, NAME, KafkaFormats.json(), options())) {
      CompletableFuture<Void> ended = ingest.start().toCompletableFuture();
      until(() -> ended.isDone() || ReaderView.rows(table).size() == 1);
      until(() -> ingest.status().rowsCommitted() == 1);

      KafkaStatus status = ingest.status(); // no I/O; any thread
      if (status.lagMillis() > 60_000 || status.trouble().isPresent()) {
        alarms.add(status.toString());
      }
      seen = status;
    }
    assertThat(alarms).isEmpty();
    assertThat(seen.state()).isEqualTo(KafkaStatus.State.RUNNING);
    assertThat(seen.recordsRead()).isEqualTo(1);
  }

  @Test
  void jsonMayHaveRulesAndRecordsHaveMoreThanAValue() throws Exception {
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper =
        KafkaColumns.none()
            .timestamp("sent_at")
            .key("kafka_key")
            .offset("kafka_offset")
            .headers("headers")
            .with(
                KafkaFormats.json(
                    JsonOptions.defaults().epochUnit(ChronoUnit.SECONDS).rejectUnknownFields()));

    send(
        "k".getBytes(StandardCharsets.UTF_8),
        "{\"number\": 1, \"word\": \"snow\", \"said_at\": 1774793109}"
            .getBytes(StandardCharsets.UTF_8));
    ingest(mapper, options(), 1);
    assertThat(ReaderView.rows(table).get(0).getField("said_at"))
        .hasToString("2026-03-29T14:05:09Z");
    assertThat(ReaderView.rows(table).get(0).getField("kafka_key")).isEqualTo("k");
  }

  @Test
  void avroComesWithARegistry() throws Exception {
    org.apache.avro.Schema avro =
        SchemaBuilder.record("Word")
            .fields()
            .requiredInt("number")
            .requiredString("word")
            .endRecord();
    GenericRecord word = new GenericData.Record(avro);
    word.put("number", 1);
    word.put("word", "snow");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(ByteBuffer.allocate(5).put((byte) 0).putInt(7).array()); // Confluent's header
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(avro).write(word, encoder);
    encoder.flush();
    send(null, bytes.toByteArray());

    HttpServer server = registryOf(avro);
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    String password = "secret";
    SchemaRegistry registry =
        SchemaRegistry.builder(URI.create(url)).basicAuth("ingest", password).build();
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper = KafkaFormats.avro(registry);
    ingest(mapper, options(), 1);
    server.stop(0);
  }

  private static HttpServer registryOf(org.apache.avro.Schema schema) throws IOException {
    String quoted = schema.toString().replace("\"", "\\\"");
    byte[] answer = ("{\"schema\": \"" + quoted + "\"}").getBytes(StandardCharsets.UTF_8);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/schemas/ids/7",
        exchange -> {
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void anyDeserializerOfKafkaWillDo() throws Exception {
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper =
        KafkaFormats.deserialized(
            new IntegerDeserializer(),
            new StringDeserializer(),
            (record, row) -> row.setInt("number", record.key()).setString("word", record.value()));

    send(ByteBuffer.allocate(4).putInt(1).array(), "snow".getBytes(StandardCharsets.UTF_8));
    ingest(mapper, options(), 1);
  }

  @Test
  void badRecordsGoToATable() throws Exception {
    sendJson("{\"number\": \"many\", \"word\": \"snow\"}");
    sendJson("{\"number\": 2, \"word\": \"ice\"}");
    Table bad =
        Firn.createTableIfAbsent(
            catalog, TableIdentifier.of("demo", "bad_words"), BadRecordTable.SCHEMA);
    KafkaOptions options =
        KafkaOptions.builder(writing())
            .topics(topic)
            .consumer(consumer())
            .badRecords(BadRecords.toTable(bad)) // or toTopic("words-dead")
            .build();
    ingest(KafkaFormats.json(), options, 1);
    assertThat(ReaderView.rows(bad))
        .singleElement()
        .satisfies(row -> assertThat(row.getField("field")).isEqualTo("number"));
  }

  @Test
  void withoutAPlaceForThemABadRecordStopsTheIngest() throws Exception {
    sendJson("no JSON");
    try (KafkaIngest ingest = KafkaIngest.open(table, KafkaFormats.json(), options())) {
      assertThatThrownBy(ingest::run)
          .isInstanceOfSatisfying(
              KafkaIngestException.class,
              e -> assertThat(e.kind()).isEqualTo(KafkaIngestException.Kind.BAD_RECORD));
    }
  }
}
