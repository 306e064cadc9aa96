package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.kafka.KafkaOptions.WhenRecordsAreGone;
import dev.firn.kafka.KafkaOptions.WhenTopicIsRecreated;
import dev.firn.testkit.kafka.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can happen to topics and brokers, each with its outcome. */
class TopicEventsTest extends OneBroker {

  private void recreate(Pipeline pipeline, int partitions) throws Exception {
    try (Admin admin = broker.admin()) {
      admin.deleteTopics(List.of(pipeline.topic)).all().get();
      Pipeline.until(() -> !names(admin).contains(pipeline.topic), "the topic is deleted");
    }
    broker.createTopic(pipeline.topic, partitions, Map.of());
  }

  private static java.util.Set<String> names(Admin admin) {
    try {
      return admin.listTopics().names().get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aTopicThatIsMadeAnewStopsTheNextStart() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(50);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(50);
      }
      recreate(pipeline, 1);
      pipeline.produce(80);
      try (KafkaIngest ingest = pipeline.open()) {
        assertThat(Pipeline.kindOf(ingest.start())).isEqualTo(Kind.TOPIC_RECREATED);
      }
      assertThat(pipeline.totalRecords()).isEqualTo(50);
    }
  }

  @Test
  void aTopicThatIsMadeAnewUnderARunningIngestIsNoticedAndNothingIsMixed() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(50);
      try (KafkaIngest ingest = pipeline.open()) {
        CompletionStage<Void> ended = ingest.start();
        pipeline.assertExactly(50);
        recreate(pipeline, 1);
        pipeline.produce(80); // offsets 0 to 79: the old position is in their midst
        assertThat(Pipeline.kindOf(ended)).isEqualTo(Kind.TOPIC_RECREATED);
      }
      pipeline.assertNumbers(50);
    }
  }

  @Test
  void aTopicThatIsMadeAnewIsReadFromItsBeginningIfTheOptionsSaySo() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(50);
      KafkaOptions options =
          pipeline.options().whenTopicIsRecreated(WhenTopicIsRecreated.READ_NEW).build();
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        pipeline.assertExactly(50);
        recreate(pipeline, 1);
        pipeline.produce(80);
        Pipeline.until(() -> pipeline.totalRecords() >= 130, "130 rows");
      }
      assertThat(pipeline.rows()).extracting(row -> row.getField("number")).doesNotHaveDuplicates();
    }
  }

  @Test
  void newPartitionsAreReadFromTheirBeginning() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(40);
      KafkaOptions options = pipeline.options(Map.of("auto.offset.reset", "latest")).build();
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        Pipeline.until(
            () -> !ingest.status().committed().isNone(), "the beginning is in the table");
        pipeline.produce(10);
        Pipeline.until(() -> pipeline.totalRecords() >= 10, "10 rows");
        try (Admin admin = broker.admin()) {
          admin.createPartitions(Map.of(pipeline.topic, NewPartitions.increaseTo(3))).all().get();
        }
        pipeline.send(2, "1000"); // before the ingest knows of the partition
        pipeline.send(1, "1001");
        Pipeline.until(() -> ingest.status().partitions().size() == 3, ingest::status);
        Pipeline.untilNothingIsLeft(ingest);
      }
      assertThat(pipeline.rows())
          .hasSize(12)
          .extracting(row -> row.getField("number"))
          .doesNotHaveDuplicates()
          .contains(40L, 49L, 1000L, 1001L);
    }
  }

  @Test
  void retentionThatOvertookTheTokenStopsTheStart() throws Exception {
    try (Pipeline pipeline = gone()) {
      try (KafkaIngest ingest = pipeline.open()) {
        assertThat(Pipeline.kindOf(ingest.start())).isEqualTo(Kind.RECORDS_GONE);
      }
      pipeline.assertNumbers(50);
    }
  }

  @Test
  void aGapThatRetentionMadeIsSkippedAndCountedIfTheOptionsSaySo() throws Exception {
    try (Pipeline pipeline = gone()) {
      KafkaOptions options = pipeline.options().whenRecordsAreGone(WhenRecordsAreGone.SKIP).build();
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        Pipeline.until(() -> pipeline.totalRecords() >= 80, "80 rows");
        assertThat(ingest.status().recordsSkipped()).isEqualTo(20);
      }
      assertThat(pipeline.rows()).extracting(row -> row.getField("number")).doesNotHaveDuplicates();
    }
  }

  /** 50 records in the table, 50 more in the topic, of which the first 20 are deleted. */
  private Pipeline gone() throws Exception {
    Pipeline pipeline = pipeline(1);
    pipeline.produce(50);
    try (KafkaIngest ingest = pipeline.open()) {
      ingest.start();
      pipeline.assertExactly(50);
    }
    pipeline.produce(50);
    deleteBefore(pipeline, 70);
    return pipeline;
  }

  @Test
  void retentionThatOvertakesARunningIngestStopsIt() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(50);
      KafkaOptions fewAtATime =
          pipeline
              .options(Map.of("max.partition.fetch.bytes", "100", "max.poll.records", "1"))
              .build();
      try (KafkaIngest ingest = pipeline.open(fewAtATime)) {
        Pipeline.until(
            () -> {
              ingest.poll(Duration.ofMillis(50));
              return pipeline.totalRecords() >= 50;
            },
            "50 rows");
        for (int i = 0; i < 50; i++) {
          pipeline.produce(1); // a batch each, so that a fetch takes but a few
        }
        deleteBefore(pipeline, 95);
        assertThatThrownBy(
                () ->
                    Pipeline.until(
                        () -> {
                          ingest.poll(Duration.ofMillis(50));
                          return false;
                        },
                        "the gap is noticed"))
            .isInstanceOfSatisfying(
                KafkaIngestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RECORDS_GONE));
      }
    }
  }

  @Test
  void aTokenOfAnotherClusterIsRefused(@TempDir Path elsewhere) throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(50);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(50);
      }
      try (KafkaBroker other = KafkaBroker.start(elsewhere)) {
        other.createTopic(pipeline.topic, 1, Map.of());
        KafkaOptions options =
            pipeline.options(Map.of("bootstrap.servers", other.address())).build();
        assertThatThrownBy(() -> pipeline.open(options))
            .isInstanceOfSatisfying(
                KafkaIngestException.class,
                e -> assertThat(e.kind()).isEqualTo(Kind.OTHER_CLUSTER));
      }
    }
  }

  @Test
  void anotherPipelineWithTheSameStreamIsRefusedUnlessItTakesOver() {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(50);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(50);
        Map<String, String> other = Map.of("group.id", "another");
        assertThatThrownBy(() -> pipeline.open(pipeline.options(other).build()))
            .isInstanceOfSatisfying(
                KafkaIngestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.OTHER_GROUP))
            .hasMessageContaining("takeOverFrom(\"" + pipeline.topic + "\")");
        ingest.close();

        pipeline.produce(30);
        KafkaOptions takingOver = pipeline.options(other).takeOverFrom(pipeline.topic).build();
        try (KafkaIngest next = pipeline.open(takingOver)) {
          next.start();
          pipeline.assertExactly(80);
        }
      }
    }
  }

  @Test
  void partitionsWithoutATokenBeginWhereAutoOffsetResetSays() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(50);
      try (KafkaIngest ingest =
          pipeline.open(pipeline.options(Map.of("auto.offset.reset", "none")).build())) {
        assertThat(Pipeline.kindOf(ingest.start())).isEqualTo(Kind.NO_POSITION);
      }
      KafkaOptions latest = pipeline.options(Map.of("auto.offset.reset", "latest")).build();
      try (KafkaIngest ingest = pipeline.open(latest)) {
        ingest.start();
        Pipeline.until(
            () -> !ingest.status().committed().isNone(), "the beginning is in the table");
      }
      pipeline.produce(30); // while nobody reads: the beginning must have been kept
      try (KafkaIngest ingest = pipeline.open(latest)) {
        ingest.start();
        Pipeline.until(() -> pipeline.totalRecords() >= 30, "30 rows");
        assertThat(pipeline.totalRecords()).isEqualTo(30);
      }
    }
  }

  @Test
  void theBeginningOfAnEmptyTopicIsKept() {
    try (Pipeline pipeline = pipeline(1)) {
      KafkaOptions latest = pipeline.options(Map.of("auto.offset.reset", "latest")).build();
      try (KafkaIngest ingest = pipeline.open(latest)) {
        ingest.start();
        Pipeline.until(() -> !ingest.status().committed().isNone(), ingest::status);
      }
      pipeline.produce(30); // while nobody reads
      try (KafkaIngest ingest = pipeline.open(latest)) {
        ingest.start();
        pipeline.assertExactly(30);
      }
    }
  }

  @Test
  void aPatternTakesTopicsThatComeLater() {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(20);
      KafkaOptions options =
          pipeline.options().topics(Pattern.compile(pipeline.topic + ".*")).build();
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        pipeline.assertExactly(20);
        broker.createTopic(pipeline.topic + "-more", 1, Map.of());
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
          producer.send(new ProducerRecord<>(pipeline.topic + "-more", "20"));
        }
        pipeline.assertExactly(21);
      }
    }
  }

  @Test
  void onlyWhatWasCommittedInATransactionIsRead() {
    try (Pipeline pipeline = pipeline(1);
        KafkaProducer<String, String> producer =
            producer(Map.of("transactional.id", pipeline.topic))) {
      producer.initTransactions();
      for (int round = 0; round < 6; round++) {
        producer.beginTransaction();
        for (int i = 0; i < 10; i++) {
          long number = round % 2 == 0 ? round / 2 * 10 + i : -1;
          producer.send(new ProducerRecord<>(pipeline.topic, Long.toString(number)));
        }
        if (round % 2 == 0) {
          producer.commitTransaction();
        } else {
          producer.flush(); // else they are never sent
          producer.abortTransaction();
        }
      }
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(30);
        // The position passes the aborted records at the end, so nothing is left to read.
        Pipeline.until(() -> ingest.status().lag() == 0, "no lag");
        Pipeline.until(
            () -> ingest.status().partitions().get(0).committed() == 66, ingest::status); // 6 marks
      }
    }
  }

  private KafkaProducer<String, String> producer(Map<String, Object> properties) {
    Map<String, Object> all = new HashMap<>(properties);
    all.put("bootstrap.servers", broker.address());
    return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
  }

  @Test
  void aBrokerThatIsAwayForAWhileCostsNothing() {
    brokerAway(Duration.ofSeconds(3));
  }

  @Test
  @Tag("slow")
  void aBrokerThatIsAwayForTwoMinutesCostsNothing() {
    brokerAway(Duration.ofMinutes(2));
  }

  private void brokerAway(Duration time) {
    try (Pipeline pipeline = pipeline(2)) {
      pipeline.produce(100);
      try (KafkaIngest ingest = pipeline.open()) {
        CompletionStage<Void> ended = ingest.start();
        pipeline.assertExactly(100);
        broker.stop();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
          assertThat(ended.toCompletableFuture()).isNotDone();
          LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        broker.restart();
        pipeline.produce(100);
        pipeline.assertExactly(200);
        Pipeline.untilNothingIsLeft(ingest);
        assertThat(ingest.status().partitions()).hasSize(2); // in the group again
        assertThat(ended.toCompletableFuture()).isNotDone();
      }
      pipeline.assertNumbers(200);
    }
  }
}
