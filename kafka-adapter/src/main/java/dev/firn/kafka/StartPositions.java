package dev.firn.kafka;

import dev.firn.api.CommitToken;
import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.kafka.KafkaOptions.WhenRecordsAreGone;
import dev.firn.kafka.KafkaOptions.WhenTopicGrows;
import dev.firn.kafka.KafkaOptions.WhenTopicIsRecreated;
import dev.firn.kafka.KafkaTokens.Origin;
import dev.firn.kafka.TopicLookup.Topic;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where each partition is read from: the table's token says it, and the cluster is asked whether it
 * still can be. Kafka's committed offsets take no part. What cannot be answered without losing or
 * doubling rows is refused with a {@link KafkaIngestException}, unless the options say what to do.
 */
final class StartPositions {

  private static final Logger LOG = LoggerFactory.getLogger(StartPositions.class);

  private static final String EARLIEST = "earliest";
  private static final String BY_DURATION = "by_duration:";

  /**
   * Where one partition begins.
   *
   * @param end where the partition ended when it was looked up
   * @param chosen whether nobody would find this position again: the token must keep it
   * @param skipped records that retention has deleted before they were read
   * @param spread of the topic, to be kept in the token; 0 if it does not matter
   */
  record Start(String source, long position, long end, boolean chosen, long skipped, int spread) {}

  private final KafkaOptions options;
  private final Origin here;
  private final String reset;
  private final boolean upserts;

  /**
   * @param here this cluster and group
   * @param reset Kafka's {@code auto.offset.reset}
   */
  StartPositions(KafkaOptions options, Origin here, String reset) {
    this.options = options;
    this.here = here;
    this.reset = reset;
    this.upserts = options.writer().key().isPresent();
  }

