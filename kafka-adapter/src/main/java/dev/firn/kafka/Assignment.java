package dev.firn.kafka;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that the group has given to this consumer.
 *
 * <p>Changed by the polling thread alone; {@link #status} may be called by any.
 */
final class Assignment {

  private final ConcurrentSkipListMap<TopicPartition, AssignedPartition> partitions =
      new ConcurrentSkipListMap<>(
          Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));

  void add(TopicPartition name) {
    partitions.put(name, new AssignedPartition(name));
  }

  void removeAll(Collection<TopicPartition> names) {
    partitions.keySet().removeAll(names);
  }

  /** Null if it is not, or no longer, ours. */
  @Nullable AssignedPartition get(TopicPartition name) {
    return partitions.get(name);
  }

  Collection<AssignedPartition> all() {
    return partitions.values();
  }

  Set<TopicPartition> unclaimed() {
    Set<TopicPartition> names = new HashSet<>();
    for (AssignedPartition partition : partitions.values()) {
      if (!partition.isClaimed()) {
        names.add(partition.name());
      }
    }
    return names;
  }

  boolean isAnyUnclaimed() {
    return partitions.values().stream().anyMatch(partition -> !partition.isClaimed());
  }

  boolean isAnyClaimed() {
    return partitions.values().stream().anyMatch(AssignedPartition::isClaimed);
  }

  Set<String> topics() {
    Set<String> topics = new HashSet<>();
    partitions.keySet().forEach(name -> topics.add(name.topic()));
    return topics;
  }

  /** The sources of those of {@code names} that are claimed. */
  List<String> sources(Collection<TopicPartition> names) {
    return names.stream()
        .map(partitions::get)
        .filter(partition -> partition != null && partition.isClaimed())
        .map(AssignedPartition::source)
        .toList();
  }

  /** How far the claimed partitions have come, where that is past {@code marked}. */
  CommitToken ahead(CommitToken marked) {
    Map<String, Position> ahead = new HashMap<>();
    for (AssignedPartition partition : partitions.values()) {
      Position reached = partition.position();
      Position known = marked.positions().get(partition.source());
      boolean begun = known != null || partition.reached() > 0 || partition.isChosen();
      if (partition.isClaimed() && begun && (known == null || known.compareTo(reached) < 0)) {
        ahead.put(partition.source(), reached);
      }
    }
    return CommitToken.of(ahead);
  }

  List<KafkaStatus.Partition> status(long nowMillis) {
    return partitions.values().stream().map(partition -> partition.status(nowMillis)).toList();
  }
}
