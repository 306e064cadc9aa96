package dev.firn.kafka;

import dev.firn.api.CommitToken;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.FirnException;
import dev.firn.kafka.KafkaOptions.WhenTopicIsRecreated;
import dev.firn.kafka.TopicLookup.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer, one writer, and the thread between them.
 *
 * <p><strong>Two sides.</strong> Kafka wants to be polled every moment, or it gives the partitions
 * to others; the table may take minutes to answer. So this thread polls and appends, both of which
 * never wait, and everything that waits for the table or the cluster (opening, claiming, securing
 * bad records, closing) is <em>work</em> of a second thread. While there is work the partitions are
 * paused and polled in vain. Work ends with what is to be done here, on the polling thread.
 *
 * <p><strong>Positions.</strong> A partition that is assigned is paused until it is claimed: its
 * position is the table's, see {@link StartPositions}. Rows and position go into the writer
 * together, chunk by chunk, so the writer may commit at any time between two chunks.
 *
 * <p><strong>Trouble.</strong> There is one way back from everything that a retry may mend: give up
 * the writer with all it holds, open another, claim what is assigned, and read on from the table.
 *
 * <p>Over 400 lines because turns, work, trouble, the group's calls and the end change the same few
 * things (session, assignment, flow, feed), and what one may assume is what the others leave.
 *
 * <p>One thread, but for the figures.
 */
final class IngestLoop implements ConsumerRebalanceListener {

  private static final Logger LOG = LoggerFactory.getLogger(IngestLoop.class);

  /** While something is waited for: it should go on at once. */
  private static final Duration MOMENT = Duration.ofMillis(5);

  /** How soon a topic is looked up again that was assigned, but is not there. */
  private static final long ABSENT_NANOS = Duration.ofMillis(500).toNanos();

  /** For calls to Kafka whose failure harms nothing. */
  private static final Duration COURTESY = Duration.ofSeconds(5);

  private final KafkaOptions options;
  private final Consumer<byte[], byte[]> consumer;
  private final TopicLookup topics;
  private final StartPositions positions;
  private final Claims claims;
  private final TableThread tableThread;
  private final Counters counters;

  private final Assignment assignment = new Assignment();
  private final TopicIdentity identity;
  private final PartitionFlow flow;
  private final RecordFeed feed;
  private final CommitReports reports;
  private final Recovery recovery;

  private volatile @Nullable TableSession session;

  private long failuresSeen;

  /** Counts how often a group began anew, as the upper half of the generations of claims. */
  private long incarnation;

  IngestLoop(
      KafkaOptions options,
      Consumer<byte[], byte[]> consumer,
      MetadataWatch metadata,
      TopicLookup topics,
      StartPositions positions,
      TableSide table,
      TableSession first,
      Counters counters) {
    this.options = options;
    this.consumer = consumer;
    this.topics = topics;
    this.positions = positions;
    this.claims = new Claims(table, topics, positions);
    this.session = first;
    this.tableThread = new TableThread("firn-kafka-table-" + options.writer().streamId());
    this.recovery = new Recovery(options);
    this.identity = new TopicIdentity(metadata, assignment, options.writer().streamId());
    this.flow = new PartitionFlow(consumer, assignment);
    this.counters = counters;
    this.feed = new RecordFeed(options, assignment, positions.here(), counters);
    this.reports = new CommitReports(consumer, assignment, counters, options.writer().clock());
  }

  void subscribe() {
    if (options.topicPattern().isPresent()) {
      consumer.subscribe(options.topicPattern().get(), this);
    } else {
      consumer.subscribe(options.topics(), this);
    }
  }

  /**
   * One turn: polls for at most {@code timeout}, and appends what came.
   *
   * @throws FirnException when the ingest must stop
   */
  void step(Duration timeout) {
    finishWork();
    noticeFailure();
    if (!tableThread.isBusy() && recovery.isTimeToTry()) {
      beginWork();
    }
    if (!tableThread.isBusy() && feed.isEmpty()) {
      flow.open();
    } else {
      flow.close();
    }
    boolean waiting = !flow.isOpen() || feed.holdsMarks();
    try {
      feed.add(consumer.poll(waiting && timeout.compareTo(MOMENT) > 0 ? MOMENT : timeout));
    } catch (LogTruncationException e) {
      identity.cut(e);
    } catch (OffsetOutOfRangeException e) {
      outOfRange(e);
    }
    TableSession open = session;
    if (!tableThread.isBusy() && open != null) {
      feedTo(open);
      if (reports.note(open.writer().committed())) {
        recovery.committed();
      }
      reports.tellKafka();
    }
  }

