package dev.firn.kafka;

import dev.firn.api.CommitToken;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes note of commits, and tells Kafka how far the table has come, for those who watch the lag of
 * the group. The polling thread's own.
 */
final class CommitReports {

  private static final Logger LOG = LoggerFactory.getLogger(CommitReports.class);

  /** How old Kafka's figures may be. */
  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final Consumer<byte[], byte[]> consumer;
  private final Assignment assignment;
  private final Counters counters;
  private final Clock clock;

  /** What Kafka was not told yet. */
  private final Map<TopicPartition, OffsetAndMetadata> news = new HashMap<>();

  private CommitToken noted = CommitToken.none();
  private long next = System.nanoTime();

  CommitReports(
      Consumer<byte[], byte[]> consumer, Assignment assignment, Counters counters, Clock clock) {
    this.consumer = consumer;
    this.assignment = assignment;
    this.counters = counters;
    this.clock = clock;
  }

  /** Returns whether the table's token is another than at the last call. */
  boolean note(CommitToken token) {
    if (token.equals(noted)) {
      return false;
    }
    noted = token;
    long oldest = Long.MAX_VALUE;
    for (AssignedPartition partition : assignment.all()) {
      OptionalLong position = KafkaTokens.offset(token, partition.source());
      if (partition.isClaimed()
          && position.isPresent()
          && position.getAsLong() > partition.committed()) {
        oldest = Math.min(oldest, partition.committed(position.getAsLong()));
        news.put(partition.name(), new OffsetAndMetadata(position.getAsLong()));
      }
    }
    if (oldest < Long.MAX_VALUE) {
      counters.freshnessMillis.set(Math.max(0, clock.millis() - oldest));
    }
    return true;
  }

  /** The table holds {@code partition} up to here since before we had it. */
  void held(AssignedPartition partition) {
    news.put(partition.name(), new OffsetAndMetadata(partition.committed()));
  }

  /** Now and then, without waiting. */
  void tellKafka() {
    long now = System.nanoTime();
    if (now - next < 0) {
      return;
    }
    next = now + EVERY_NANOS;
    for (AssignedPartition partition : assignment.all()) {
      if (partition.isClaimed()) {
        // Not its position: while a leader changes, that would be waited for.
        consumer.currentLag(partition.name()).ifPresent(partition::lags);
      }
    }
    if (!news.isEmpty()) {
      Map<TopicPartition, OffsetAndMetadata> told = ours();
      consumer.commitAsync(
          told,
          (offsets, problem) -> { // after a problem the offsets may be null
            if (problem != null) {
              LOG.debug("Kafka was not told of {}", told, problem);
              told.forEach(news::putIfAbsent);
            }
          });
      news.clear();
    }
  }

  /** Waits, at most for {@code patience}. */
  void tellKafkaAtTheEnd(Duration patience) {
    try {
      consumer.commitSync(ours(), patience);
    } catch (KafkaException e) {
      LOG.info("Kafka was not told of the last commits: {}", e.toString());
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> ours() {
    Map<TopicPartition, OffsetAndMetadata> ours = new HashMap<>(news);
    ours.keySet().removeIf(name -> assignment.get(name) == null);
    return ours;
  }
}
