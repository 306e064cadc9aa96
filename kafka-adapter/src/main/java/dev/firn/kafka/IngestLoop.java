package dev.firn.kafka;

import dev.firn.api.CommitToken;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.FirnException;
import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.kafka.KafkaOptions.WhenTopicIsRecreated;
import dev.firn.kafka.KafkaStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
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
 * <p>One thread, but for {@link #status}.
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
  private final MetadataWatch metadata;
  private final TopicLookup topics;
  private final StartPositions positions;
  private final Claims claims;
  private final ExecutorService tableThread;
  private final Counters counters;

  private final Assignment assignment = new Assignment();
  private final RecordFeed feed;
  private final CommitReports reports;
  private final Outage outage = new Outage();
  private final Outage clusterOutage = new Outage();

  private volatile @Nullable TableSession session;
  private @Nullable Future<Runnable> work;
  private long nextWork = System.nanoTime();

  /** Updates of the metadata up to which the topics' ids are known to be what they were. */
  private long idsKnownAt = -1;

  private volatile boolean flowing;
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
      ExecutorService tableThread,
      Counters counters) {
    this.options = options;
    this.consumer = consumer;
    this.metadata = metadata;
    this.topics = topics;
    this.positions = positions;
    this.claims = new Claims(table, topics, positions);
    this.session = first;
    this.tableThread = tableThread;
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
    if (work == null && isTime(nextWork)) {
      beginWork();
    }
    letFlow(work == null && feed.isEmpty());
    boolean waiting = work != null || !feed.isEmpty() || feed.holdsMarks();
    try {
      feed.add(consumer.poll(waiting && timeout.compareTo(MOMENT) > 0 ? MOMENT : timeout));
    } catch (OffsetOutOfRangeException e) {
      outOfRange(e);
    }
    TableSession open = session;
    if (work == null && open != null) {
      feedTo(open);
      if (reports.note(open.writer().committed())) {
        outage.over();
      }
      reports.tellKafka();
    }
  }

  private void feedTo(TableSession open) {
    try {
      feed.markHeld(open);
      if (idsAreKnown()) {
        feed.drain(open);
      }
    } catch (FirnException e) {
      trouble(e);
    }
  }

  private static boolean isTime(long nanos) {
    return System.nanoTime() - nanos >= 0;
  }

  private boolean idsAreKnown() {
    return metadata.updates() == idsKnownAt;
  }

  /** A writer that has failed in the background is not called by a stream that is quiet. */
  private void noticeFailure() {
    TableSession open = session;
    if (work == null && open != null && counters.failures.get() != failuresSeen) {
      failuresSeen = counters.failures.get();
      open.writer().status().failure().ifPresent(this::trouble);
    }
  }

  // Work: what waits for the table or the cluster, beside the polling.

  private void begin(Callable<Runnable> slow) {
    letFlow(false);
    work = tableThread.submit(slow);
  }

  private void finishWork() {
    Future<Runnable> done = work;
    if (done == null || !done.isDone()) {
      return;
    }
    work = null;
    try {
      done.get().run();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      trouble(cause == null ? e : cause);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private void beginWork() {
    TableSession open = session;
    boolean unclaimed = !assignment.unclaimed().isEmpty();
    if (open == null) {
      begin(claim(null));
    } else if (open.hasUnsafeBadRecords() && (unclaimed || feed.isTimeToSecure())) {
      begin(() -> secure(open));
    } else if (!idsAreKnown()) {
      begin(this::lookUpIds);
    } else if (unclaimed && !feed.holdsMarks()) {
      begin(claim(open));
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
                consumer.seek(name, start.position());
                counters.recordsSkipped.addAndGet(start.skipped());
              }
            });
    feed.begin(claimed.session());
    LOG.info("Stream {} reads {}", stream(), claimed.starts());
    if (!assignment.unclaimed().isEmpty()) {
      nextWork = System.nanoTime() + ABSENT_NANOS;
    }
  }

  /**
   * Either we were away and the partitions have gone to another, or the group was forgotten by
   * Kafka and counts from one again. Kafka tells: it takes offsets from members only.
   */
  private void refused(Claims.Refused refused) {
    session = refused.session();
    try {
      consumer.commitSync(refused.held(), COURTESY);
      incarnation = Math.max(incarnation, (refused.why().tableEpoch() >> Integer.SIZE) + 1);
    } catch (KafkaException notOurs) {
      LOG.info("Stream {} has lost partitions: {}", stream(), refused.why().getMessage());
      nextWork = System.nanoTime() + clusterOutage.failed(notOurs, System.nanoTime());
    }
  }

  private Runnable lookUpIds() {
    long updates = metadata.updates();
    Map<String, Uuid> ids = topics.ids(assignment.topics());
    return () -> {
      List<AssignedPartition> recreated =
          assignment.all().stream()
              .filter(AssignedPartition::isClaimed)
              .filter(partition -> !partition.isOf(ids.get(partition.name().topic())))
              .toList();
      if (recreated.isEmpty() || recreated(recreated)) {
        idsKnownAt = updates;
        clusterOutage.over();
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
    LOG.info("Stream {}: {}", stream(), e.getMessage());
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
      nextWork = System.nanoTime() + MOMENT.toNanos();
      return false;
    }
    for (AssignedPartition partition : partitions) {
      feed.remove(partition.name()::equals);
      partition.unclaimed();
      hold(partition.name());
    }
    return true;
  }

  // Trouble.

  private void trouble(Throwable problem) {
    if (!Recovery.isWorthATry(problem)) {
      throw problem instanceof RuntimeException known ? known : new IllegalStateException(problem);
    }
    long now = System.nanoTime();
    if (problem instanceof RetriableException) {
      nextWork = now + clusterOutage.failed(problem, now);
      LOG.info("Stream {} waits for Kafka: {}", stream(), problem.toString());
      return; // the table's side is sound
    }
    nextWork = now + outage.failed(problem, now);
    if (outage.lasting().compareTo(options.patience()) > 0) {
      throw new KafkaIngestException(
          Kind.GAVE_UP,
          "Stream "
              + stream()
              + " gave up after "
              + outage.lasting()
              + " without a commit: "
              + problem.getMessage(),
          problem);
    }
    LOG.warn("Stream {} begins anew from the table: {}", stream(), problem.toString());
    giveUpWriter();
  }

  /** Drops what is not committed; it is read again. */
  private void giveUpWriter() {
    feed.clear();
    assignment.all().forEach(AssignedPartition::unclaimed);
    TableSession given = session;
    if (given != null) {
      session = null;
      counters.reopenings.incrementAndGet();
      begin(
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
      hold(name);
    }
  }

  /** No records of it before it is claimed, and no look at the offset that Kafka has of it. */
  private void hold(TopicPartition name) {
    consumer.pause(List.of(name));
    consumer.seek(name, 0);
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
    CommitToken ahead = assignment.ahead(open.writer().status().marked());
    Future<?> handing =
        tableThread.submit(
            () -> {
              open.commitTail(ahead);
              open.writer().release(sources);
            });
    try {
      handing.get(options.revokeTimeout().toNanos(), TimeUnit.NANOSECONDS);
      feed.marksMade();
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("Stream {}: rows of {} are left to their next owner", stream(), sources, e);
      giveUpWriter();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    LOG.info("Stream {} has lost {}", stream(), partitions);
    assignment.removeAll(partitions);
    giveUpWriter(); // with the rows of the lost ones
  }

  // Flow, and the end.

  private void letFlow(boolean open) {
    if (open) {
      List<TopicPartition> held = new ArrayList<>();
      for (TopicPartition name : consumer.paused()) {
        AssignedPartition partition = assignment.get(name);
        if (partition != null && partition.isClaimed()) {
          held.add(name);
        }
      }
      consumer.resume(held);
    } else if (flowing) {
      consumer.pause(consumer.assignment());
    }
    flowing = open;
  }

  boolean isFlowing() {
    return flowing;
  }

  /** Commits the tail, within the close deadline, and leaves the group. */
  void close() {
    TableSession open = session;
    session = null;
    try {
      if (open != null) {
        commitAtTheEnd(open);
        reports.note(open.writer().committed());
        reports.tellKafkaAtTheEnd(COURTESY);
      }
    } finally {
      consumer.close();
      if (open != null) {
        open.close();
      }
    }
  }

  private void commitAtTheEnd(TableSession open) {
    CommitToken ahead = assignment.ahead(open.writer().status().marked());
    Future<?> last = tableThread.submit(() -> open.commitTail(ahead));
    try {
      last.get(options.writer().closeTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn(
          "Stream {} closes without its last rows, which will be read again: {}",
          stream(),
          e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Figures without I/O; any thread. */
  KafkaStatus status(State state) {
    TableSession open = session;
    WriterStatus writer = open == null ? null : open.writer().status();
    return new KafkaStatus(
        state,
        assignment.status(options.writer().clock().millis()),
        writer == null ? CommitToken.none() : writer.committed(),
        counters.recordsRead.get(),
        counters.rowsCommitted.get(),
        counters.commits.get(),
        counters.commitRetries.get(),
        counters.commitTime(),
        counters.freshnessMillis.get(),
        counters.recordsRejected.get(),
        counters.recordsSkipped.get(),
        counters.reopenings.get(),
        writer == null ? 0 : writer.bytesBuffered(),
        options.writer().memoryLimitBytes(),
        Optional.ofNullable(outage.last()));
  }

  private String stream() {
    return options.writer().streamId();
  }
}
