package dev.firn.examples;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.kafka.KafkaIngest;
import dev.firn.kafka.KafkaOptions;
import dev.firn.kafka.format.KafkaFormats;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * From a topic of changes into a table of states: a real broker in this process, earthquakes by
 * their id as JSON, and tombstones for those that are retracted. Run it twice: broker and table go
 * on where they were, and nothing changes.
 */
public final class KafkaUpserts {

  private static final String TOPIC = "earthquake-changes";

  private KafkaUpserts() {}

  /** Takes no arguments; all it has is in {@code target/kafka-upserts}. */
  public static void main(String[] args) throws Exception {
    run(Path.of("target/kafka-upserts"), System.out);
  }

  static void run(Path directory, PrintStream out) throws Exception {
    try (JdbcCatalog catalog = Firn.openEmbedded(directory.resolve("tables"));
        DemoKafka kafka = DemoKafka.start(directory.resolve("kafka"))) {
      out.printf("A broker of Kafka listens at %s.%n", kafka.address());
      kafka.createTopicIfAbsent(TOPIC);
      Table table =
          Firn.createTableIfAbsent(
              catalog,
              TableIdentifier.of("demo", "earthquake_states"),
              QuakeChanges.SCHEMA,
              QuakeChanges.BY_DAY,
              SortOrder.unsorted(),
              Map.of("format-version", "3")); // for deletion vectors
      UpsertLog log = new UpsertLog();
      ingest(kafka, table, log, out);
      log.report(table, out);
    }
  }

  private static void ingest(DemoKafka kafka, Table table, UpsertLog log, PrintStream out) {
    KafkaOptions options =
        KafkaOptions.builder(
                WriterOptions.builder(TOPIC)
                    .upsertBy("id") // a tombstone deletes
                    .commitPolicy(CommitPolicy.every(Duration.ofSeconds(1)))
                    .listener(log)
                    .build())
            .topics(TOPIC)
            .consumer(Map.of("bootstrap.servers", kafka.address()))
            .build();

    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper =
        KafkaFormats.keyed(KafkaFormats.strings("id"), KafkaFormats.json());

    CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> kafka.sendChanges(TOPIC));
    try (KafkaIngest ingest = KafkaIngest.open(table, mapper, options)) {
      CompletableFuture<Void> ended = ingest.start().toCompletableFuture();
      IngestLine line = new IngestLine(out);
      while (!ended.isDone() && !(sending.isDone() && kafka.isAllIn(TOPIC, ingest.status()))) {
        line.show(ingest.status());
        DemoKafka.waitAMoment();
      }
      line.end(ingest.status());
      ended.getNow(null); // throws why it has stopped, if it has
    }
    sending.join();
  }
}
