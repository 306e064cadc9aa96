package dev.firn.examples;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.kafka.KafkaIngest;
import dev.firn.kafka.KafkaOptions;
import dev.firn.kafka.format.KafkaColumns;
import dev.firn.kafka.format.KafkaFormats;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * From a topic into a table: a real broker in this process, the week of earthquakes as JSON, and
 * rows that are visible a second later. Run it twice: broker and table go on where they were, and
 * no earthquake is added.
 */
public final class KafkaToIceberg {

  private static final String QUAKES = "earthquakes";
  private static final String EVENTS = "synthetic-iot-events";

  private final DemoKafka kafka;
  private final Catalog catalog;
  private final PrintStream out;

  private KafkaToIceberg(DemoKafka kafka, Catalog catalog, PrintStream out) {
    this.kafka = kafka;
    this.catalog = catalog;
    this.out = out;
  }

  /** Takes {@code --events N} to add N synthetic events, in a topic and a table of their own. */
  public static void main(String[] args) throws Exception {
    run(Path.of("target/kafka-to-iceberg"), events(args), System.out);
  }

  /** How many synthetic events {@code args} ask for. */
  public static int events(String... args) {
    return args.length == 2 && args[0].equals("--events") ? Integer.parseInt(args[1]) : 0;
  }

  static void run(Path directory, int events, PrintStream out) throws Exception {
    try (JdbcCatalog catalog = Firn.openEmbedded(directory.resolve("tables"))) {
      run(directory.resolve("kafka"), catalog, events, out);
    }
  }

  /** The same with tables of any catalog, and the broker's data in {@code kafkaDirectory}. */
  public static void run(Path kafkaDirectory, Catalog catalog, int events, PrintStream out)
      throws Exception {
    try (DemoKafka kafka = DemoKafka.start(kafkaDirectory)) {
      out.printf("A broker of Kafka listens at %s.%n", kafka.address());
      KafkaToIceberg example = new KafkaToIceberg(kafka, catalog, out);
      example.ingest(QUAKES, Earthquakes.SCHEMA, () -> kafka.sendWeek(QUAKES));
      if (events > 0) {
        example.ingest(EVENTS, SyntheticEvents.SCHEMA, () -> kafka.sendEvents(EVENTS, events));
      }
    }
  }

  private void ingest(String topic, Schema value, Runnable sender) throws Exception {
    kafka.createTopicIfAbsent(topic);
    Table table =
        Firn.createTableIfAbsent(
            catalog, TableIdentifier.of("demo", topic), DemoKafka.withOrigin(value));
    out.printf("%nTopic %s, read into table %s%n", topic, table.name());
    long before = OffsetsSeen.in(table).rows();
    CompletableFuture<Void> sending = CompletableFuture.runAsync(sender);

    KafkaOptions options =
        KafkaOptions.builder(
                WriterOptions.builder(topic) // names the stream, and the consumer group
                    .commitPolicy(CommitPolicy.every(Duration.ofSeconds(1)))
                    .memoryLimitBytes(64 << 20)
                    .build())
            .topics(topic)
            .consumer(Map.of("bootstrap.servers", kafka.address()))
            .build();

    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper =
        KafkaColumns.none()
            .topic("kafka_topic")
            .partition("kafka_partition")
            .offset("kafka_offset")
            .with(KafkaFormats.json()); // fields go to the columns of their names

    try (KafkaIngest ingest = KafkaIngest.open(table, mapper, options)) {
      CompletableFuture<Void> ended = ingest.start().toCompletableFuture(); // its own thread
      show(ingest, () -> ended.isDone() || (sending.isDone() && isAllIn(topic, ingest)));
      ended.getNow(null); // throws why it has stopped, if it has
    } // commits what was read, and leaves the group
    sending.join();
    report(table, before, kafka.ends(topic));
  }

  private boolean isAllIn(String topic, KafkaIngest ingest) {
    return kafka.isAllIn(topic, ingest.status());
  }

  private void show(KafkaIngest ingest, BooleanSupplier done) {
    IngestLine line = new IngestLine(out);
    while (!done.getAsBoolean()) {
      line.show(ingest.status());
      DemoKafka.waitAMoment();
    }
    line.end(ingest.status());
  }

  private void report(Table table, long before, long[] ends) {
    OffsetsSeen seen = OffsetsSeen.in(table);
    out.printf("The table held %,d rows; this run added %,d.%n", before, seen.rows() - before);
    out.println("What a reader of it sees");
    out.printf("  snapshots   %,d%n", ReaderView.snapshots(table));
    out.printf("  data files  %,d%n", ReaderView.dataFiles(table));
    seen.print(ends, out);
  }
}
