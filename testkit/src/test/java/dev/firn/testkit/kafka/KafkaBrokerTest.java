package dev.firn.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerTest {

  @TempDir Path directory;

  @Test
  void recordsOutliveARestart() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start(directory)) {
      broker.createTopic("numbers", 2, Map.of());
      Map<String, Object> client = Map.of("bootstrap.servers", broker.address());
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
        producer
            .send(new ProducerRecord<>("numbers", 1, null, "7".getBytes(StandardCharsets.UTF_8)))
            .get();
      }

      broker.stop();
      broker.restart();

      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        TopicPartition second = new TopicPartition("numbers", 1);
        consumer.assign(List.of(second));
        consumer.seekToBeginning(List.of(second));
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(20));
        assertThat(records.records(second))
            .singleElement()
            .satisfies(record -> assertThat(record.value()).asString().isEqualTo("7"));
      }
    }
  }

  @Test
  void anotherBrokerOnTheSameDirectoryHasTheTopicsOfTheFirst() throws Exception {
    String cluster;
    try (KafkaBroker broker = KafkaBroker.start(directory);
        Admin admin = broker.admin()) {
      broker.createTopic("numbers", 2, Map.of());
      cluster = admin.describeCluster().clusterId().get();
    }
    try (KafkaBroker broker = KafkaBroker.start(directory);
        Admin admin = broker.admin()) {
      assertThat(admin.listTopics().names().get()).contains("numbers");
      assertThat(admin.describeCluster().clusterId().get()).isEqualTo(cluster);
    }
  }
}
