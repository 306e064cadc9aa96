package dev.firn.kafka;

import dev.firn.api.CommitResult.Timings;
import dev.firn.api.CommitToken;
import java.util.List;
import java.util.Optional;

/**
 * A {@link KafkaIngest} at one moment. Taken without I/O and without stopping it, so figures may be
 * a moment apart.
 *
 * @param state what it is doing
 * @param partitions what it has of the topics, in order of name
 * @param committed the table's token, as last seen
 * @param recordsRead records taken from Kafka since it was opened, those included that were read
 *     again
 * @param rowsCommitted rows made visible
 * @param commits snapshots made
 * @param commitRetries attempts that lost against another writer's commit and were made anew
 * @param commitTime time in commits, all of them together, by phase
 * @param freshnessMillis how old the oldest record was, by Kafka's timestamps, when the last commit
 *     made it visible
 * @param recordsRejected records that were bad
 * @param recordsSkipped offsets that retention had deleted before they were read
 * @param reopenings how often the writer was given up and opened anew
 * @param bytesBuffered memory held by rows that are not yet in files
 * @param memoryLimitBytes the budget
 * @param trouble the last thing that went wrong with the table; empty once a commit has landed
 * @since 0.1
 */
public record KafkaStatus(
    State state,
    List<Partition> partitions,
    CommitToken committed,
    long recordsRead,
    long rowsCommitted,
    long commits,
    long commitRetries,
    Timings commitTime,
    long freshnessMillis,
    long recordsRejected,
    long recordsSkipped,
    long reopenings,
    long bytesBuffered,
    long memoryLimitBytes,
    Optional<Throwable> trouble) {

  /** What an ingest is doing. */
  public enum State {
    /** Reads. */
    RUNNING,
    /** Waits for the table, for memory, or for partitions, and stays in its group. */
    WAITING,
    /** Has stopped for good; {@link KafkaIngest#run} has thrown why. */
    FAILED,
    /** Was closed. */
    CLOSED
  }

  /**
   * One partition.
   *
   * @param topic its topic
   * @param partition its number
   * @param claimed whether it is being read; before that its position is being looked up
   * @param position the next offset to read
   * @param committed the next offset that the table does not hold
   * @param lag records that Kafka has and the table has not, as far as is known
   * @param lagMillis how much older than now the newest visible record is; 0 when there is no lag
   */
  public record Partition(
      String topic,
      int partition,
      boolean claimed,
      long position,
      long committed,
      long lag,
      long lagMillis) {}

  /** The sum over all partitions. */
  public long lag() {
    return partitions.stream().mapToLong(Partition::lag).sum();
  }

  /** The worst partition's. */
  public long lagMillis() {
    return partitions.stream().mapToLong(Partition::lagMillis).max().orElse(0);
  }
}
