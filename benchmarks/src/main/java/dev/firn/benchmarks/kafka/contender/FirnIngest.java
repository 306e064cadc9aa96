package dev.firn.benchmarks.kafka.contender;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.kafka.KafkaIngest;
import dev.firn.kafka.KafkaOptions;
import dev.firn.kafka.format.KafkaFormats;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.rest.RESTCatalog;

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
    try (KafkaIngest ingest =
        KafkaIngest.open(catalog(task.catalog()), task.table(), KafkaFormats.json(), options)) {
      ingest.run();
    }
  }

  /** Open until the process is killed. */
  private static Catalog catalog(String where) {
    if (!where.startsWith("http:")) {
      return Firn.openEmbedded(Path.of(where));
    }
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize("firn", Map.of(CatalogProperties.URI, where));
    return catalog;
  }
}
