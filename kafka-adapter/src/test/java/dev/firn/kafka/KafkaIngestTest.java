package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testkit.kafka.KafkaBroker;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaIngestTest {

  @TempDir static Path brokerDirectory;
  @TempDir Path directory;

  private static KafkaBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = KafkaBroker.start(brokerDirectory);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void recordsBecomeRows() throws Exception {
    try (Pipeline pipeline = new Pipeline(broker, directory, 3)) {
      pipeline.produce(1000);
      KafkaIngest ingest = pipeline.open();
      CompletionStage<Void> ended = ingest.start();

      pipeline.assertExactly(1000);
      pipeline.produce(500);
      pipeline.assertExactly(1500);

      ingest.close();
      ended.toCompletableFuture().get();
      assertThat(ingest.status().state()).isEqualTo(KafkaStatus.State.CLOSED);
    }
  }

  @Test
  void aRestartResumesFromTheTable() {
    try (Pipeline pipeline = new Pipeline(broker, directory, 3)) {
      pipeline.produce(700);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(700);
      }
      pipeline.produce(300);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(1000);
      }
    }
  }
}