  private void feedTo(TableSession open) {
    try {
      feed.markHeld(open);
      if (identity.isKnown()) {
        feed.drain(open);
      }
    } catch (FirnException e) {
      trouble(e);
    }
  }

  /** A writer that has failed in the background is not called by a stream that is quiet. */
  private void noticeFailure() {
    TableSession open = session;
    if (!tableThread.isBusy() && open != null && counters.failures.get() != failuresSeen) {
      failuresSeen = counters.failures.get();
      open.writer().status().failure().ifPresent(this::trouble);
    }
  }

  // Work: what waits for the table or the cluster, beside the polling.

  private void finishWork() {
    try {
      tableThread.finish();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      trouble(cause == null ? e : cause);
    }
  }

  private void beginWork() {
    TableSession open = session;
    boolean unclaimed = assignment.isAnyUnclaimed();
    if (open == null) {
      tableThread.begin(claim(null));
    } else if (open.hasUnsafeBadRecords() && (unclaimed || feed.isTimeToSecure())) {
      tableThread.begin(() -> secure(open));
    } else if (!identity.isKnown()) {
      tableThread.begin(this::lookUpIds);
    } else if (unclaimed && !feed.holdsMarks()) {
      tableThread.begin(claim(open));
    }
  }

  private Runnable secure(TableSession open) {
    open.secureBadRecords();
    return () -> {}; // marks are made at this turn
  }

  private Callable<Runnable> claim(@Nullable TableSession open) {
    Set<TopicPartition> names = assignment.unclaimed();
    long generation = incarnation << Integer.SIZE | consumer.groupMetadata().generationId();
    return () -> {
      Claims.Outcome outcome = claims.claim(open, names, generation);
      return outcome instanceof Claims.Claimed claimed
          ? () -> claimed(claimed)
          : () -> refused((Claims.Refused) outcome);
    };
  }

  private void claimed(Claims.Claimed claimed) {
    session = claimed.session();
    claimed
        .starts()
        .forEach(
            (name, start) -> {
              AssignedPartition partition = assignment.get(name);
              if (partition != null && !partition.isClaimed()) {
                partition.claimed(start);
                reports.held(partition);
                consumer.seek(name, start.position());
                counters.recordsSkipped.addAndGet(start.skipped());
              }
            });
    feed.begin(claimed.session());
    LOG.info("Stream {} reads {}", stream(), claimed.starts());
    if (assignment.isAnyUnclaimed()) {
      recovery.waitNanos(ABSENT_NANOS);
    }
  }

  /**
   * Either we were away and the partitions have gone to another, or the group was forgotten by
   * Kafka and counts from one again. Kafka tells: it takes offsets from members only.
   */
  private void refused(Claims.Refused refused) {
    session = refused.session();
    if (refused.held().isEmpty()) {
      trouble(refused.why()); // this session has not seen that claim: another one will
      return;
    }
    try {
      consumer.commitSync(refused.held(), COURTESY);
      incarnation = Math.max(incarnation, (refused.why().tableEpoch() >> Integer.SIZE) + 1);
    } catch (KafkaException notOurs) {
      LOG.info("Stream {} has lost partitions: {}", stream(), refused.why().getMessage());
      recovery.waitForCluster(notOurs);
    }
  }

  private Runnable lookUpIds() {
    long updates = identity.updates();
    Map<String, Topic> described = topics.describe(assignment.topics());
    return () -> {
      List<AssignedPartition> recreated = identity.recreated(described);
      if (recreated.isEmpty() || recreated(recreated)) {
        positions.checkSpread(assignment.all(), described);
        identity.known(updates);
        recovery.clusterAnswered();
      }
    };
  }

  /** What is in the writer is of the old topic, what is in the backlog may be of the new one. */
  private boolean recreated(List<AssignedPartition> partitions) {
    if (options.whenTopicIsRecreated() == WhenTopicIsRecreated.STOP) {
      throw positions.recreated(partitions.get(0).name().topic());
    }
    return giveUpClaims(partitions);
  }

  /** Retention or a cut of the log has overtaken us; a claim looks at the ends of the log. */
  private void outOfRange(OffsetOutOfRangeException e) {
    LOG.debug("Stream {}", stream(), e);
    giveUpClaims(
        assignment.all().stream()
            .filter(AssignedPartition::isClaimed)
            .filter(partition -> e.partitions().contains(partition.name()))
            .toList());
  }

