package dev.firn.kafka;

import dev.firn.api.error.FirnException;
import org.jspecify.annotations.Nullable;

/**
 * The ingest has stopped, because going on would lose rows, double them, or do what nobody asked
 * for. What was committed before is in the table. {@link #kind()} says what happened, the message
 * what to do.
 *
 * @since 0.1
 */
public final class KafkaIngestException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What happened. */
  public enum Kind {
    /** A record cannot be decoded, or does not fit the table; see {@link BadRecords}. */
    BAD_RECORD,
    /**
     * Retention has deleted records that were not read yet; see {@link
     * KafkaOptions.Builder#whenRecordsAreGone}.
     */
    RECORDS_GONE,
    /** The topic ends before the position that the table holds: its log was cut or restored. */
    TOPIC_BEHIND_TABLE,
    /** A topic was deleted and made anew; see {@link KafkaOptions.Builder#whenTopicIsRecreated}. */
    TOPIC_RECREATED,
    /**
     * A topic has more partitions than it had, and rows are upserted by key; see {@link
     * KafkaOptions.Builder#whenTopicGrows}.
     */
    TOPIC_GREW,
    /** The table's token is of another Kafka cluster. */
    OTHER_CLUSTER,
    /**
     * The table's token is of another consumer group; see {@link
     * KafkaOptions.Builder#takeOverFrom}.
     */
    OTHER_GROUP,
    /** A partition has no token yet, and {@code auto.offset.reset} is {@code none}. */
    NO_POSITION,
    /**
     * Kafka refuses this consumer: authentication, authorization, or another with the same {@code
     * group.instance.id}.
     */
    REFUSED,
    /** The table was in trouble for longer than {@link KafkaOptions#patience()}. */
    GAVE_UP
  }

  KafkaIngestException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What happened. */
  public Kind kind() {
    return kind;
  }
}
