package dev.firn.benchmarks.kafka.contender;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.kafka.KafkaIngest;
import dev.firn.kafka.KafkaOptions;
import java.util.Map;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Firn's {@link KafkaIngest} with its defaults, but with a mapper of JSON made by hand: stands in
 * for Firn's own.
 */
public final class FirnStandIn {

  private FirnStandIn() {}

  /** Runs until it is killed; the arguments are those of a {@link Task}. */
  public static void main(String[] args) {
    Task task = Task.of(args);
    KafkaOptions options =
        KafkaOptions.builder(
                WriterOptions.builder(task.group())
                    .commitPolicy(CommitPolicy.every(task.interval()))
                    .build())
            .topics(task.topic())
            .consumer(Map.of("bootstrap.servers", task.broker()))
            .build();
    try (JdbcCatalog catalog = Firn.openEmbedded(task.catalog());
        KafkaIngest ingest = KafkaIngest.open(catalog, task.table(), new JsonRow(), options)) {
      ingest.run();
    }
  }
}
