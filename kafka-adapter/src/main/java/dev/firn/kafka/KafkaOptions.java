package dev.firn.kafka;

import dev.firn.api.WriterOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link KafkaIngest} reads, and how. Immutable; made by {@link #builder(WriterOptions)}.
 *
 * <p>How the table is written (stream id, commit policy, memory, branch ...) is said by the {@link
 * WriterOptions}. The consumer group is called like the stream unless the consumer's properties
 * give a {@code group.id}.
 *
 * @since 0.1
 */
public final class KafkaOptions {

  /** Ten seconds: a tail of a few commits, and well within a group's patience with a rebalance. */
  public static final Duration DEFAULT_REVOKE_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Half an hour: an outage longer than that is for a human, and the group is better off without
   * us.
   */
  public static final Duration DEFAULT_PATIENCE = Duration.ofMinutes(30);

  /** What the ingest decides itself, and why nobody else may. */
  private static final Map<String, String> OURS =
      Map.of(
          ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
          "keys are decoded by the mapper: see KafkaFormats.deserialized",
          ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
          "values are decoded by the mapper: see KafkaFormats.deserialized",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          "positions are committed with the rows, in the table");

  private final Builder settings;

  private KafkaOptions(Builder settings) {
    this.settings = settings;
  }

  /** Options of an ingest whose table is written as {@code writer} says. */
  public static Builder builder(WriterOptions writer) {
    return new Builder(writer);
  }

  /** What to do when retention has deleted records that were not read yet. */
  public enum WhenRecordsAreGone {
    /** Stop with {@link KafkaIngestException.Kind#RECORDS_GONE}. */
    STOP,
    /** Go on with the oldest record that is left; the gap is logged and counted. */
    SKIP
  }

  /** What to do when a topic was deleted and made anew. */
  public enum WhenTopicIsRecreated {
    /** Stop with {@link KafkaIngestException.Kind#TOPIC_RECREATED}. */
    STOP,
    /** Read the new topic from its beginning; the rows of the old one stay. */
    READ_NEW
  }

  /** What to do when a topic has more partitions than it had, and rows are upserted by key. */
  public enum WhenTopicGrows {
    /** Stop with {@link KafkaIngestException.Kind#TOPIC_GREW}. */
    STOP,
    /** Go on, also with the new partitions: all that was produced before has been read. */
    GO_ON
  }

  /** How the table is written. */
  public WriterOptions writer() {
    return settings.writer;
  }

  /** The topics; empty if a pattern says which. */
  public Set<String> topics() {
    return settings.topics;
  }

  /** The pattern of the topics' names; empty if they are listed. */
  public Optional<Pattern> topicPattern() {
    return Optional.ofNullable(settings.topicPattern);
  }

  /** The consumer's properties, as given. */
  public Map<String, Object> consumer() {
    return settings.consumer;
  }

  /** The consumer group. */
  public String groupId() {
    Object group = settings.consumer.get(ConsumerConfig.GROUP_ID_CONFIG);
    return group == null ? settings.writer.streamId() : group.toString();
  }

  /** How many consumers read in this process, each on a thread of its own. */
  public int consumers() {
    return settings.consumers;
  }

  /** What becomes of records that cannot be written. */
  public BadRecords badRecords() {
    return settings.badRecords;
  }

  /** What to do when retention has deleted records that were not read yet. */
  public WhenRecordsAreGone whenRecordsAreGone() {
    return settings.whenRecordsAreGone;
  }

  /** What to do when a topic was deleted and made anew. */
  public WhenTopicIsRecreated whenTopicIsRecreated() {
    return settings.whenTopicIsRecreated;
  }

  /** What to do when a topic has more partitions than it had, and rows are upserted by key. */
  public WhenTopicGrows whenTopicGrows() {
    return settings.whenTopicGrows;
  }

  /** The retired consumer group whose positions are taken over, if there is one. */
  public Optional<String> takeOverFrom() {
    return Optional.ofNullable(settings.takeOverFrom);
  }

  /** How long a rebalance waits for the rows of partitions that go elsewhere. */
  public Duration revokeTimeout() {
    return settings.revokeTimeout;
  }

  /** How long the table may be in trouble before the ingest gives up. */
  public Duration patience() {
    return settings.patience;
  }

  /** Without the consumer's properties: they may hold passwords. */
  @Override
  public String toString() {
    return "KafkaOptions["
        + (settings.topicPattern != null ? settings.topicPattern : settings.topics)
        + ", group "
        + groupId()
        + ", bad records: "
        + settings.badRecords
        + ", "
        + settings.writer
        + "]";
  }

  /** Collects settings; each setter checks its own. Not thread-safe. */
  public static final class Builder {

    private final WriterOptions writer;
    private Set<String> topics = Set.of();
    private @Nullable Pattern topicPattern;
    private Map<String, Object> consumer = Map.of();
    private int consumers = 1;
    private BadRecords badRecords = BadRecords.stop();
    private WhenRecordsAreGone whenRecordsAreGone = WhenRecordsAreGone.STOP;
    private WhenTopicIsRecreated whenTopicIsRecreated = WhenTopicIsRecreated.STOP;
    private WhenTopicGrows whenTopicGrows = WhenTopicGrows.STOP;
    private @Nullable String takeOverFrom;
    private Duration revokeTimeout = DEFAULT_REVOKE_TIMEOUT;
    private Duration patience = DEFAULT_PATIENCE;

    private Builder(WriterOptions writer) {
      this.writer = Objects.requireNonNull(writer, "writer");
    }

    private Builder(Builder other) {
      this.writer = other.writer;
      this.topics = other.topics;
      this.topicPattern = other.topicPattern;
      this.consumer = other.consumer;
      this.consumers = other.consumers;
      this.badRecords = other.badRecords;
      this.whenRecordsAreGone = other.whenRecordsAreGone;
      this.whenTopicIsRecreated = other.whenTopicIsRecreated;
      this.whenTopicGrows = other.whenTopicGrows;
      this.takeOverFrom = other.takeOverFrom;
      this.revokeTimeout = other.revokeTimeout;
      this.patience = other.patience;
    }

    /** The topics to read. */
    public Builder topics(String... names) {
      if (names.length == 0) {
        throw new IllegalArgumentException("topics must name at least one topic");
      }
      this.topics = Set.copyOf(List.of(names));
      this.topicPattern = null;
      return this;
    }

    /** Reads all topics whose name matches, also those that come later. */
    public Builder topics(Pattern pattern) {
      this.topicPattern = Objects.requireNonNull(pattern, "pattern");
      this.topics = Set.of();
      return this;
    }

    /**
     * Properties of Kafka's {@link ConsumerConfig}; {@code bootstrap.servers} is needed. Two
     * defaults differ from Kafka's: {@code isolation.level} is {@code read_committed}, and {@code
     * auto.offset.reset}, which is for partitions that have no token yet, is {@code earliest}.
     */
    public Builder consumer(Map<String, ?> properties) {
      properties.forEach(
          (name, value) -> {
            if (OURS.containsKey(name)) {
              throw new IllegalArgumentException(
                  name + " must not be among the consumer's properties: " + OURS.get(name));
            }
            Objects.requireNonNull(value, name);
          });
      this.consumer = Map.copyOf(new HashMap<>(properties));
      return this;
    }

    /**
     * Reads with {@code value} consumers of one group, each on a thread of its own, whose rows are
     * committed together. They share the writer's memory limit. More than the topics have
     * partitions are of no use. Default 1.
     */
    public Builder consumers(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("consumers must be positive, but is " + value);
      }
      this.consumers = value;
      return this;
    }

    /** Default {@link BadRecords#stop()}. */
    public Builder badRecords(BadRecords value) {
      this.badRecords = Objects.requireNonNull(value, "badRecords");
      return this;
    }

    /** Default {@link WhenRecordsAreGone#STOP}. */
    public Builder whenRecordsAreGone(WhenRecordsAreGone value) {
      this.whenRecordsAreGone = Objects.requireNonNull(value, "whenRecordsAreGone");
      return this;
    }

    /** Default {@link WhenTopicIsRecreated#STOP}. */
    public Builder whenTopicIsRecreated(WhenTopicIsRecreated value) {
      this.whenTopicIsRecreated = Objects.requireNonNull(value, "whenTopicIsRecreated");
      return this;
    }

    /**
     * Default {@link WhenTopicGrows#STOP}: with more partitions keys are in others than before, and
     * of two partitions nobody knows which is read first. A stream that only appends reads new
     * partitions in any case.
     */
    public Builder whenTopicGrows(WhenTopicGrows value) {
      this.whenTopicGrows = Objects.requireNonNull(value, "whenTopicGrows");
      return this;
    }

    /**
     * Goes on where {@code group} has stopped. Without this, a table that another consumer group
     * writes under the same stream id is refused, because two groups that both live would each read
     * every record. Default nobody.
     */
    public Builder takeOverFrom(String group) {
      this.takeOverFrom = Objects.requireNonNull(group, "takeOverFrom");
      return this;
    }

    /**
     * Default {@link KafkaOptions#DEFAULT_REVOKE_TIMEOUT}; rows that take longer are read again.
     */
    public Builder revokeTimeout(Duration value) {
      this.revokeTimeout = notNegative("revokeTimeout", value);
      return this;
    }

    /** Default {@link KafkaOptions#DEFAULT_PATIENCE}. */
    public Builder patience(Duration value) {
      this.patience = notNegative("patience", value);
      return this;
    }

    /** The options so far; the builder may be used on. */
    public KafkaOptions build() {
      if (topics.isEmpty() && topicPattern == null) {
        throw new IllegalArgumentException(
            "Nothing to read: name topics(...) for stream " + writer.streamId());
      }
      if (!consumer.containsKey(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG)) {
        throw new IllegalArgumentException(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG
                + " is missing among the consumer's properties");
      }
      if (writer.commitPolicy().isManual()) {
        throw new IllegalArgumentException(
            "An ingest commits by itself: stream " + writer.streamId() + " needs a commit policy");
      }
      Object reset = consumer.get(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG);
      if (reset != null && !StartPositions.isReset(reset.toString())) {
        throw new IllegalArgumentException(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG
                + " must be earliest, latest, none or by_duration:<ISO 8601>, but is "
                + reset);
      }
      return new KafkaOptions(new Builder(this));
    }

    private static Duration notNegative(String name, Duration value) {
      if (value.isNegative()) {
        throw new IllegalArgumentException(name + " must not be negative, but is " + value);
      }
      return value;
    }
  }
}