  /** Whether {@code reset} is a value of {@code auto.offset.reset}. */
  static boolean isReset(String reset) {
    String lower = reset.toLowerCase(Locale.ROOT);
    if (!lower.startsWith(BY_DURATION)) {
      return Set.of(EARLIEST, "latest", "none").contains(lower);
    }
    try {
      return !Duration.parse(lower.substring(BY_DURATION.length())).isNegative();
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** This cluster and group. */
  Origin here() {
    return here;
  }

  /**
   * Checks that {@code token} is of this cluster and group.
   *
   * @throws KafkaIngestException if it is not
   */
  void checkOrigin(CommitToken token) {
    Origin there = KafkaTokens.origin(token).orElse(here);
    String stream = options.writer().streamId();
    if (!there.cluster().equals(here.cluster())) {
      throw new KafkaIngestException(
          Kind.OTHER_CLUSTER,
          "The table's positions of stream "
              + stream
              + " are of Kafka cluster "
              + there.cluster()
              + ", this is cluster "
              + here.cluster()
              + ": offsets of one mean nothing in the other. Use another stream id for this"
              + " cluster.",
          null);
    }
    boolean known =
        there.group().equals(here.group())
            || options.takeOverFrom().filter(there.group()::equals).isPresent();
    if (!known) {
      throw new KafkaIngestException(
          Kind.OTHER_GROUP,
          "Stream "
              + stream
              + " of this table is written by consumer group "
              + there.group()
              + ", this is group "
              + here.group()
              + ". Use another stream id for another pipeline; if that group is retired, say"
              + " takeOverFrom(\""
              + there.group()
              + "\").",
          null);
    }
  }

  /**
   * Where {@code partitions} begin, by the token and by what the cluster has; without those that
   * have no leader for now.
   *
   * @param described the topics of the partitions, by name
   */
  Map<TopicPartition, Start> find(
      Collection<TopicIdPartition> partitions,
      Map<String, Topic> described,
      CommitToken token,
      TopicLookup topics) {
    Map<TopicPartition, Long> earliest = offsets(partitions, OffsetSpec.earliest(), topics);
    Map<TopicPartition, Long> latest = offsets(partitions, OffsetSpec.latest(), topics);
    Known known = Known.in(token);
    Map<TopicPartition, Start> starts = new HashMap<>();
    for (TopicIdPartition partition : partitions) {
      TopicPartition name = partition.topicPartition();
      String source = KafkaTokens.source(partition);
      Long oldest = earliest.get(name);
      Long end = latest.get(name);
      if (oldest == null || end == null) {
        continue; // no leader for now
      }
      int spread = upserts ? Objects.requireNonNull(described.get(name.topic())).partitions() : 0;
      checkSpread(partition.topic(), KafkaTokens.spread(token, partition), spread);
      OptionalLong held = KafkaTokens.offset(token, source);
      starts.put(
          name,
          held.isPresent()
              ? resumed(name, source, held.getAsLong(), oldest, end, spread, topics)
              : new Start(
                  source,
                  begin(partition, oldest, end, known, topics),
                  end,
                  upserts || !reset.equals(EARLIEST),
                  0,
                  spread));
    }
    return starts;
  }

  private static Map<TopicPartition, Long> offsets(
      Collection<TopicIdPartition> partitions, OffsetSpec spec, TopicLookup topics) {
    Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
    partitions.forEach(partition -> specs.put(partition.topicPartition(), spec));
    return topics.offsets(specs);
  }

  private Start resumed(
      TopicPartition name,
      String source,
      long position,
      long oldest,
      long end,
      int spread,
      TopicLookup topics) {
    if (position > end && position > topics.highWatermark(name)) {
      throw new KafkaIngestException(
          Kind.TOPIC_BEHIND_TABLE,
          "Partition "
              + name
              + " ends at offset "
              + end
              + ", but the table holds its records up to "
              + position
              + ": its log was cut (an unclean election of a leader) or restored. Which records"
              + " were written anew cannot be told; repair the topic, or use another stream id.",
          null);
    }
    if (position >= oldest) {
      return new Start(source, position, end, false, 0, spread);
    }
    if (options.whenRecordsAreGone() == WhenRecordsAreGone.STOP) {
      throw new KafkaIngestException(
          Kind.RECORDS_GONE,
          "The table holds the records of "
              + name
              + " up to "
              + position
              + ", but retention has deleted everything before "
              + oldest
              + ". To go on without these "
              + (oldest - position)
              + " offsets, say whenRecordsAreGone(SKIP).",
          null);
    }
    LOG.warn(
        "Stream {}: offsets {} to {} of {} were deleted before they were read, and are skipped",
        options.writer().streamId(),
        position,
        oldest,
        name);
    return new Start(source, oldest, end, false, oldest - position, spread);
  }

  /**
   * Checks that the topics of {@code claimed} still have as many partitions as they had.
   *
   * @throws KafkaIngestException if one has more, and keys are to be in order
   */
  void checkSpread(Collection<AssignedPartition> claimed, Map<String, Topic> described) {
    for (AssignedPartition partition : claimed) {
      Topic topic = described.get(partition.name().topic());
      if (topic != null) {
        checkSpread(partition.name().topic(), partition.spread(), topic.partitions());
      }
    }
  }

  /** Zero is for a spread that does not matter, or is not known. */
  private void checkSpread(String topic, int before, int now) {
    if (before > 0 && now > before && options.whenTopicGrows() == WhenTopicGrows.STOP) {
      throw new KafkaIngestException(
          Kind.TOPIC_GREW,
          "Topic "
              + topic
              + " had "
              + before
              + " partitions and has "
              + now
              + ": keys have moved to other partitions, and a key's older records may yet be read"
              + " after its newer ones, which would bring an old state back. If everything from"
              + " before the change has been read, say whenTopicGrows(GO_ON).",
          null);
    }
  }

  /** A partition without a token: new to this stream, of a topic that grew, or of a new topic. */
  private long begin(
      TopicIdPartition partition, long oldest, long end, Known known, TopicLookup topics) {
    if (known.topics().contains(partition.topic())) {
      if (known.ids().contains(partition.topicId())) {
        return oldest; // the topic grew: what was produced before we noticed counts
      }
      if (options.whenTopicIsRecreated() == WhenTopicIsRecreated.STOP) {
        throw recreated(partition.topic());
      }
      LOG.warn(
          "Stream {}: topic {} was made anew and is read from its beginning",
          options.writer().streamId(),
          partition.topic());
      return oldest;
    }
    return switch (reset) {
      case EARLIEST -> oldest;
      case "latest" -> end;
      case "none" ->
          throw new KafkaIngestException(
              Kind.NO_POSITION,
              "The table has no position for "
                  + partition.topicPartition()
                  + ", and auto.offset.reset is none. Set it to earliest or latest to begin.",
              null);
      default -> since(partition.topicPartition(), end, topics);
    };
  }

  private long since(TopicPartition name, long end, TopicLookup topics) {
    Duration back = Duration.parse(reset.substring(BY_DURATION.length()));
    long millis = options.writer().clock().instant().minus(back).toEpochMilli();
    long found =
        topics.offsets(Map.of(name, OffsetSpec.forTimestamp(millis))).getOrDefault(name, -1L);
    return found >= 0 ? found : end;
  }

  KafkaIngestException recreated(String topic) {
    return new KafkaIngestException(
        Kind.TOPIC_RECREATED,
        "Topic "
            + topic
            + " was deleted and made anew since the table's positions were written. To read the"
            + " new topic from its beginning, beside the rows of the old one, say"
            + " whenTopicIsRecreated(READ_NEW).",
        null);
  }

  /** The topics that a token has positions of. */
  private record Known(Set<String> topics, Set<Uuid> ids) {

    static Known in(CommitToken token) {
      Set<String> topics = new HashSet<>();
      Set<Uuid> ids = new HashSet<>();
      for (String source : token.positions().keySet()) {
        KafkaTokens.partition(source)
            .ifPresent(
                partition -> {
                  topics.add(partition.topic());
                  ids.add(partition.topicId());
                });
      }
      return new Known(topics, ids);
    }
  }
}
