package dev.firn.kafka;

import dev.firn.testkit.kafka.KafkaBroker;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One broker for all tests of a class; each test has topics and a directory of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OneBroker {

  @TempDir Path directory;

  KafkaBroker broker;

  /** The broker's. */
  Path data;

  @BeforeAll
  void startBroker(@TempDir Path data) {
    this.data = data;
    broker = KafkaBroker.start(data, brokerProperties());
  }

  /** What the broker of a class has beside what all have. */
  Map<String, String> brokerProperties() {
    return Map.of();
  }

  @AfterAll
  void stopBroker() {
    broker.close();
  }

  Pipeline pipeline(int partitions) {
    return new Pipeline(broker, directory, partitions);
  }

  /** As retention does it, at once. */
  final void deleteBefore(Pipeline pipeline, long offset) throws Exception {
    TopicPartition first = new TopicPartition(pipeline.topic, 0);
    try (Admin admin = broker.admin()) {
      admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(offset))).all().get();
    }
  }
}
