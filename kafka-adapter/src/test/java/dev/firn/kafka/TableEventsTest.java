package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.TableGoneException;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What can happen to the table and its catalog, each with its outcome. */
class TableEventsTest extends OneBroker {

  @Test
  void aTableThatIsNotThereIsToldAtOnce() {
    try (Pipeline pipeline = pipeline(1)) {
      assertThatThrownBy(
              () ->
                  KafkaIngest.open(
                      pipeline.catalog,
                      TableIdentifier.of("db", "nothing"),
                      Pipeline.NUMBERS,
                      pipeline.options().build()))
          .isInstanceOf(TableGoneException.class)
          .hasMessageContaining("db.nothing");
    }
  }

  @Test
  void aTableThatIsDroppedStopsTheIngest() {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(50);
      try (KafkaIngest ingest = pipeline.open()) {
        CompletionStage<Void> ended = ingest.start();
        pipeline.assertExactly(50);
        pipeline.catalog.dropTable(pipeline.name, false);
        pipeline.produce(50);
        assertThat(Pipeline.failureOf(ended)).isInstanceOf(TableGoneException.class);
      }
    }
  }

  @Test
  void aTableThatIsReplacedStopsTheIngest() {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(50);
      try (KafkaIngest ingest = pipeline.open()) {
        CompletionStage<Void> ended = ingest.start();
        pipeline.assertExactly(50);
        pipeline
            .catalog
            .buildTable(pipeline.name, Pipeline.SCHEMA)
            .createOrReplaceTransaction()
            .commitTransaction();
        pipeline.produce(50);
        assertThat(Pipeline.failureOf(ended)).isInstanceOf(TableGoneException.class);
      }
      assertThat(pipeline.totalRecords()).isZero();
    }
  }

  @Test
  void aCatalogThatIsAwayIsWaitedFor() {
    catalogAway(Duration.ofSeconds(5));
  }

  @Test
  @Tag("slow")
  void aCatalogThatIsAwayForTwoMinutesIsWaitedFor() {
    catalogAway(Duration.ofMinutes(2));
  }

  private void catalogAway(Duration time) {
    try (Pipeline pipeline = pipeline(2)) {
      FaultPlan plan = FaultPlan.seeded(1);
      plan.rate(Fault.ERROR_NOT_APPLIED, 1).rate(Fault.LOAD_FAILS, 1).rate(Fault.REFRESH_FAILS, 1);
      plan.active(false);
      WriterOptions writing = pipeline.writing().commitTimeout(Duration.ofSeconds(2)).build();
      KafkaOptions options =
          KafkaOptions.builder(writing)
              .topics(pipeline.topic)
              .consumer(
                  Map.of("bootstrap.servers", broker.address(), "max.poll.interval.ms", "3000"))
              .build();
      pipeline.produce(100);
      try (KafkaIngest ingest =
          KafkaIngest.open(
              new FaultyCatalog(pipeline.catalog, plan),
              pipeline.name,
              Pipeline.NUMBERS,
              options)) {
        ingest.start();
        pipeline.assertExactly(100);
        plan.active(true);
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
          pipeline.produce(10);
          LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
          // In the group all the time, though it is polled every three seconds at the least.
          assertThat(ingest.status().partitions()).hasSize(2);
        }
        assertThat(ingest.status().trouble()).isPresent();
        plan.active(false);
        pipeline.assertExactly(pipeline.produced());
        Pipeline.until(() -> ingest.status().trouble().isEmpty(), ingest::status);
      }
    }
  }

  @Test
  void moreThanMemoryHoldsIsTakenBitByBit() {
    try (Pipeline pipeline = pipeline(2)) {
      WriterOptions writing =
          pipeline
              .writing()
              .memoryLimitBytes(WriterOptions.MIN_MEMORY_LIMIT_BYTES)
              .commitPolicy(CommitPolicy.every(Duration.ofMillis(500)))
              .build();
      KafkaOptions options =
          KafkaOptions.builder(writing)
              .topics(pipeline.topic)
              .consumer(Map.of("bootstrap.servers", broker.address()))
              .build();
      pipeline.produce(300_000);
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        Pipeline.until(
            () -> {
              assertThat(ingest.status().bytesBuffered())
                  .isLessThan(2 * WriterOptions.MIN_MEMORY_LIMIT_BYTES);
              return pipeline.totalRecords() >= 300_000;
            },
            ingest::status);
      }
      pipeline.assertNumbers(300_000);
    }
  }

  /** One at a time, when nothing else is in memory. */
  @Test
  void recordsThatAreLargerThanTheMemoryLimitAreTaken() {
    int limit = Math.toIntExact(WriterOptions.MIN_MEMORY_LIMIT_BYTES);
    Map<String, String> topicConfig = Map.of("max.message.bytes", Integer.toString(4 * limit));
    try (Pipeline pipeline = new Pipeline(broker, directory, 1, topicConfig)) {
      KafkaOptions options =
          KafkaOptions.builder(pipeline.writing().memoryLimitBytes(limit).build())
              .topics(pipeline.topic)
              .consumer(pipeline.options().build().consumer())
              .build();
      try (KafkaProducer<String, String> producer =
          new KafkaProducer<>(
              Map.of(
                  "bootstrap.servers", broker.address(),
                  "max.request.size", 4 * limit,
                  "buffer.memory", 16 * limit),
              new StringSerializer(),
              new StringSerializer())) {
        for (int i = 0; i < 3; i++) {
          producer.send(new ProducerRecord<>(pipeline.topic, i + "x".repeat(2 * limit)));
          producer.send(new ProducerRecord<>(pipeline.topic, i + "small"));
        }
      }
      try (KafkaIngest ingest =
          KafkaIngest.open(
              pipeline.table,
              (record, row) ->
                  row.setLong("number", record.offset())
                      .setLong("partition", record.value().length)
                      .setLong("offset", record.offset())
                      .setString("topic", new String(record.value(), StandardCharsets.UTF_8)),
              options)) {
        ingest.start();
        pipeline.assertExactly(6);
        Pipeline.untilNothingIsLeft(ingest);
      }
      assertThat(pipeline.rows())
          .filteredOn(row -> row.getField("partition").equals(2L * limit + 1))
          .hasSize(3);
    }
  }
}
