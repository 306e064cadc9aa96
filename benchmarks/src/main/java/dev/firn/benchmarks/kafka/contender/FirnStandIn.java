package dev.firn.benchmarks.kafka.contender;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Firn and a consumer, put together by hand: stands in for {@code KafkaIngest}. One thread polls,
 * parses and appends; positions are marked after every poll; the writer's own threads encode and
 * commit. Neither rebalances nor restarts are cared for.
 */
public final class FirnStandIn {

  private static final Duration POLL = Duration.ofMillis(100);

  private FirnStandIn() {}

  /** Runs until it is killed; the arguments are those of a {@link Task}. */
  public static void main(String[] args) {
    Task task = Task.of(args);
    WriterOptions options =
        WriterOptions.builder(task.group())
            .commitPolicy(CommitPolicy.every(task.interval()))
            .build();
    try (JdbcCatalog catalog = Firn.openEmbedded(task.catalog())) {
      Table table = catalog.loadTable(task.table());
      try (KafkaConsumer<byte[], byte[]> consumer =
              new KafkaConsumer<>(
                  task.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
          StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer =
              Firn.openWriter(table, new JsonRow(), options)) {
        consumer.subscribe(List.of(task.topic()));
        while (!Thread.currentThread().isInterrupted()) {
          append(consumer.poll(POLL), writer);
        }
      }
    }
  }

  private static void append(
      ConsumerRecords<byte[], byte[]> polled,
      StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer) {
    Map<String, Position> positions = new HashMap<>();
    for (TopicPartition partition : polled.partitions()) {
      long last = -1;
      for (ConsumerRecord<byte[], byte[]> event : polled.records(partition)) {
        writer.append(event);
        last = event.offset();
      }
      positions.put(partition.toString(), Position.of(last + 1));
    }
    if (!positions.isEmpty()) {
      writer.mark(CommitToken.of(positions));
    }
  }
}
