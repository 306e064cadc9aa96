package dev.firn.kafka;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * How Kafka's positions are written in a commit token.
 *
 * <p>Each partition is a source, {@code orders-3@<topic id>}, and its position is the next offset
 * to read. The topic id makes a topic that was deleted and made anew another source. The attachment
 * names the cluster and the consumer group, so that a token of others is not taken for ours.
 *
 * <p>For a table that is upserted the position has a second number: the <em>spread</em> of the
 * topic, which is how many partitions it has. Records of one key are in order as long as they are
 * in one partition, which is as long as the spread is the same.
 */
final class KafkaTokens {

  /** First line of the attachment: other versions are left alone. */
  private static final String FORMAT = "kafka 1";

  /** Where a token comes from. */
  record Origin(String cluster, String group) {}

  private KafkaTokens() {}

  /** Brokers before 2.8 know no topic ids: there the name alone must do. */
  static String source(TopicIdPartition partition) {
    String name = partition.topicPartition().toString();
    return partition.topicId().equals(Uuid.ZERO_UUID) ? name : name + "@" + partition.topicId();
  }

  /** The partition that {@code source} names; empty if it was not named by {@link #source}. */
  static Optional<TopicIdPartition> partition(String source) {
    int at = source.indexOf('@'); // not in names of topics
    String name = at < 0 ? source : source.substring(0, at);
    int dash = name.lastIndexOf('-');
    try {
      Uuid id = at < 0 ? Uuid.ZERO_UUID : Uuid.fromString(source.substring(at + 1));
      int partition = Integer.parseInt(name.substring(dash + 1));
      return dash < 1 || partition < 0
          ? Optional.empty()
          : Optional.of(
              new TopicIdPartition(id, new TopicPartition(name.substring(0, dash), partition)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The position before {@code offset}.
   *
   * @param spread of the topic; 0 if it does not matter
   */
  static Position position(long offset, int spread) {
    return new Position(offset, spread);
  }

  /** The next offset to read of {@code source}; empty if {@code token} does not say. */
  static OptionalLong offset(CommitToken token, String source) {
    Position position = token.positions().get(source);
    return position == null ? OptionalLong.empty() : OptionalLong.of(position.major());
  }

  /**
   * The spread of the topic of {@code partition}, as {@code token} has it; 0 if it does not say.
   */
  static int spread(CommitToken token, TopicIdPartition partition) {
    long spread = 0;
    for (Map.Entry<String, Position> each : token.positions().entrySet()) {
      boolean same =
          partition(each.getKey())
              .filter(other -> other.topicId().equals(partition.topicId()))
              .filter(other -> other.topic().equals(partition.topic()))
              .isPresent();
      spread = same ? Math.max(spread, each.getValue().minor()) : spread;
    }
    return Math.toIntExact(spread);
  }

  static byte[] attachment(Origin origin) {
    return String.join("\n", FORMAT, origin.cluster(), origin.group())
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Where {@code token} comes from; empty if it does not say so. */
  static Optional<Origin> origin(CommitToken token) {
    return token
        .attachment()
        .flatMap(
            bytes -> {
              try {
                String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
                String[] lines = text.split("\n", -1);
                return lines.length == 3 && lines[0].equals(FORMAT)
                    ? Optional.of(new Origin(lines[1], lines[2]))
                    : Optional.empty();
              } catch (CharacterCodingException e) {
                return Optional.empty();
              }
            });
  }
}
