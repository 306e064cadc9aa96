package dev.firn.benchmarks.kafka.contender;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.kafka.KafkaIngest;
import dev.firn.kafka.KafkaOptions;
import dev.firn.kafka.format.KafkaFormats;
import java.util.Map;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** Firn's {@link KafkaIngest} with its defaults. */
public final class FirnIngest {

  private FirnIngest() {}

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
        KafkaIngest ingest =
            KafkaIngest.open(catalog, task.table(), KafkaFormats.json(), options)) {
      ingest.run();
    }
  }
}
