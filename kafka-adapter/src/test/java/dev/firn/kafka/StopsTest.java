package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.Ownership;
import dev.firn.api.StreamingTableWriter;
import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** What an ingest stops for, beside what topics and tables do. */
class StopsTest extends OneBroker {

  @Test
  void aTableThatIsInTroubleForTooLong() {
    try (Pipeline pipeline = pipeline(1)) {
      FaultPlan plan = FaultPlan.seeded(1);
      plan.rate(Fault.ERROR_NOT_APPLIED, 1).rate(Fault.LOAD_FAILS, 1).rate(Fault.REFRESH_FAILS, 1);
      plan.active(false);
      KafkaOptions options =
          KafkaOptions.builder(pipeline.writing().commitTimeout(Duration.ofMillis(500)).build())
              .topics(pipeline.topic)
              .consumer(Map.of("bootstrap.servers", broker.address()))
              .patience(Duration.ofSeconds(2))
              .build();
      pipeline.produce(10);
      try (KafkaIngest ingest =
          KafkaIngest.open(
              new FaultyCatalog(pipeline.catalog, plan),
              pipeline.name,
              Pipeline.NUMBERS,
              options)) {
        CompletionStage<Void> ended = ingest.start();
        pipeline.assertExactly(10);
        plan.active(true);
        pipeline.produce(10);
        assertThat(Pipeline.kindOf(ended)).isEqualTo(Kind.GAVE_UP);
      }
      plan.active(false);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(20);
      }
    }
  }

  @Test
  void anotherMemberWithTheSameName() {
    try (Pipeline pipeline = pipeline(1)) {
      KafkaOptions options = pipeline.options(Map.of("group.instance.id", "one")).build();
      pipeline.produce(10);
      try (KafkaIngest first = pipeline.open(options)) {
        CompletionStage<Void> ended = first.start();
        pipeline.assertExactly(10);
        try (KafkaIngest second = pipeline.open(options)) {
          second.start();
          assertThat(Pipeline.kindOf(ended)).isEqualTo(Kind.REFUSED);
          pipeline.produce(10);
          pipeline.assertExactly(20);
        }
      }
    }
  }

  /** Neither finds a token when it is opened; who commits first owns the stream. */
  @Test
  void theLaterOfTwoPipelinesThatBeginTogetherUnderOneStream() {
    try (Pipeline pipeline = pipeline(2);
        KafkaIngest one = pipeline.open(pipeline.options(Map.of("group.id", "one")).build());
        KafkaIngest two = pipeline.open(pipeline.options(Map.of("group.id", "two")).build())) {
      List<CompletableFuture<Void>> ends =
          List.of(one.start().toCompletableFuture(), two.start().toCompletableFuture());
      Pipeline.until(
          () -> {
            pipeline.produce(10);
            return ends.stream().anyMatch(CompletableFuture::isDone);
          },
          one::status);
      CompletableFuture<Void> later = ends.get(0).isDone() ? ends.get(0) : ends.get(1);
      assertThat(Pipeline.kindOf(later)).isEqualTo(Kind.OTHER_GROUP);
      pipeline.assertExactly(pipeline.produced());
      assertThat(ends).filteredOn(CompletableFuture::isDone).hasSize(1);
    }
  }

  @Test
  void aTopicThatEndsBeforeTheTablesPosition() throws Exception {
    try (Pipeline pipeline = pipeline(1);
        Admin admin = broker.admin()) {
      pipeline.produce(10);
      Uuid id =
          admin
              .describeTopics(List.of(pipeline.topic))
              .allTopicNames()
              .get()
              .get(pipeline.topic)
              .topicId();
      String source =
          KafkaTokens.source(new TopicIdPartition(id, new TopicPartition(pipeline.topic, 0)));
      try (StreamingTableWriter<ConsumerRecord<byte[], byte[]>> ahead =
          Firn.openWriter(
              pipeline.table,
              Pipeline.NUMBERS,
              pipeline
                  .writing()
                  .ownership(Ownership.PER_SOURCE)
                  .commitPolicy(CommitPolicy.manual())
                  .build())) {
        ahead.claim(List.of(source), 0);
        ahead.mark(source, 50);
        ahead.commit();
      }
      try (KafkaIngest ingest = pipeline.open()) {
        assertThat(Pipeline.kindOf(ingest.start())).isEqualTo(Kind.TOPIC_BEHIND_TABLE);
      }
    }
  }

  /** As when memory or a class is missing; nothing may wait for a thread that has died of it. */
  @Test
  void anErrorOfTheMapperStopsAllConsumersAndIsTold() {
    try (Pipeline pipeline = pipeline(4)) {
      KafkaOptions options = pipeline.options().consumers(2).build();
      AtomicBoolean broken = new AtomicBoolean();
      pipeline.produce(100);
      try (KafkaIngest ingest =
          KafkaIngest.open(
              pipeline.catalog,
              pipeline.name,
              () ->
                  (record, row) -> {
                    row.setLong("number", -1); // a row that was begun is undone
                    if (broken.get()) {
                      throw new NoClassDefFoundError("decoder");
                    }
                    Pipeline.NUMBERS.map(record, row);
                  },
              options)) {
        CompletionStage<Void> ended = ingest.start();
        pipeline.assertExactly(100);
        broken.set(true);
        pipeline.produce(100);
        assertThat(Pipeline.failureOf(ended))
            .isInstanceOf(NoClassDefFoundError.class)
            .hasMessage("decoder");
        assertThat(ingest.status().state()).isEqualTo(KafkaStatus.State.FAILED);
      }
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(200);
      }
    }
  }

  @Test
  void anErrorOfTheMapperEndsAnIngestThatIsPolled() {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(10);
      KafkaIngest ingest =
          KafkaIngest.open(
              pipeline.table,
              (record, row) -> {
                if (record.offset() == 5) {
                  throw new NoClassDefFoundError("decoder");
                }
                Pipeline.NUMBERS.map(record, row);
              },
              pipeline.options().build());
      assertThatThrownBy(
              () ->
                  Pipeline.until(
                      () -> {
                        ingest.poll(Duration.ofMillis(20));
                        return false;
                      },
                      ingest::status))
          .isInstanceOf(NoClassDefFoundError.class);
      assertThat(ingest.status().state()).isEqualTo(KafkaStatus.State.FAILED);
      pipeline.assertNumbers(5);
    }
  }
}
