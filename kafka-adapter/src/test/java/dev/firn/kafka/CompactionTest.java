package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** Topics that are compacted: of each key the last record stays, and offsets have gaps. */
class CompactionTest extends OneBroker {

  private static final int KEYS = 10;

  /** Longer than a segment lasts. */
  private static final Duration SEGMENT = Duration.ofMillis(150);

  /** What was sent, by offset; the values of tombstones are empty. */
  private final TreeMap<Long, String> sent = new TreeMap<>();

  /** Looks for something to compact ten times a second. */
  @Override
  Map<String, String> brokerProperties() {
    return Map.of("log.cleaner.backoff.ms", "100");
  }

  private Pipeline compacted() {
    sent.clear();
    return new Pipeline(
        broker,
        directory,
        1,
        Map.of(
            "cleanup.policy", "compact",
            "segment.ms", "100",
            "min.cleanable.dirty.ratio", "0.001",
            "delete.retention.ms", "3600000"));
  }

  /** Each key once, in a segment of its own. */
  private void round(Pipeline pipeline) {
    LockSupport.parkNanos(SEGMENT.toNanos());
    for (int key = 0; key < KEYS; key++) {
      send(pipeline, "key" + key, Long.toString(sent.size()));
    }
  }

  private void send(Pipeline pipeline, String key, String value) {
    sent.put(pipeline.send(0, key, value.isEmpty() ? null : value), value);
  }

  /** Waits until of each key but its last record is left; returns what is left. */
  private TreeMap<Long, String> compact(Pipeline pipeline) {
    LockSupport.parkNanos(SEGMENT.toNanos());
    send(pipeline, "the last segment is never compacted", Long.toString(sent.size()));
    TreeMap<Long, String> left = new TreeMap<>();
    Pipeline.until(
        () -> {
          left.clear();
          left.putAll(left(pipeline));
          return left.size() == KEYS + 1;
        },
        left::toString);
    return left;
  }

  /** What any consumer finds, by offset. */
  private TreeMap<Long, String> left(Pipeline pipeline) {
    TreeMap<Long, String> left = new TreeMap<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.address()),
            new StringDeserializer(),
            new StringDeserializer())) {
      TopicPartition only = new TopicPartition(pipeline.topic, 0);
      consumer.assign(List.of(only));
      consumer.seekToBeginning(List.of(only));
      long end = consumer.endOffsets(List.of(only)).get(only);
      while (consumer.position(only) < end) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                record -> left.put(record.offset(), record.value() == null ? "" : record.value()));
      }
    }
    return left;
  }

  /** By offset; no offset is there twice. */
  private static Map<Long, String> rows(Pipeline pipeline) {
    Map<Long, String> rows = new HashMap<>();
    for (Record row : pipeline.rows()) {
      assertThat(rows.put((Long) row.getField("offset"), row.getField("number").toString()))
          .isNull();
    }
    return rows;
  }

  @Test
  void whatCompactionHasLeftIsReadExactlyAndTombstonesAreBadRecords() {
    try (Pipeline pipeline = compacted()) {
      Table bad =
          Firn.createTableIfAbsent(
              pipeline.catalog, TableIdentifier.of("db", "bad"), BadRecordTable.SCHEMA);
      for (int i = 0; i < 10; i++) {
        round(pipeline);
      }
      send(pipeline, "key3", "");
      TreeMap<Long, String> left = compact(pipeline);
      assertThat(left).containsEntry(100L, "").doesNotContainKey(0L);

      KafkaOptions options = pipeline.options().badRecords(BadRecords.toTable(bad)).build();
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        Pipeline.untilNothingIsLeft(ingest);
        assertThat(ingest.status().recordsRead()).isEqualTo(left.size());
        assertThat(ingest.status().recordsSkipped()).isZero();
      }
      left.remove(100L);
      assertThat(rows(pipeline)).isEqualTo(left);
      assertThat(Pipeline.rows(bad))
          .singleElement()
          .satisfies(row -> assertThat(row.getField("offset")).isEqualTo(100L));
    }
  }

  /** The table's position is in the midst of what is compacted away. */
  @Test
  void aRestartGoesOnBehindAGapThatCompactionHasMadeMeanwhile() {
    try (Pipeline pipeline = compacted()) {
      round(pipeline);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        Pipeline.until(() -> pipeline.totalRecords() == KEYS, ingest::status);
      }
      Map<Long, String> expected = rows(pipeline);
      for (int i = 0; i < 10; i++) {
        round(pipeline);
      }
      TreeMap<Long, String> left = compact(pipeline);
      assertThat(left.firstKey()).isGreaterThan(KEYS);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        Pipeline.untilNothingIsLeft(ingest);
      }
      expected.putAll(left);
      assertThat(rows(pipeline)).isEqualTo(expected);
    }
  }

  @Test
  void compactionUnderARunningIngestLosesAndDoublesNothing() {
    try (Pipeline pipeline = compacted();
        KafkaIngest ingest = pipeline.open()) {
      ingest.start();
      for (int i = 0; i < 20; i++) {
        round(pipeline);
      }
      TreeMap<Long, String> left = compact(pipeline);
      Pipeline.untilNothingIsLeft(ingest);
      // What was compacted away before it was read is no row; all that is left is one.
      assertThat(rows(pipeline)).containsAllEntriesOf(left);
      assertThat(sent).containsAllEntriesOf(rows(pipeline));
      assertThat(ingest.status().state()).isEqualTo(KafkaStatus.State.RUNNING);
      assertThat(ingest.status().recordsSkipped()).isZero();
      assertThat(ingest.status().reopenings()).isZero();
    }
  }

  @Test
  void anIngestThatWaitsWhileTheLogIsCompactedGoesOnWithWhatIsLeft() {
    try (Pipeline pipeline = compacted();
        KafkaIngest ingest = pipeline.open()) {
      round(pipeline);
      Pipeline.until(
          () -> {
            ingest.poll(Duration.ofMillis(20));
            return pipeline.totalRecords() == KEYS;
          },
          ingest::status);
      // Not polled from here on; a fetch that is under way may bring a few more.
      for (int i = 0; i < 10; i++) {
        round(pipeline);
      }
      TreeMap<Long, String> left = compact(pipeline);
      Pipeline.until(
          () -> {
            ingest.poll(Duration.ofMillis(20));
            return ingest.status().partitions().get(0).committed() == sent.size();
          },
          ingest::status);
      assertThat(rows(pipeline)).containsAllEntriesOf(left);
      assertThat(sent).containsAllEntriesOf(rows(pipeline));
      assertThat(pipeline.totalRecords()).isLessThan(sent.size() / 2);
    }
  }
}
