package dev.firn.kafka;

import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.kafka.TopicLookup.Topic;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.jspecify.annotations.Nullable;

/**
 * Whether the topics that a consumer reads are those that were claimed, or were made anew since.
 *
 * <p>The ids of the topics are looked up after each update of the consumer's metadata, and before
 * anything is taken that was polled since, see {@link MetadataWatch}. They are looked up, too,
 * before a log is called cut: to a consumer a topic that was made anew looks the same.
 *
 * <p>The polling thread's own, but for {@link #updates}.
 */
final class TopicIdentity {

  private final MetadataWatch metadata;
  private final Assignment assignment;
  private final String stream;

  /** Updates of the metadata up to which the topics' ids are known to be what they were. */
  private long knownAt = -1;

  /** A log that was cut, if its topic is still the same. */
  private @Nullable LogTruncationException cut;

  /** Updates of the metadata when that was said: ids from before them say nothing of it. */
  private long cutAt;

  TopicIdentity(MetadataWatch metadata, Assignment assignment, String stream) {
    this.metadata = metadata;
    this.assignment = assignment;
    this.stream = stream;
  }

  /** Whether what was polled so far is of the topics that were claimed. */
  boolean isKnown() {
    return cut == null && metadata.updates() == knownAt;
  }

  /**
   * To be remembered before the ids are looked up, and told to {@link #known} afterwards. Any
   * thread.
   */
  long updates() {
    return metadata.updates();
  }

  /** A consumer says that the log of a partition has lost records that it has read. */
  void cut(LogTruncationException e) {
    cut = e;
    cutAt = metadata.updates();
  }

  /** The claimed partitions whose topic has another id now. */
  List<AssignedPartition> recreated(Map<String, Topic> topics) {
    return assignment.all().stream()
        .filter(AssignedPartition::isClaimed)
        .filter(
            partition -> {
              Topic now = topics.get(partition.name().topic());
              return now != null && !partition.isOf(now.id());
            })
        .toList();
  }

  /**
   * All claimed partitions are of the topics that were claimed.
   *
   * @param updates of the metadata, before the ids were looked up
   * @throws KafkaIngestException if the log of one of them was cut
   */
  void known(long updates) {
    LogTruncationException suspected = cut;
    if (suspected != null && updates >= cutAt) {
      if (isOfClaimed(suspected)) {
        throw cutLog(suspected);
      }
      cut = null;
    }
    knownAt = updates;
  }

  private KafkaIngestException cutLog(LogTruncationException e) {
    return new KafkaIngestException(
        Kind.TOPIC_BEHIND_TABLE,
        "The log of a partition was cut behind what stream "
            + stream
            + " has read, by an unclean election of a leader: "
            + e.getMessage()
            + ". Which records were written anew cannot be told; repair the topic, or use another"
            + " stream id.",
        e);
  }

  private boolean isOfClaimed(LogTruncationException e) {
    return assignment.all().stream()
        .filter(AssignedPartition::isClaimed)
        .anyMatch(partition -> e.partitions().contains(partition.name()));
  }
}
