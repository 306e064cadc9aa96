package dev.firn.kafka;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterFencedException;
import dev.firn.kafka.Backlog.Chunk;
import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.kafka.KafkaOptions.WhenTopicIsRecreated;
import dev.firn.kafka.KafkaStatus.State;
import dev.firn.kafka.StartPositions.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
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

  /** How often Kafka is told how far the table has come: its lag figures are that old. */
  private static final long REPORT_NANOS = Duration.ofSeconds(1).toNanos();

  /** How soon a topic is looked up again that was assigned, but is not there. */
  private static final long ABSENT_NANOS = Duration.ofMillis(500).toNanos();

  private static final Duration LAST_REPORT = Duration.ofSeconds(5);

  private final KafkaOptions options;
  private final Consumer<byte[], byte[]> consumer;
  private final MetadataWatch metadata;
  private final TopicLookup topics;
  private final StartPositions positions;
  private final TableSide table;
  private final ExecutorService tableThread;
  private final Counters counters;
  private final Outage outage = new Outage();
  private final Outage clusterOutage = new Outage();

  private final ConcurrentSkipListMap<TopicPartition, AssignedPartition> assigned =
      new ConcurrentSkipListMap<>(
          Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
  private final Backlog backlog = new Backlog();
  private volatile @Nullable TableSession session;
  private @Nullable Future<Runnable> work;

  /** Updates of the metadata up to which the topics' ids are known to be what they were. */
  private long idsKnownAt = -1;

  private volatile boolean flowing;
  private long nextWork = System.nanoTime();
  private long nextDrain = System.nanoTime();
  private long nextReport = System.nanoTime();
  private long commitsSeen;
  private long failuresSeen;

  /** Whether a partition has reached further than it is marked: bad records must be safe first. */
  private boolean marksHeld;

  private long marksHeldSince;

  /** Whether the writer's token, or a mark in it, says of which cluster and group it is. */
  private boolean originMarked;

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
    this.table = table;
    this.session = first;
    this.tableThread = tableThread;
    this.counters = counters;
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
    letFlow(work == null && backlog.isEmpty());
    boolean waiting = work != null || !backlog.isEmpty() || marksHeld;
    try {
      backlog.add(consumer.poll(waiting && timeout.compareTo(MOMENT) > 0 ? MOMENT : timeout));
    } catch (OffsetOutOfRangeException e) {
      outOfRange(e);
    }
    if (work == null && session != null && idsAreKnown()) {
      drain();
    }
    report();
  }

  /** A writer that has failed in the background is not called by a stream that is quiet. */
  private void noticeFailure() {
    TableSession open = session;
    if (work == null && open != null && counters.failures.get() != failuresSeen) {
      failuresSeen = counters.failures.get();
      open.writer().status().failure().ifPresent(this::trouble);
    }
  }

  private static boolean isTime(long nanos) {
    return System.nanoTime() - nanos >= 0;
  }

  private boolean idsAreKnown() {
    return metadata.updates() == idsKnownAt;
  }

  // Records.

  private void drain() {
    if (!isTime(nextDrain)) {
      return;
    }
    for (Chunk chunk = backlog.first(); chunk != null; chunk = backlog.first()) {
      AssignedPartition partition = assigned.get(chunk.partition);
      TableSession open = session;
      if (partition != null && partition.isClaimed() && open != null) {
        try {
          append(chunk, partition, open);
        } catch (BufferFullException | StorageException e) {
          return; // nothing is lost: the rest of the chunk waits
        } catch (FirnException e) {
          trouble(e);
          return;
        }
        if (!chunk.isDone()) {
          return;
        }
      }
      backlog.removeFirst();
    }
    if (marksHeld && session != null) {
      mark(session);
    }
  }

  private void append(Chunk chunk, AssignedPartition partition, TableSession open) {
    StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer = open.writer();
    int from = chunk.next;
    try {
      while (!chunk.isDone()) {
        ConsumerRecord<byte[], byte[]> record = chunk.records.get(chunk.next);
        try {
          writer.append(record);
          counters.rowsAppended.incrementAndGet();
        } catch (RecordRejectedException e) {
          if (!rejected(partition, record, e, open)) {
            return;
          }
        }
        chunk.next++;
      }
    } finally {
      if (chunk.next > from) {
        counters.recordsRead.addAndGet(chunk.next - from);
        ConsumerRecord<byte[], byte[]> last = chunk.records.get(chunk.next - 1);
        long end = chunk.isDone() ? chunk.end : chunk.records.get(chunk.next).offset();
        reached(partition, end, last.timestamp(), open);
      } else if (chunk.isDone() && chunk.end > partition.reached()) {
        reached(partition, chunk.end, -1, open);
      }
    }
  }

  /** Everything of {@code partition} before {@code end} is in the writer. */
  private void reached(AssignedPartition partition, long end, long timestamp, TableSession open) {
    partition.reached(end, timestamp);
    if (!marksHeld && open.hasUnsafeBadRecords()) {
      marksHeldSince = System.nanoTime();
      marksHeld = true;
    }
    if (!marksHeld) {
      try {
        if (originMarked) {
          open.writer().mark(partition.source(), end);
        } else {
          markWithOrigin(CommitToken.of(partition.source(), end), open);
        }
      } catch (StorageException e) {
        marksHeld = true; // an earlier commit rests: marked at the next turn
      }
    }
  }

  /** Marks what was held back, if nothing speaks against it any more. */
  private void mark(TableSession open) {
    if (open.hasUnsafeBadRecords()) {
      return;
    }
    CommitToken ahead = reachedAhead(open.writer().status().marked());
    try {
      if (!ahead.isNone()) {
        markWithOrigin(ahead, open);
      }
      marksHeld = false;
    } catch (StorageException e) {
      LOG.debug("Marks are held on", e);
    } catch (FirnException e) {
      trouble(e);
    }
  }

  private void markWithOrigin(CommitToken token, TableSession open) {
    open.writer().mark(token.withAttachment(KafkaTokens.attachment(positions.here())));
    originMarked = true;
  }

  /** The positions of this consumer's partitions that are past {@code marked}. */
  private CommitToken reachedAhead(CommitToken marked) {
    Map<String, Position> ahead = new HashMap<>();
    for (AssignedPartition partition : assigned.values()) {
      Position reached = Position.of(partition.reached());
      Position known = marked.positions().get(partition.source());
      boolean begun = known != null || partition.reached() > 0;
      if (partition.isClaimed() && begun && (known == null || known.compareTo(reached) < 0)) {
        ahead.put(partition.source(), reached);
      }
    }
    return CommitToken.of(ahead);
  }

  /** Returns whether the record is dealt with; if not, it is tried again. */
  private boolean rejected(
      AssignedPartition partition,
      ConsumerRecord<byte[], byte[]> record,
      RecordRejectedException why,
      TableSession open) {
    for (Throwable cause = why.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException) {
        // Not the record's fault: whoever helps to decode it is away.
        LOG.warn("Stream {} waits to decode {}: {}", stream(), partition.name(), cause.toString());
        nextDrain = System.nanoTime() + clusterOutage.failed(cause, System.nanoTime());
        return false;
      }
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
    boolean unclaimed = assigned.values().stream().anyMatch(p -> !p.isClaimed());
    if (open == null) {
      begin(claimWhatIsNot(null));
    } else if (open.hasUnsafeBadRecords() && (unclaimed || isTimeToSecure())) {
      begin(() -> secure(open));
    } else if (!idsAreKnown()) {
      begin(this::lookUpIds);
    } else if (unclaimed && !marksHeld) {
      begin(claimWhatIsNot(open));
    }
  }

  private Callable<Runnable> claimWhatIsNot(@Nullable TableSession open) {
    long generation = consumer.groupMetadata().generationId();
    Set<TopicPartition> names = new HashSet<>();
    assigned.values().stream().filter(p -> !p.isClaimed()).forEach(p -> names.add(p.name()));
    return () -> claim(open, names, generation);
  }

  /** One commit of bad records for many: with the first of them half an interval is waited. */
  private boolean isTimeToSecure() {
    Duration interval = options.writer().commitPolicy().interval();
    return System.nanoTime() - marksHeldSince >= interval.toNanos() / 2;
  }

  private Runnable secure(TableSession open) {
    open.secureBadRecords();
    return () -> {
      if (session == open) {
        mark(open);
      }
    };
  }

  private Runnable claim(@Nullable TableSession open, Set<TopicPartition> names, long generation) {
    TableSession claiming = open == null ? table.open() : open;
    boolean claimed = false;
    try {
      Runnable next = claim(claiming, open == null, names, generation);
      claimed = true;
      return next;
    } finally {
      if (!claimed && open == null) {
        claiming.close();
      }
    }
  }

  private Runnable claim(
      TableSession claiming, boolean isNew, Set<TopicPartition> names, long generation) {
    if (!isNew) {
      claiming.writer().commit();
    }
    positions.checkOrigin(claiming.writer().committed());
    if (names.isEmpty()) {
      return () -> session = claiming;
    }
    List<TopicIdPartition> partitions = withIds(names);
    List<String> sources = partitions.stream().map(KafkaTokens::source).toList();
    try {
      claiming.claim(sources, incarnation << Integer.SIZE | generation);
    } catch (WriterFencedException e) {
      Map<TopicPartition, OffsetAndMetadata> held = held(partitions, claiming);
      return () -> refused(claiming, held, e);
    }
    Map<TopicPartition, Start> starts =
        positions.find(partitions, claiming.writer().committed(), topics);
    return () -> begin(claiming, starts);
  }

  private List<TopicIdPartition> withIds(Collection<TopicPartition> names) {
    Set<String> wanted = new HashSet<>();
    names.forEach(name -> wanted.add(name.topic()));
    Map<String, Uuid> ids = topics.ids(wanted);
    List<TopicIdPartition> partitions = new ArrayList<>();
    for (TopicPartition name : names) {
      Uuid id = ids.get(name.topic());
      if (id != null) {
        partitions.add(new TopicIdPartition(id, name));
      }
    }
    return partitions;
  }

  /** The partitions are ours, in the table too. */
  private void begin(TableSession claimed, Map<TopicPartition, Start> starts) {
    session = claimed;
    originMarked =
        KafkaTokens.origin(claimed.writer().committed()).equals(Optional.of(positions.here()));
    starts.forEach(
        (name, start) -> {
          AssignedPartition partition = assigned.get(name);
          if (partition != null && !partition.isClaimed()) {
            partition.claimed(start);
            consumer.seek(name, start.position());
            counters.recordsSkipped.addAndGet(start.skipped());
          }
        });
    flowing = false; // so that they are let flow
    marksHeld = true; // a beginning that is not the topic's own is a position as well
    marksHeldSince = System.nanoTime();
    LOG.info("Stream {} reads {}", stream(), starts);
    if (assigned.values().stream().anyMatch(p -> !p.isClaimed())) {
      nextWork = System.nanoTime() + ABSENT_NANOS;
    }
  }

  /** What the table holds of {@code partitions}, as Kafka would be told. */
  private static Map<TopicPartition, OffsetAndMetadata> held(
      List<TopicIdPartition> partitions, TableSession open) {
    CommitToken token = open.writer().committed();
    Map<TopicPartition, OffsetAndMetadata> held = new HashMap<>();
    for (TopicIdPartition partition : partitions) {
      token
          .position(KafkaTokens.source(partition))
          .ifPresent(
              position -> held.put(partition.topicPartition(), new OffsetAndMetadata(position)));
    }
    return held;
  }

  /**
   * A claim with a higher generation is in the table. Either we were away and the partitions have
   * gone to another, or the group was forgotten by Kafka and counts from one again. Kafka tells: it
   * takes offsets from members only.
   */
  private void refused(
      TableSession claiming, Map<TopicPartition, OffsetAndMetadata> held, WriterFencedException e) {
    session = claiming;
    try {
      consumer.commitSync(held, LAST_REPORT);
      incarnation = Math.max(incarnation, (e.tableEpoch() >> Integer.SIZE) + 1);
    } catch (KafkaException notOurs) {
      LOG.info("Stream {} has lost partitions to another consumer: {}", stream(), e.getMessage());
      nextWork = System.nanoTime() + clusterOutage.failed(e, System.nanoTime());
    }
  }

  private Runnable lookUpIds() {
    long updates = metadata.updates();
    Set<String> names = new HashSet<>();
    assigned.keySet().forEach(name -> names.add(name.topic()));
    Map<String, Uuid> ids = topics.ids(names);
    return () -> {
      idsKnownAt = updates;
      clusterOutage.over();
      for (AssignedPartition partition : assigned.values()) {
        Uuid id = ids.get(partition.name().topic());
        if (partition.isClaimed()
            && id != null
            && !partition
                .source()
                .equals(KafkaTokens.source(new TopicIdPartition(id, partition.name())))) {
          recreated(partition);
        }
      }
    };
  }

  private void recreated(AssignedPartition partition) {
    if (options.whenTopicIsRecreated() == WhenTopicIsRecreated.STOP) {
      throw positions.recreated(partition.name().topic());
    }
    backlog.remove(partition.name()::equals);
    partition.unclaimed();
  }

  /** Retention or a cut of the log has overtaken us while we were reading. */
  private void outOfRange(OffsetOutOfRangeException e) {
    LOG.info("Stream {}: {}", stream(), e.getMessage());
    Set<TopicPartition> gone = e.offsetOutOfRangePartitions().keySet();
    backlog.remove(gone::contains);
    for (TopicPartition name : gone) {
      AssignedPartition partition = assigned.get(name);
      if (partition != null) {
        partition.unclaimed(); // claimed anew, which looks at the ends of the log
        hold(name);
      }
    }
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
    backlog.remove(name -> true);
    marksHeld = false;
    assigned.values().forEach(AssignedPartition::unclaimed);
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
      assigned.put(name, new AssignedPartition(name));
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
    backlog.remove(partitions::contains);
    TableSession open = session;
    List<String> sources = new ArrayList<>();
    for (TopicPartition name : partitions) {
      AssignedPartition partition = assigned.get(name);
      if (partition != null && partition.isClaimed()) {
        sources.add(partition.source());
      }
    }
    if (open != null && !sources.isEmpty()) {
      handOver(open, sources);
    }
    assigned.keySet().removeAll(partitions);
  }

  /** Commits what was read, so that the next owner need not read it again; within a bound. */
  private void handOver(TableSession open, List<String> sources) {
    CommitToken reached = reachedAhead(open.writer().status().marked());
    Future<Runnable> handing =
        tableThread.submit(
            () -> {
              commitTail(open, reached);
              open.writer().release(sources);
              return () -> {};
            });
    try {
      handing.get(options.revokeTimeout().toNanos(), TimeUnit.NANOSECONDS);
      marksHeld = false;
    } catch (ExecutionException e) {
      LOG.info("Stream {}: rows of {} are left to their next owner", stream(), sources, e);
      giveUpWriter();
    } catch (TimeoutException e) {
      LOG.info(
          "Stream {}: rows of {} are left to their next owner: no commit within {}",
          stream(),
          sources,
          options.revokeTimeout());
      giveUpWriter();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static void commitTail(TableSession open, CommitToken reached) {
    open.secureBadRecords();
    if (!reached.isNone() && !reached.isCoveredBy(open.writer().status().marked())) {
      open.writer().mark(reached);
    }
    open.writer().commit();
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    LOG.info("Stream {} has lost {}", stream(), partitions);
    assigned.keySet().removeAll(partitions);
    giveUpWriter(); // with the rows of the lost ones
  }

  // Flow, reports, the end.

  private void letFlow(boolean open) {
    if (open == flowing) {
      return;
    }
    Set<TopicPartition> mine = consumer.assignment();
    if (open) {
      List<TopicPartition> claimed = new ArrayList<>();
      for (TopicPartition name : mine) {
        AssignedPartition partition = assigned.get(name);
        if (partition != null && partition.isClaimed()) {
          claimed.add(name);
        }
      }
      consumer.resume(claimed);
    } else {
      consumer.pause(mine);
    }
    flowing = open;
  }

  /** Takes note of commits, and tells Kafka now and then. */
  private void report() {
    long now = System.nanoTime();
    if (now - nextReport < 0) {
      return;
    }
    nextReport = now + REPORT_NANOS;
    Map<TopicPartition, OffsetAndMetadata> news = noteCommits();
    for (AssignedPartition partition : assigned.values()) {
      if (partition.isClaimed()) {
        consumer.currentLag(partition.name()).ifPresent(partition::lag);
      }
    }
    if (!news.isEmpty()) {
      consumer.commitAsync(
          news,
          (offsets, problem) -> {
            if (problem != null) {
              LOG.debug("Kafka was not told of {}", offsets, problem);
            }
          });
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> noteCommits() {
    TableSession open = session;
    Map<TopicPartition, OffsetAndMetadata> news = new HashMap<>();
    if (open == null) {
      return news;
    }
    long commits = counters.commits.get();
    if (commits != commitsSeen) {
      commitsSeen = commits;
      outage.over();
    }
    CommitToken token = open.writer().committed();
    for (AssignedPartition partition : assigned.values()) {
      token
          .position(partition.source())
          .ifPresent(
              position -> {
                if (partition.isClaimed() && position > partition.committed()) {
                  partition.committed(position);
                  news.put(partition.name(), new OffsetAndMetadata(position));
                }
              });
    }
    return news;
  }

  /** Commits the tail, within the close deadline, and leaves the group. */
  void close() {
    try {
      letFlow(false);
      TableSession open = session;
      if (open != null) {
        commitAtTheEnd(open);
        consumer.commitSync(noteCommits(), LAST_REPORT);
      }
    } catch (KafkaException e) {
      LOG.info("Stream {}: Kafka was not told of the last commit", stream(), e);
    } finally {
      TableSession open = session;
      session = null;
      consumer.close();
      if (open != null) {
        open.close();
      }
    }
  }

  private void commitAtTheEnd(TableSession open) {
    CommitToken reached = reachedAhead(open.writer().status().marked());
    Future<?> last = tableThread.submit(() -> commitTail(open, reached));
    try {
      last.get(options.writer().closeTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("Stream {} closes without its last rows, which will be read again", stream(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isFlowing() {
    return flowing;
  }

  /** Figures without I/O; any thread. */
  KafkaStatus status(State state) {
    TableSession open = session;
    long now = options.writer().clock().millis();
    WriterStatus writer = open == null ? null : open.writer().status();
    return new KafkaStatus(
        state,
        assigned.values().stream().map(partition -> partition.status(now)).toList(),
        writer == null ? CommitToken.none() : writer.committed(),
        counters.recordsRead.get(),
        counters.rowsAppended.get(),
        counters.rowsCommitted.get(),
        counters.commits.get(),
        counters.commitRetries.get(),
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