  /**
   * Claims partitions anew. What was taken of them must be marked before, because a partition that
   * is not claimed is not marked; returns false if that has to be waited for.
   */
  private boolean giveUpClaims(List<AssignedPartition> partitions) {
    if (feed.holdsMarks()) {
      feed.secureSoon();
      return false;
    }
    for (AssignedPartition partition : partitions) {
      feed.remove(partition.name()::equals);
      partition.unclaimed();
      flow.hold(partition.name());
    }
    return true;
  }

  // Trouble.

  private void trouble(Throwable problem) {
    if (recovery.mustBeginAnew(problem)) {
      giveUpWriter();
    }
  }

  /** Drops what is not committed; it is read again. */
  private void giveUpWriter() {
    flow.close(); // the poll that calls us may yet bring records
    feed.clear();
    assignment.all().forEach(AssignedPartition::unclaimed);
    TableSession given = session;
    if (given != null) {
      session = null;
      counters.reopenings.incrementAndGet();
      tableThread.begin(
          () -> {
            given.close();
            return () -> {};
          });
    }
  }

  // The group's calls, from within poll.

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    for (TopicPartition name : partitions) {
      assignment.add(name);
      flow.hold(name);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    feed.remove(partitions::contains);
    TableSession open = session;
    List<String> sources = assignment.sources(partitions);
    if (open != null && !sources.isEmpty()) {
      handOver(open, sources);
    }
    assignment.removeAll(partitions);
  }

  /** Commits what was read, so that the next owner need not read it again; within a bound. */
  private void handOver(TableSession open, List<String> sources) {
    CommitToken tail = feed.tail(open);
    try {
      tableThread.await(
          () -> {
            open.commitTail(tail);
            open.writer().release(sources);
          },
          options.revokeTimeout());
      feed.marksMade();
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("Stream {}: rows of {} are left to their next owner", stream(), sources, e);
      giveUpWriter();
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    LOG.info("Stream {} has lost {}", stream(), partitions);
    assignment.removeAll(partitions);
    giveUpWriter(); // with the rows of the lost ones
  }

  // The end.

  /** Commits the tail, within the close deadline, and leaves the group. */
  void close() {
    topics.hurry();
    try {
      takeOpenSession();
      TableSession open = session;
      if (open != null) {
        commitAtTheEnd(open);
        reports.note(open.writer().committed());
        reports.tellKafkaAtTheEnd(COURTESY);
      }
    } finally {
      try {
        closeConsumer();
        TableSession open = session;
        session = null;
        if (open != null) {
          closeBehindItsWork(open);
        }
      } finally {
        tableThread.close();
      }
    }
  }

  /** Work that is under way may have opened one. */
  private void takeOpenSession() {
    try {
      tableThread.awaitWork(options.writer().closeTimeout());
      tableThread.finish();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.info("Stream {} closes in the midst of trouble: {}", stream(), e.toString());
    }
  }

  private void closeConsumer() {
    try {
      consumer.close(CloseOptions.timeout(COURTESY));
    } catch (KafkaException e) {
      LOG.info("Stream {}: the consumer did not close well: {}", stream(), e.toString());
    }
  }

  /** The table's thread may still be in it. */
  private void closeBehindItsWork(TableSession open) {
    try {
      tableThread.await(open::close, options.writer().closeTimeout());
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("Stream {}: the writer is left to close by itself: {}", stream(), e.toString());
    }
  }

  private void commitAtTheEnd(TableSession open) {
    CommitToken tail = feed.tail(open);
    try {
      tableThread.await(() -> open.commitTail(tail), options.writer().closeTimeout());
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn(
          "Stream {} closes without its last rows, which will be read again: {}",
          stream(),
          e.toString());
    }
  }

  /** Whether records are read; any thread. */
  boolean isFlowing() {
    return flow.isOpen() && session != null && assignment.isAnyClaimed();
  }

  /** The partitions, without I/O; any thread. */
  List<KafkaStatus.Partition> partitions() {
    return assignment.status(options.writer().clock().millis());
  }

  /** The writer, without I/O; null while there is none. Any thread. */
  @Nullable WriterStatus writerStatus() {
    TableSession open = session;
    return open == null ? null : open.writer().status();
  }

  /** The last trouble; null once it is over. Any thread. */
  @Nullable Throwable trouble() {
    Throwable decoding = feed.trouble();
    return decoding != null ? decoding : recovery.last();
  }

  private String stream() {
    return options.writer().streamId();
  }
}
