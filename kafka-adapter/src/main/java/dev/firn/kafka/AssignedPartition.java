package dev.firn.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

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

  private volatile long committed;
  private volatile long lag;
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

  /** Whether it is claimed as a partition of the topic with this id; null if there is no topic. */
  boolean isOf(@Nullable Uuid topicId) {
    return topicId == null
        || source.equals(KafkaTokens.source(new TopicIdPartition(topicId, name)));
  }

  void claimed(StartPositions.Start start) {
    source = start.source();
    reached = start.position();
    committed = start.position();
    underWay.clear();
  }

  void unclaimed() {
    source = "";
    underWay.clear();
  }

  long reached() {
    return reached;
  }

  /** Everything before {@code end} was appended; the timestamps are those of the new records. */
  void reached(long end, long oldest, long newest) {
    reached = end;
    underWay.add(new Chunk(end, oldest, newest));
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

  /** Records between what was polled and the partition's end. */
  void lag(long records) {
    lag = records;
  }

  KafkaStatus.Partition status(long nowMillis) {
    long records = lag;
    boolean behind = records > 0 || committed < reached;
    long millis = visibleMillis;
    return new KafkaStatus.Partition(
        name.topic(),
        name.partition(),
        isClaimed(),
        reached,
        committed,
        records + Math.max(0, reached - committed),
        behind && millis > 0 ? Math.max(0, nowMillis - millis) : 0);
  }
}
