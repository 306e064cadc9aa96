package dev.firn.examples;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.kafka.KafkaIngest;
import dev.firn.kafka.KafkaOptions;
import dev.firn.kafka.KafkaStatus.Partition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One process of the group of {@link KafkaConsumerGroup}; signs its rows with its name. */
final class GroupMember {

  static final TableIdentifier NAME = TableIdentifier.of("demo", "events");
  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "written_by", Types.StringType.get()),
          Types.NestedField.required(2, "kafka_partition", Types.IntegerType.get()),
          Types.NestedField.required(3, "kafka_offset", Types.LongType.get()),
          Types.NestedField.required(4, "event", Types.StringType.get()));

  private GroupMember() {}

  /** Takes a name, the directory of the tables, a broker and a topic. Says what it reads. */
  public static void main(String[] args) {
    String name = args[0];
    RecordMapper<ConsumerRecord<byte[], byte[]>> mapper =
        (record, row) ->
            row.setString("written_by", name)
                .setInt("kafka_partition", record.partition())
                .setLong("kafka_offset", record.offset())
                .setString("event", new String(record.value(), StandardCharsets.UTF_8));

    // Every member has the same stream id, and so the same group: that is all there is to it.
    KafkaOptions options =
        KafkaOptions.builder(
                WriterOptions.builder("events")
                    .commitPolicy(CommitPolicy.every(Duration.ofSeconds(1)))
                    .build())
            .topics(args[3])
            .consumer(
                Map.of(
                    "bootstrap.servers", args[2],
                    "session.timeout.ms", 6_000, // how soon a dead member is noticed; Kafka's 45 s
                    "heartbeat.interval.ms", 500)) // would make a long example
            .build();

    try (JdbcCatalog catalog = Firn.openEmbedded(Path.of(args[1]))) {
      KafkaIngest ingest = KafkaIngest.open(catalog, NAME, mapper, options);
      Runtime.getRuntime().addShutdownHook(new Thread(ingest::close)); // commits, says goodbye
      CompletableFuture<Void> ended = ingest.start().toCompletableFuture();
      List<Integer> told = List.of();
      while (!ended.isDone()) {
        List<Integer> reads =
            ingest.status().partitions().stream()
                .filter(Partition::claimed)
                .map(Partition::partition)
                .toList();
        if (!reads.equals(told)) {
          System.out.println(name + " reads partitions " + reads);
          told = reads;
        }
        DemoKafka.waitAMoment();
      }
      ended.join();
    }
  }
}
