package dev.firn.kafka;

import dev.firn.api.CommitToken;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.StorageException;
import dev.firn.kafka.Backlog.Chunk;
import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.kafka.KafkaTokens.Origin;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes polled records into the writer, and marks how far they reach: after each chunk, so that the
 * writer may commit between any two. Hot.
 *
 * <p>A mark says that all rows so far are covered, of all partitions. So after a bad record, which
 * must be safe in its own place first, no partition is marked until it is: marks are held. Rows are
 * taken meanwhile.
 *
 * <p>Nothing here waits: what cannot be taken now stays in the backlog. The polling thread's own.
 */
final class RecordFeed {

  private static final Logger LOG = LoggerFactory.getLogger(RecordFeed.class);

  private final KafkaOptions options;
  private final Assignment assignment;
  private final Origin here;
  private final Counters counters;

  /** Whether rows have a key, so that a tombstone deletes. */
  private final boolean upserts;

  private final Backlog backlog = new Backlog();
  private final Outage decoding = new Outage();
  private long nextDrain = System.nanoTime();

  /** Whether a partition may have reached further than it is marked. */
  private boolean marksHeld;

  private long marksHeldSince;
  private boolean secureSoon;

  /** Whether the writer's token, or a mark in it, says of which cluster and group it is. */
  private boolean originMarked;

  RecordFeed(KafkaOptions options, Assignment assignment, Origin here, Counters counters) {
    this.options = options;
    this.assignment = assignment;
    this.here = here;
    this.counters = counters;
    this.upserts = options.writer().key().isPresent();
  }

  /** Takes what was polled; records of a partition that is not claimed any more are let go. */
  void add(ConsumerRecords<byte[], byte[]> polled) {
    polled
        .nextOffsets()
        .forEach(
            (name, next) -> {
              AssignedPartition partition = assignment.get(name);
              if (partition != null) {
                partition.polled(next.offset());
              }
            });
    backlog.add(polled);
    backlog.remove(
        name -> {
          AssignedPartition partition = assignment.get(name);
          return partition == null || !partition.isClaimed();
        });
  }

  boolean isEmpty() {
    return backlog.isEmpty();
  }

  void remove(Predicate<TopicPartition> unwanted) {
    backlog.remove(unwanted);
  }

  /** The writer is given up, with its rows. */
  void clear() {
    backlog.remove(name -> true);
    marksMade();
  }

  /** Partitions were claimed: where they begin is a position, too, which the table should know. */
  void begin(TableSession open) {
    originMarked = KafkaTokens.origin(open.writer().committed()).equals(Optional.of(here));
    holdMarks();
  }

  boolean holdsMarks() {
    return marksHeld;
  }

  private void holdMarks() {
    if (!marksHeld) {
      marksHeld = true;
      marksHeldSince = System.nanoTime();
    }
  }

  /** One commit of bad records for many: with the first of them half an interval is waited. */
  boolean isTimeToSecure() {
    Duration interval = options.writer().commitPolicy().interval();
    return secureSoon || System.nanoTime() - marksHeldSince >= interval.toNanos() / 2;
  }

  /** Something waits for the marks. */
  void secureSoon() {
    secureSoon = true;
  }

  /**
   * Takes what can be taken now.
   *
   * @throws dev.firn.api.error.FirnException if the writer has failed, or the ingest must stop
   */
  void drain(TableSession open) {
    if (System.nanoTime() - nextDrain < 0) {
      return;
    }
    try {
      for (Chunk chunk = backlog.first(); chunk != null; chunk = backlog.first()) {
        AssignedPartition partition = assignment.get(chunk.partition);
        if (partition != null && partition.isClaimed()) {
          append(chunk, partition, open);
          if (!chunk.isDone()) {
            return;
          }
        }
        backlog.removeFirst();
        decoding.over();
      }
    } catch (BufferFullException | StorageException e) {
      LOG.debug("The rest waits", e); // nothing is lost
    }
  }

