package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several ingests in one group: rebalances, crashes and those that wake up too late. */
class GroupTest extends OneBroker {

  /** How a group comes to its assignment. */
  enum Protocol {
    EAGER(Map.of("partition.assignment.strategy", RangeAssignor.class.getName())),
    COOPERATIVE(Map.of("partition.assignment.strategy", CooperativeStickyAssignor.class.getName())),
    CONSUMER(Map.of("group.protocol", "consumer"));

    private final Map<String, String> properties;

    Protocol(Map<String, String> properties) {
      this.properties = properties;
    }

    Map<String, String> and(String name, String value) {
      Map<String, String> all = new HashMap<>(properties);
      all.put(name, value);
      return all;
    }
  }

  private static void awaitShare(KafkaIngest ingest, int partitions) {
    Pipeline.until(
        () ->
            ingest.status().partitions().stream().filter(KafkaStatus.Partition::claimed).count()
                == partitions,
        ingest::status);
  }

  @ParameterizedTest
  @EnumSource
  void instancesComeAndGo(Protocol protocol) {
    try (Pipeline pipeline = pipeline(4)) {
      KafkaOptions options = pipeline.options(protocol.properties).build();
      pipeline.produce(500);
      List<KafkaIngest> instances = new ArrayList<>();
      try {
        for (int n = 0; n < 3; n++) {
          KafkaIngest next = pipeline.open(options);
          instances.add(next);
          next.start();
          pipeline.produce(500);
          Pipeline.until(() -> !next.status().partitions().isEmpty(), next::status);
        }
        pipeline.produce(500);
        pipeline.assertExactly(pipeline.produced());

        instances.remove(0).close();
        instances.remove(0).close();
        pipeline.produce(500);
        pipeline.assertExactly(pipeline.produced());
        awaitShare(instances.get(0), 4);
      } finally {
        instances.forEach(KafkaIngest::close);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneThatWasAwayTooLongCommitsNothingAndComesBack(Protocol protocol) {
    try (Pipeline pipeline = pipeline(2)) {
      KafkaOptions options = pipeline.options(protocol.and("max.poll.interval.ms", "2000")).build();
      pipeline.produce(200);
      try (KafkaIngest sleeper = pipeline.open(options)) {
        Pipeline.until(
            () -> {
              sleeper.poll(Duration.ofMillis(20));
              return sleeper.status().recordsRead() >= 200;
            },
            sleeper::status);
        // From here on nobody polls it: the group takes its partitions away.
        try (KafkaIngest other = pipeline.open(options)) {
          other.start();
          awaitShare(other, 2);
          pipeline.produce(200);
          pipeline.assertExactly(400);

          Pipeline.until(
              () -> {
                sleeper.poll(Duration.ofMillis(20));
                return sleeper.status().partitions().stream()
                    .anyMatch(KafkaStatus.Partition::claimed);
              },
              sleeper::status);
        }
        pipeline.produce(100);
        Pipeline.until(
            () -> {
              sleeper.poll(Duration.ofMillis(20));
              return pipeline.totalRecords() >= 500;
            },
            sleeper::status);
      }
      pipeline.assertNumbers(500);
    }
  }

  @Test
  void aStaticMemberComesBackWithoutARebalance() {
    try (Pipeline pipeline = pipeline(2)) {
      KafkaOptions options = pipeline.options(Map.of("group.instance.id", "one")).build();
      pipeline.produce(100);
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        pipeline.assertExactly(100);
      }
      pipeline.produce(100);
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        pipeline.assertExactly(200);
      }
    }
  }

  @Test
  void kafkaIsToldHowFarTheTableHasCome() throws Exception {
    try (Pipeline pipeline = pipeline(1);
        Admin admin = broker.admin()) {
      pipeline.produce(100);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(100);
      }
      Map<TopicPartition, OffsetAndMetadata> told =
          admin.listConsumerGroupOffsets(pipeline.topic).partitionsToOffsetAndMetadata().get();
      assertThat(told.get(new TopicPartition(pipeline.topic, 0)).offset()).isEqualTo(100);
    }
  }

  @Test
  void offsetsThatKafkaHasAreNotBelieved() throws Exception {
    try (Pipeline pipeline = pipeline(1);
        Admin admin = broker.admin()) {
      pipeline.produce(100);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(100);
      }
      TopicPartition first = new TopicPartition(pipeline.topic, 0);
      admin
          .alterConsumerGroupOffsets(pipeline.topic, Map.of(first, new OffsetAndMetadata(20)))
          .all()
          .get();
      pipeline.produce(50);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(150);
      }
    }
  }

  /** A group that Kafka forgot counts its generations from one again; the table has higher ones. */
  @Test
  void aGroupThatKafkaForgotGoesOn() throws Exception {
    try (Pipeline pipeline = pipeline(1);
        Admin admin = broker.admin()) {
      for (int start = 1; start <= 3; start++) {
        pipeline.produce(10);
        try (KafkaIngest ingest = pipeline.open()) {
          ingest.start();
          pipeline.assertExactly(10 * start);
        }
      }
      Pipeline.until(
          () -> {
            try {
              admin.deleteConsumerGroups(List.of(pipeline.topic)).all().get();
              return true;
            } catch (Exception e) {
              return false;
            }
          },
          "the group is forgotten");
      for (int start = 4; start <= 5; start++) {
        pipeline.produce(10);
        try (KafkaIngest ingest = pipeline.open()) {
          ingest.start();
          pipeline.assertExactly(10 * start);
        }
      }
    }
  }
}
