package dev.firn.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.TopicPartition;

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

  /** What was appended and is not yet known to be committed: ends, and the timestamps there. */
  private final Deque<long[]> underWay = new ArrayDeque<>();

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

  /** Everything before {@code next} was appended; its last record has {@code timestamp}. */
  void reached(long next, long timestamp) {
    reached = next;
    underWay.add(new long[] {next, timestamp});
  }

  long committed() {
    return committed;
  }

  /** The table holds everything before {@code position}. */
  void committed(long position) {
    committed = position;
    long visible = visibleMillis;
    for (long[] end = underWay.peek(); end != null && end[0] <= position; end = underWay.peek()) {
      visible = Math.max(visible, end[1]);
      underWay.remove();
    }
    visibleMillis = visible;
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