  private void append(Chunk chunk, AssignedPartition partition, TableSession open) {
    StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer = open.writer();
    int from = chunk.next;
    try {
      while (!chunk.isDone()) {
        ConsumerRecord<byte[], byte[]> record = chunk.records.get(chunk.next);
        try {
          if (upserts && record.value() == null) {
            writer.delete(record);
          } else {
            writer.append(record);
          }
        } catch (RecordRejectedException e) {
          if (!dealWith(record, e, partition, open)) {
            return;
          }
        }
        chunk.next++;
      }
    } finally {
      if (chunk.next > from) {
        counters.recordsRead.addAndGet(chunk.next - from);
        partition.reached(
            chunk.isDone() ? chunk.end : chunk.records.get(chunk.next).offset(),
            chunk.records.get(from).timestamp(),
            chunk.records.get(chunk.next - 1).timestamp());
        markReached(partition, open);
      } else if (chunk.isDone() && chunk.end > partition.reached()) {
        partition.reached(chunk.end, -1, -1); // aborted or control records
        markReached(partition, open);
      }
    }
  }

  private void markReached(AssignedPartition partition, TableSession open) {
    if (open.hasUnsafeBadRecords()) {
      holdMarks();
    }
    if (marksHeld) {
      return;
    }
    try {
      if (originMarked && !upserts) {
        open.writer().mark(partition.source(), partition.reached());
      } else {
        CommitToken reached = CommitToken.of(Map.of(partition.source(), partition.position()));
        open.writer().mark(originMarked ? reached : withOrigin(reached));
        originMarked = true;
      }
    } catch (StorageException e) {
      holdMarks(); // an earlier commit rests: marked at a later turn
    }
  }

  /**
   * Marks what was held back, if nothing speaks against it any more.
   *
   * @throws dev.firn.api.error.FirnException if the writer has failed
   */
  void markHeld(TableSession open) {
    if (!marksHeld || open.hasUnsafeBadRecords()) {
      return;
    }
    CommitToken tail = tail(open);
    try {
      if (!tail.isNone()) {
        open.writer().mark(tail);
        originMarked = true;
      }
      marksMade();
    } catch (StorageException e) {
      LOG.debug("Marks are held on", e);
    }
  }

  /** Everything is marked, or given up. */
  void marksMade() {
    marksHeld = false;
    secureSoon = false;
  }

  /** How far the claimed partitions have come past their marks, as the mark to make. */
  CommitToken tail(TableSession open) {
    CommitToken ahead = assignment.ahead(open.writer().status().marked());
    return ahead.isNone() ? ahead : withOrigin(ahead);
  }

  /** Why records cannot be decoded for now; null if they can. Any thread. */
  @Nullable Throwable trouble() {
    return decoding.last();
  }

  private CommitToken withOrigin(CommitToken token) {
    return token.withAttachment(KafkaTokens.attachment(here));
  }

  /** Returns whether the record is dealt with; if not, it is tried again. */
  private boolean dealWith(
      ConsumerRecord<byte[], byte[]> record,
      RecordRejectedException why,
      AssignedPartition partition,
      TableSession open) {
    RetriableException away = decoderIsAway(why);
    if (away != null) {
      long now = System.nanoTime();
      nextDrain = now + decoding.failed(away, now);
      LOG.warn(
          "Stream {} waits to decode {}: {}",
          options.writer().streamId(),
          partition.name(),
          away.toString());
      return false;
    }
    if (!open.takeBad(partition.source(), record, why)) {
      throw new KafkaIngestException(
          Kind.BAD_RECORD,
          "Record "
              + record.offset()
              + " of "
              + partition.name()
              + " cannot be written: "
              + why.getMessage()
              + ". What came before it is committed. Repair the mapper or the table, or say with"
              + " BadRecords where such records go.",
          why);
    }
    counters.recordsRejected.incrementAndGet();
    return true;
  }

  /** Not the record's fault: whoever helps to decode it is away for now. */
  private static @Nullable RetriableException decoderIsAway(RecordRejectedException why) {
    for (Throwable cause = why.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException away) {
        return away;
      }
    }
    return null;
  }
}
