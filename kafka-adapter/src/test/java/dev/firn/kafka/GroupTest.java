package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.api.CommitPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
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

  /** Rows of the kept partitions come in with the very poll that has given up the writer. */
  @ParameterizedTest
  @EnumSource(
      value = Protocol.class,
      names = {"COOPERATIVE", "CONSUMER"})
  void aHandOverThatFailsDoublesNothing(Protocol protocol) throws Exception {
    try (Pipeline pipeline = pipeline(4)) {
      KafkaOptions options =
          KafkaOptions.builder(
                  pipeline
                      .writing()
                      .commitPolicy(CommitPolicy.every(Duration.ofMillis(1500)))
                      .build())
              .topics(pipeline.topic)
              .consumer(pipeline.options(protocol.properties).build().consumer())
              .revokeTimeout(Duration.ZERO)
              .build();
      AtomicBoolean enough = new AtomicBoolean();
      Thread producing =
          new Thread(
              () -> {
                while (!enough.get()) {
                  pipeline.produce(8);
                }
              });
      try (KafkaIngest first = pipeline.open(options)) {
        first.start();
        producing.start();
        Pipeline.until(() -> pipeline.totalRecords() > 500, first::status);
        try (KafkaIngest second = pipeline.open(options)) {
          second.start();
          awaitShare(second, 2);
          long rows = pipeline.totalRecords();
          Pipeline.until(() -> pipeline.totalRecords() > rows + 500, second::status);
          enough.set(true);
          producing.join();
          pipeline.assertExactly(pipeline.produced());
        }
      } finally {
        enough.set(true);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void consumersOfOneProcessCommitTogether(Protocol protocol) {
    try (Pipeline pipeline = pipeline(8)) {
      KafkaOptions options = pipeline.options(protocol.properties).consumers(8).build();
      pipeline.produce(1000);
      try (KafkaIngest ingest =
          KafkaIngest.open(pipeline.catalog, pipeline.name, () -> Pipeline.NUMBERS, options)) {
        ingest.start();
        awaitShare(ingest, 8);
        while (ingest.status().commits() < 10) {
          pipeline.produce(200);
          LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        pipeline.assertExactly(pipeline.produced());
        Pipeline.until(() -> ingest.status().lag() == 0, ingest::status);
        // Ten commits and more, and no attempt in vain.
        assertThat(ingest.status().commitRetries()).isZero();
        assertThat(ingest.status().reopenings()).isZero();
      }
    }
  }

  @Test
  void aStaticMemberComesBackWithoutARebalance() {
    try (Pipeline pipeline = pipeline(2);
        KafkaIngest other = pipeline.open(member(pipeline, "two"))) {
      other.start();
      pipeline.produce(100);
      try (KafkaIngest ingest = pipeline.open(member(pipeline, "one"))) {
        ingest.start();
        awaitShare(ingest, 1);
        awaitShare(other, 1);
        pipeline.assertExactly(100);
      }
      pipeline.produce(100);
      try (KafkaIngest ingest = pipeline.open(member(pipeline, "one"))) {
        ingest.start();
        Pipeline.until(
            () -> {
              // The other one gets nothing of what is not read for a moment.
              assertThat(other.status().partitions())
                  .singleElement()
                  .satisfies(partition -> assertThat(partition.claimed()).isTrue());
              return pipeline.totalRecords() >= 200;
            },
            ingest::status);
        pipeline.assertExactly(200);
      }
    }
  }

  private static KafkaOptions member(Pipeline pipeline, String name) {
    return pipeline.options(Map.of("group.instance.id", name)).build();
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
