package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import dev.firn.kafka.KafkaIngestException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

/** Records that cannot be decoded, or not now. */
class BadRecordsTest extends OneBroker {

  @Test
  void theIngestStopsBeforeABadRecordAndCommitsWhatCameBefore() {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(20);
      pipeline.send(0, "poison");
      pipeline.produce(20);
      try (KafkaIngest ingest = pipeline.open()) {
        Throwable failure = Pipeline.failureOf(ingest.start());
        assertThat(failure)
            .isInstanceOfSatisfying(
                KafkaIngestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_RECORD))
            .hasMessageContaining("Record 20 of " + pipeline.topic + "-0")
            .hasMessageContaining("poison");
        assertThat(ingest.status().state()).isEqualTo(KafkaStatus.State.FAILED);
      }
      pipeline.assertNumbers(20);
      try (KafkaIngest again = pipeline.open()) {
        assertThat(Pipeline.failureOf(again.start())).hasMessageContaining("Record 20");
      }
      pipeline.assertNumbers(20);
    }
  }

  @Test
  void aPoisonPillAtTheHeadOfAPartitionDoesNotStopTheOthersIfItHasAPlace() {
    try (Pipeline pipeline = pipeline(2)) {
      Table bad = badTable(pipeline, BadRecordTable.SCHEMA);
      pipeline.send(0, "poison");
      pipeline.produce(100);
      KafkaOptions options = pipeline.options().badRecords(BadRecords.toTable(bad)).build();
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        pipeline.assertExactly(100);
        assertThat(ingest.status().recordsRejected()).isEqualTo(1);
      }
      assertThat(Pipeline.rows(bad))
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.getField("topic")).isEqualTo(pipeline.topic);
                assertThat(row.getField("partition")).isEqualTo(0);
                assertThat(row.getField("offset")).isEqualTo(0L);
                assertThat(text(row, "value")).isEqualTo("poison");
                assertThat((String) row.getField("reason")).contains("NumberFormatException");
                assertThat(row.getField("stream")).isEqualTo(pipeline.topic);
              });
    }
  }

  @Test
  void badRecordsAmongGoodOnesAreKeptOnceEachThroughRestarts() {
    try (Pipeline pipeline = pipeline(2)) {
      Table bad =
          badTable(pipeline, BadRecordTable.SCHEMA.select("topic", "partition", "offset", "value"));
      KafkaOptions options = pipeline.options().badRecords(BadRecords.toTable(bad)).build();
      int poisoned = 0;
      for (int start = 0; start < 4; start++) {
        for (int i = 0; i < 30; i++) {
          pipeline.produce(10);
          pipeline.send(i % 2, "poison " + poisoned++);
        }
        KafkaIngest ingest = pipeline.open(options);
        long before = pipeline.totalRecords();
        ingest.start();
        Pipeline.until(() -> pipeline.totalRecords() > before, ingest::status);
        ingest.close(); // wherever it is now
      }
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        pipeline.assertExactly(pipeline.produced());
        Pipeline.until(() -> ingest.status().lag() == 0, ingest::status);
      }
      assertThat(Pipeline.rows(bad)).extracting(row -> text(row, "value")).doesNotHaveDuplicates();
      assertThat(Pipeline.rows(bad)).hasSize(poisoned);
    }
  }

  /** The bad table is ahead when a crash comes between the two commits. */
  @Test
  void aReplayOfWhatTheBadTableHasAlreadyAddsNothingToIt() {
    try (Pipeline pipeline = pipeline(1)) {
      Table bad = badTable(pipeline, BadRecordTable.SCHEMA);
      KafkaOptions options = pipeline.options().badRecords(BadRecords.toTable(bad)).build();
      pipeline.produce(5);
      pipeline.send(0, "poison");
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        pipeline.assertExactly(5);
        Pipeline.until(() -> ingest.status().lag() == 0, ingest::status);
      }
      pipeline.table.refresh();
      pipeline
          .table
          .manageSnapshots()
          .rollbackTo(pipeline.table.snapshots().iterator().next().snapshotId())
          .commit();
      long rolledBack = pipeline.totalRecords();
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        pipeline.assertExactly(5);
        Pipeline.until(() -> ingest.status().lag() == 0, ingest::status);
      }
      assertThat(rolledBack).isLessThanOrEqualTo(5);
      assertThat(Pipeline.rows(bad)).hasSize(1);
    }
  }

  @Test
  void badRecordsGoToADeadLetterTopicWithTheirReason() {
    try (Pipeline pipeline = pipeline(1)) {
      String letters = pipeline.topic + "-dead";
      broker.createTopic(letters, 1, Map.of());
      pipeline.produce(10);
      pipeline.send(0, "poison");
      pipeline.produce(10);
      KafkaOptions options = pipeline.options().badRecords(BadRecords.toTopic(letters)).build();
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        pipeline.assertExactly(20);
      }
      ConsumerRecord<byte[], byte[]> letter = only(letters);
      assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo("poison");
      assertThat(header(letter, "firn.offset")).isEqualTo("10");
      assertThat(header(letter, "firn.topic")).isEqualTo(pipeline.topic);
      assertThat(header(letter, "firn.reason")).contains("NumberFormatException");
    }
  }

  @Test
  void aBadRecordThatTheDeadLetterTopicDoesNotTakeStopsTheIngestAndIsNotLost() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      String letters = pipeline.topic + "-dead";
      broker.createTopic(letters, 1, Map.of("max.message.bytes", "1000"));
      pipeline.produce(10);
      pipeline.send(0, "poison " + "x".repeat(2_000));
      KafkaOptions options = pipeline.options().badRecords(BadRecords.toTopic(letters)).build();
      try (KafkaIngest ingest = pipeline.open(options)) {
        assertThat(Pipeline.failureOf(ingest.start()))
            .isInstanceOfSatisfying(
                KafkaIngestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_RECORD))
            .hasMessageContaining("Bad record 10 of " + pipeline.topic + "-0")
            .hasMessageContaining("max.message.bytes");
      }
      try (Admin admin = broker.admin()) {
        admin
            .incrementalAlterConfigs(
                Map.of(
                    new ConfigResource(ConfigResource.Type.TOPIC, letters),
                    List.of(
                        new AlterConfigOp(
                            new ConfigEntry("max.message.bytes", "100000"), OpType.SET))))
            .all()
            .get();
      }
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        pipeline.assertExactly(10);
        Pipeline.until(() -> ingest.status().lag() == 0, ingest::status);
      }
      assertThat(header(only(letters), "firn.offset")).isEqualTo("10");
    }
  }

  @Test
  void aDecoderThatIsAwayIsWaitedFor() {
    try (Pipeline pipeline = pipeline(1)) {
      AtomicBoolean away = new AtomicBoolean(true);
      pipeline.produce(50);
      try (KafkaIngest ingest =
          KafkaIngest.open(
              pipeline.table,
              (record, row) -> {
                if (away.get()) {
                  throw new DisconnectException("the registry is away");
                }
                Pipeline.NUMBERS.map(record, row);
              },
              pipeline.options().build())) {
        ingest.start();
        Pipeline.until(() -> ingest.status().state() == KafkaStatus.State.WAITING, ingest::status);
        assertThat(ingest.status().recordsRejected()).isZero();
        away.set(false);
        pipeline.assertExactly(50);
      }
    }
  }

  private static Table badTable(Pipeline pipeline, Schema schema) {
    return Firn.createTableIfAbsent(pipeline.catalog, TableIdentifier.of("db", "bad"), schema);
  }

  private static String text(Record row, String column) {
    return StandardCharsets.UTF_8
        .decode(((ByteBuffer) row.getField(column)).duplicate())
        .toString();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private ConsumerRecord<byte[], byte[]> only(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition first = new TopicPartition(topic, 0);
      consumer.assign(List.of(first));
      consumer.seekToBeginning(List.of(first));
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      Pipeline.until(
          () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            return !records.isEmpty();
          },
          "a dead letter");
      assertThat(records).hasSize(1);
      return records.get(0);
    }
  }
}
