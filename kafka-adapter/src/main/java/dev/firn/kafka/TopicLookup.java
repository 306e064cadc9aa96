package dev.firn.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the cluster says of topics: ids, partitions and ends. Asked through a client of its own,
 * because the consumer belongs to the thread that polls. Every call waits for the cluster, within a
 * bound.
 */
final class TopicLookup implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TopicLookup.class);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** When a consumer closes, and would wait for it. */
  private static final Duration COURTESY = Duration.ofSeconds(5);

  /** How often it is looked whether one closes. */
  private static final Duration MOMENT = Duration.ofMillis(500);

  /** A partition without a leader holds up the others for so long. */
  private static final Duration LEADERLESS = Duration.ofSeconds(5);

  private final Admin admin;
  private final IsolationLevel isolation;
  private volatile boolean leaving;

  TopicLookup(Admin admin, IsolationLevel isolation) {
    this.admin = admin;
    this.isolation = isolation;
  }

  /** A consumer closes: from now on the cluster is waited for no longer than that may take. */
  void hurry() {
    leaving = true;
  }

  String clusterId() {
    return get(admin.describeCluster().clusterId());
  }

  /** What a topic is, and in how many partitions its records are. */
  record Topic(Uuid id, int partitions) {}

  /** The topics that exist, by name. */
  Map<String, Topic> describe(Collection<String> topics) {
    DescribeTopicsResult result = admin.describeTopics(topics);
    Map<String, Topic> described = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
        result.topicNameValues().entrySet()) {
      try {
        TopicDescription description = get(topic.getValue());
        described.put(
            topic.getKey(), new Topic(description.topicId(), description.partitions().size()));
      } catch (UnknownTopicOrPartitionException | UnknownTopicIdException e) {
        LOG.debug("Topic {} is not there: its partitions are taken away soon", topic.getKey(), e);
      }
    }
    return described;
  }

  /**
   * The offsets that {@code specs} ask for, as this consumer sees them; -1 where there is none, and
   * nothing for partitions that do not answer, because they have no leader for now.
   */
  Map<TopicPartition, Long> offsets(Map<TopicPartition, OffsetSpec> specs) {
    return offsets(specs, isolation);
  }

  /** Where a partition ends, open transactions included. */
  long highWatermark(TopicPartition name) {
    return offsets(Map.of(name, OffsetSpec.latest()), IsolationLevel.READ_UNCOMMITTED)
        .getOrDefault(name, Long.MAX_VALUE);
  }

  private Map<TopicPartition, Long> offsets(
      Map<TopicPartition, OffsetSpec> specs, IsolationLevel level) {
    ListOffsetsOptions bounded = new ListOffsetsOptions(level);
    bounded.timeoutMs((int) LEADERLESS.toMillis());
    ListOffsetsResult result = admin.listOffsets(specs, bounded);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition name : specs.keySet()) {
      try {
        offsets.put(name, get(result.partitionResult(name)).offset());
      } catch (RetriableException e) {
        LOG.info("The offsets of {} are not known now: {}", name, e.toString());
      }
    }
    return offsets;
  }

  private <T> T get(KafkaFuture<T> future) {
    long start = System.nanoTime();
    while (true) {
      try {
        return future.get(MOMENT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        Duration waited = Duration.ofNanos(System.nanoTime() - start);
        if (waited.compareTo(leaving ? COURTESY : PATIENCE) >= 0) {
          throw new org.apache.kafka.common.errors.TimeoutException(
              "The cluster did not answer within " + waited, e);
        }
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException problem) {
          throw problem;
        }
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
