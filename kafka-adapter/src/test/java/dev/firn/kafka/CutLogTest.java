package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.kafka.KafkaOptions.WhenRecordsAreGone;
import dev.firn.kafka.KafkaOptions.WhenTopicIsRecreated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.DisconnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs that lose records under an ingest that is running. */
class CutLogTest extends OneBroker {

  /** A record each, so that few are on their way at any time. */
  private static final Map<String, String> FEW_AT_A_TIME =
      Map.of("max.partition.fetch.bytes", "100", "max.poll.records", "1");

  private static void produceOneByOne(Pipeline pipeline, int count) {
    for (int i = 0; i < count; i++) {
      pipeline.produce(1);
    }
  }

  // Retention, or an order to delete, while the ingest cannot go on.

  @Test
  void recordsThatAreDeletedBehindAnIngestThatWaitsStopIt() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      KafkaOptions options = pipeline.options(FEW_AT_A_TIME).build();
      AtomicBoolean away = new AtomicBoolean();
      try (KafkaIngest ingest = openWithDecoder(pipeline, options, away)) {
        CompletionStage<Void> ended = deleteWhileItWaits(pipeline, ingest, away);
        assertThat(Pipeline.kindOf(ended)).isEqualTo(Kind.RECORDS_GONE);
      }
      assertThat(pipeline.totalRecords()).isBetween(50L, 94L);
      pipeline.assertNumbers(pipeline.totalRecords()); // up to the gap, without one before it
    }
  }

  @Test
  void recordsThatAreDeletedBehindAnIngestThatWaitsAreSkippedIfTheOptionsSaySo() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      KafkaOptions options =
          pipeline.options(FEW_AT_A_TIME).whenRecordsAreGone(WhenRecordsAreGone.SKIP).build();
      AtomicBoolean away = new AtomicBoolean();
      try (KafkaIngest ingest = openWithDecoder(pipeline, options, away)) {
        deleteWhileItWaits(pipeline, ingest, away);
        pipeline.produce(10);
        Pipeline.until(
            () -> ingest.status().partitions().get(0).committed() == 110, ingest::status);
        long skipped = ingest.status().recordsSkipped();
        assertThat(skipped).isBetween(1L, 45L);
        assertThat(pipeline.totalRecords()).isEqualTo(110 - skipped);
        assertThat(ingest.status().reopenings()).isZero();
      }
      assertThat(pipeline.rows())
          .extracting(row -> row.getField("number"))
          .doesNotHaveDuplicates()
          .contains(0L, 49L, 95L, 109L);
    }
  }

  private static KafkaIngest openWithDecoder(
      Pipeline pipeline, KafkaOptions options, AtomicBoolean away) {
    return KafkaIngest.open(
        pipeline.table,
        (record, row) -> {
          if (away.get()) {
            throw new DisconnectException("the registry is away");
          }
          Pipeline.NUMBERS.map(record, row);
        },
        options);
  }

  /** 50 records are in the table; of 50 more all but the last five are deleted while it waits. */
  private CompletionStage<Void> deleteWhileItWaits(
      Pipeline pipeline, KafkaIngest ingest, AtomicBoolean away) throws Exception {
    CompletionStage<Void> ended = ingest.start();
    produceOneByOne(pipeline, 50);
    pipeline.assertExactly(50);
    away.set(true);
    produceOneByOne(pipeline, 50);
    Pipeline.until(() -> ingest.status().trouble().isPresent(), ingest::status);
    deleteBefore(pipeline, 95);
    away.set(false);
    return ended;
  }

  // A broker that comes back with less than it had, as after an unclean election of a leader.

  @Test
  void aLogThatIsCutUnderARunningIngestStopsIt(@TempDir Path copy) throws Exception {
    try (Pipeline pipeline = pipeline(1);
        KafkaIngest ingest = pipeline.open()) {
      CompletionStage<Void> ended = ingest.start();
      pipeline.produce(50);
      pipeline.assertExactly(50);
      copyLog(pipeline, copy);
      pipeline.produce(50);
      pipeline.assertExactly(100);
      bringBackLog(pipeline, copy);
      assertThat(Pipeline.kindOf(ended)).isEqualTo(Kind.TOPIC_BEHIND_TABLE);
      pipeline.assertNumbers(100);
    }
  }

  private void copyLog(Pipeline pipeline, Path copy) throws IOException {
    broker.stop();
    copyFiles(log(pipeline), copy);
    broker.restart();
  }

  private void bringBackLog(Pipeline pipeline, Path copy) throws IOException {
    broker.stop();
    Path log = log(pipeline);
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    copyFiles(copy, log);
    broker.restart();
  }

  private Path log(Pipeline pipeline) {
    return data.resolve(pipeline.topic + "-0");
  }

  private static void copyFiles(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from).sorted(Comparator.naturalOrder())) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  // A topic that is made anew looks like a log that was cut, to one who does not know its id.

  @Test
  void aTopicThatIsMadeAnewIsNoCutLogThoughItsLeaderHadChanged() throws Exception {
    try (Pipeline pipeline = pipeline(1);
        KafkaIngest ingest = pipeline.open()) {
      CompletionStage<Void> ended = ingest.start();
      recreateAfterARestart(pipeline);
      assertThat(Pipeline.kindOf(ended)).isEqualTo(Kind.TOPIC_RECREATED);
      pipeline.assertNumbers(100);
    }
  }

  @Test
  void aTopicThatIsMadeAnewIsReadIfTheOptionsSaySoThoughItsLeaderHadChanged() throws Exception {
    try (Pipeline pipeline = pipeline(1);
        KafkaIngest ingest =
            pipeline.open(
                pipeline.options().whenTopicIsRecreated(WhenTopicIsRecreated.READ_NEW).build())) {
      ingest.start();
      recreateAfterARestart(pipeline);
      Pipeline.until(() -> pipeline.totalRecords() >= 180, ingest::status);
      assertThat(pipeline.rows())
          .hasSize(180)
          .extracting(row -> row.getField("number"))
          .doesNotHaveDuplicates();
    }
  }

  private void recreateAfterARestart(Pipeline pipeline) throws Exception {
    pipeline.produce(50);
    pipeline.assertExactly(50);
    broker.stop();
    broker.restart(); // the leader's epoch grows, and begins again with the new topic
    pipeline.produce(50);
    pipeline.assertExactly(100);
    try (Admin admin = broker.admin()) {
      admin.deleteTopics(List.of(pipeline.topic)).all().get();
    }
    broker.createTopic(pipeline.topic, 1, Map.of());
    pipeline.produce(80);
  }
}
