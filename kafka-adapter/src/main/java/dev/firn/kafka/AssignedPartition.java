package dev.firn.kafka;

import dev.firn.api.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * One partition that this consumer has: where it is read, and how far it is visible.
 *
 * <p>Written by the polling thread alone; {@link #status} may be called by any.
 */
final class AssignedPartition {

  private final TopicPartition name;

  /** Empty until the partition is claimed; only then are records of it taken. */
  private volatile String source = "";

  /** All records before it were appended. */
  private volatile long reached;

  /** Where the consumer goes on: what lies between is in the backlog. */
  private long polled;

  private boolean chosen;
  private int spread;
  private volatile long committed;
  private volatile long end;
  private volatile long visibleMillis;

  /** What was appended and is not yet known to be committed. */
  private final Deque<Chunk> underWay = new ArrayDeque<>();

  /** Records up to {@code end}, with the timestamps of the first and the last; -1 without any. */
  private record Chunk(long end, long oldest, long newest) {}

  AssignedPartition(TopicPartition name) {
    this.name = name;
  }

  TopicPartition name() {
    return name;
  }

  boolean isClaimed() {
    return !source.isEmpty();
  }

  String source() {
    return source;
  }

  /** Whether it is claimed as a partition of the topic with this id. */
  boolean isOf(Uuid topicId) {
    return source.equals(KafkaTokens.source(new TopicIdPartition(topicId, name)));
  }

  /** Whether it began where nobody would begin again. */
  boolean isChosen() {
    return chosen;
  }

  void claimed(StartPositions.Start start) {
    source = start.source();
    chosen = start.chosen();
    spread = start.spread();
    reached = start.position();
    polled = start.position();
    committed = start.position();
    end = start.end();
    underWay.clear();
  }

  void unclaimed() {
    source = "";
    underWay.clear();
  }

  long reached() {
    return reached;
  }

  /** How far it has come, as a token says it. */
  Position position() {
    return KafkaTokens.position(reached, spread);
  }

  /** In how many partitions its topic's keys are; 0 if nobody has to know. */
  int spread() {
    return spread;
  }

  /** Everything before {@code end} was appended; the timestamps are those of the new records. */
  void reached(long end, long oldest, long newest) {
    reached = end;
    if (visibleMillis == 0 && oldest > 0) {
      visibleMillis = oldest; // nothing is visible yet, as far as is known
    }
    underWay.add(new Chunk(end, oldest, newest));
  }

  /** The consumer goes on at {@code offset}. */
  void polled(long offset) {
    polled = offset;
  }

  long committed() {
    return committed;
  }

  /**
   * The table holds everything before {@code position}. Returns the timestamp of the oldest record
   * that has become visible by that; {@code Long.MAX_VALUE} if none has.
   */
  long committed(long position) {
    committed = position;
    long oldest = Long.MAX_VALUE;
    long newest = visibleMillis;
    for (Chunk chunk = underWay.peek();
        chunk != null && chunk.end() <= position;
        chunk = underWay.peek()) {
      underWay.remove();
      newest = Math.max(newest, chunk.newest());
      oldest = chunk.oldest() < 0 ? oldest : Math.min(oldest, chunk.oldest());
    }
    visibleMillis = newest;
    return oldest;
  }

  /** Kafka has {@code records} more than were polled. */
  void lags(long records) {
    end = polled + records;
  }

  KafkaStatus.Partition status(long nowMillis) {
    long lag = Math.max(0, Math.max(end, reached) - committed);
    long visible = visibleMillis;
    return new KafkaStatus.Partition(
        name.topic(),
        name.partition(),
        isClaimed(),
        reached,
        committed,
        lag,
        lag > 0 && visible > 0 ? Math.max(0, nowMillis - visible) : 0);
  }
}
