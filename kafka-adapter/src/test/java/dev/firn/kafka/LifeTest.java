package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Opening, closing, and what is shown meanwhile. */
class LifeTest extends OneBroker {

  @Test
  void anotherThreadMayCloseWhileTheApplicationPolls() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(10);
      KafkaIngest ingest = pipeline.open();
      AtomicReference<Throwable> end = new AtomicReference<>();
      Thread poller =
          new Thread(
              () -> {
                try {
                  while (true) {
                    ingest.poll(Duration.ofMillis(500));
                  }
                } catch (RuntimeException e) {
                  end.set(e);
                }
              });
      poller.start();
      pipeline.assertExactly(10);
      ingest.close();
      poller.join();
      assertThat(end.get())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      assertThat(ingest.status().state()).isEqualTo(KafkaStatus.State.CLOSED);
    }
  }

  @Test
  void aMapperMayCloseTheIngestThatRunsIt() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(10);
      AtomicReference<KafkaIngest> running = new AtomicReference<>();
      CountDownLatch returned = new CountDownLatch(1);
      running.set(
          KafkaIngest.open(
              pipeline.table,
              (record, row) -> {
                Pipeline.NUMBERS.map(record, row);
                if (record.offset() == 9) {
                  running.get().close();
                  returned.countDown();
                }
              },
              pipeline.options().build()));
      CompletionStage<Void> ended = running.get().start();
      assertThat(returned.await(60, TimeUnit.SECONDS)).isTrue();
      ended.toCompletableFuture().get(60, TimeUnit.SECONDS);
      pipeline.assertNumbers(10);
    }
  }

  @Test
  void anInterruptClosesAndCommitsTheTail() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(10);
      KafkaIngest ingest = pipeline.open(committedEveryMinute(pipeline));
      Thread runner = new Thread(ingest::run);
      runner.start();
      Pipeline.until(() -> ingest.status().recordsRead() == 10, ingest::status);
      runner.interrupt();
      runner.join();
      pipeline.assertNumbers(10);
    }
  }

  /** Whoever is in a hurry leaves the tail to the next start; nobody waits for it for ever. */
  @Test
  void interruptsThatGoOnEndTheCloseAndNothingIsLost() throws Exception {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.produce(10);
      KafkaIngest ingest = pipeline.open(committedEveryMinute(pipeline));
      Thread runner = new Thread(ingest::run);
      runner.start();
      Pipeline.until(() -> ingest.status().recordsRead() == 10, ingest::status);
      Pipeline.until(
          () -> {
            runner.interrupt();
            return !runner.isAlive();
          },
          ingest::status);
      Thread closer = new Thread(ingest::close);
      closer.start();
      closer.join(Pipeline.PATIENCE.toMillis());
      assertThat(closer.isAlive()).isFalse();
      try (KafkaIngest next = pipeline.open()) {
        next.start();
        pipeline.assertExactly(10);
      }
    }
  }

  @Test
  void closingWhileTheBrokerIsAwayCommitsTheTailInTime() {
    try (Pipeline pipeline = pipeline(2)) {
      pipeline.produce(10);
      try (KafkaIngest ingest = pipeline.open(committedEveryMinute(pipeline))) {
        ingest.start();
        Pipeline.until(() -> ingest.status().recordsRead() == 10, ingest::status);
        broker.stop();
        try {
          long before = System.nanoTime();
          ingest.close();
          // Kafka is told twice, for five seconds each, that we leave.
          assertThat(Duration.ofNanos(System.nanoTime() - before))
              .isLessThan(Duration.ofSeconds(20));
        } finally {
          broker.restart();
        }
      }
      pipeline.assertNumbers(10);
      pipeline.produce(10);
      try (KafkaIngest ingest = pipeline.open()) {
        ingest.start();
        pipeline.assertExactly(20);
      }
    }
  }

  private static KafkaOptions committedEveryMinute(Pipeline pipeline) {
    WriterOptions writing =
        pipeline.writing().commitPolicy(CommitPolicy.every(Duration.ofMinutes(1))).build();
    return KafkaOptions.builder(writing)
        .topics(pipeline.topic)
        .consumer(pipeline.options().build().consumer())
        .build();
  }

  @Test
  void aSlowListenerHidesNoCommit() throws Exception {
    try (Pipeline pipeline = pipeline(1);
        Admin admin = broker.admin()) {
      WriterListener slow =
          new WriterListener() {
            @Override
            public void committed(CommitResult result) {
              LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
            }
          };
      KafkaOptions options =
          KafkaOptions.builder(pipeline.writing().listener(slow).build())
              .topics(pipeline.topic)
              .consumer(Map.of("bootstrap.servers", broker.address()))
              .build();
      pipeline.produce(10);
      try (KafkaIngest ingest = pipeline.open(options)) {
        ingest.start();
        pipeline.assertExactly(10);
        Pipeline.until(() -> ingest.status().lag() == 0, ingest::status);
      }
      assertThat(
              admin
                  .listConsumerGroupOffsets(pipeline.topic)
                  .partitionsToOffsetAndMetadata()
                  .get()
                  .get(new TopicPartition(pipeline.topic, 0))
                  .offset())
          .isEqualTo(10);
    }
  }

  @Test
  void aDeadLetterTopicThatIsNotThereDoesNotStopThePolling() {
    try (Pipeline pipeline = pipeline(1)) {
      pipeline.send(0, "poison");
      KafkaOptions options =
          pipeline.options().badRecords(BadRecords.toTopic(pipeline.topic + "-nothing")).build();
      try (KafkaIngest ingest = pipeline.open(options)) {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (System.nanoTime() - end < 0) {
          long before = System.nanoTime();
          ingest.poll(Duration.ofMillis(20));
          assertThat(Duration.ofNanos(System.nanoTime() - before))
              .isLessThan(Duration.ofSeconds(4));
        }
        broker.createTopic(pipeline.topic + "-nothing", 1, Map.of());
        Pipeline.until(
            () -> {
              ingest.poll(Duration.ofMillis(20));
              return ingest.status().lag() == 0 && ingest.status().recordsRead() == 1;
            },
            ingest::status);
      }
    }
  }

  @Test
  void optionsThatCannotWorkAreRefused() {
    try (Pipeline pipeline = pipeline(1)) {
      assertThatThrownBy(() -> pipeline.options(Map.of("auto.offset.reset", "earlyest")).build())
          .hasMessageContaining("earlyest");
      assertThatThrownBy(() -> pipeline.options(Map.of("enable.auto.commit", "true")))
          .hasMessageContaining("enable.auto.commit");
      assertThatThrownBy(
              () ->
                  KafkaOptions.builder(
                          pipeline.writing().commitPolicy(CommitPolicy.manual()).build())
                      .topics("t")
                      .consumer(Map.of("bootstrap.servers", broker.address()))
                      .build())
          .hasMessageContaining("commit policy");
      assertThatThrownBy(() -> pipeline.open(pipeline.options().consumers(2).build()))
          .hasMessageContaining("supplier of mappers");
    }
  }
}
