package dev.firn.kafka;

import dev.firn.api.CommitToken;
import dev.firn.api.error.WriterFencedException;
import dev.firn.kafka.StartPositions.Start;
import dev.firn.kafka.TopicLookup.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Claims partitions in the table, and looks up where they begin. Waits for table and cluster: for
 * the table's thread.
 */
final class Claims {

  private final TableSide table;
  private final TopicLookup topics;
  private final StartPositions positions;

  /** How a claim ended; its session is open. */
  sealed interface Outcome {
    TableSession session();
  }

  /** The partitions are ours in the table, too; those whose topic is not there are left out. */
  record Claimed(TableSession session, Map<TopicPartition, Start> starts) implements Outcome {}

  /**
   * A claim with a higher generation is in the table.
   *
   * @param held what the table holds of the partitions, as Kafka would be told
   */
  record Refused(
      TableSession session, Map<TopicPartition, OffsetAndMetadata> held, WriterFencedException why)
      implements Outcome {}

  Claims(TableSide table, TopicLookup topics, StartPositions positions) {
    this.table = table;
    this.topics = topics;
    this.positions = positions;
  }

  /** Claims {@code names} with {@code open}, all of whose rows are marked; null to open one. */
  Outcome claim(@Nullable TableSession open, Set<TopicPartition> names, long generation) {
    TableSession claiming = open == null ? table.open() : open;
    boolean done = false;
    try {
      if (open != null) {
        claiming.writer().commit(); // a claim wants nothing to be under way
      }
      positions.checkOrigin(claiming.writer().committed());
      Outcome outcome = claimWith(claiming, names, generation);
      done = true;
      return outcome;
    } finally {
      if (!done && open == null) {
        claiming.close();
      }
    }
  }

  private Outcome claimWith(TableSession claiming, Set<TopicPartition> names, long generation) {
    if (names.isEmpty()) {
      return new Claimed(claiming, Map.of());
    }
    Map<String, Topic> described = topics.describe(topicsOf(names));
    List<TopicIdPartition> partitions = withIds(names, described);
    try {
      claiming.claim(partitions.stream().map(KafkaTokens::source).toList(), generation);
    } catch (WriterFencedException e) {
      return new Refused(claiming, held(partitions, claiming.writer().committed()), e);
    }
    CommitToken token = claiming.writer().committed();
    return new Claimed(claiming, positions.find(partitions, described, token, topics));
  }

  private static Set<String> topicsOf(Collection<TopicPartition> names) {
    Set<String> topics = new HashSet<>();
    names.forEach(name -> topics.add(name.topic()));
    return topics;
  }

  private static List<TopicIdPartition> withIds(
      Collection<TopicPartition> names, Map<String, Topic> described) {
    List<TopicIdPartition> partitions = new ArrayList<>();
    for (TopicPartition name : names) {
      Topic topic = described.get(name.topic());
      if (topic != null) {
        partitions.add(new TopicIdPartition(topic.id(), name));
      }
    }
    return partitions;
  }

  private static Map<TopicPartition, OffsetAndMetadata> held(
      List<TopicIdPartition> partitions, CommitToken token) {
    Map<TopicPartition, OffsetAndMetadata> held = new HashMap<>();
    for (TopicIdPartition partition : partitions) {
      KafkaTokens.offset(token, KafkaTokens.source(partition))
          .ifPresent(
              position -> held.put(partition.topicPartition(), new OffsetAndMetadata(position)));
    }
    return held;
  }
}
