package dev.firn.internal.stream;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.WriterOptions;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.api.record.ChangeKind;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.ingest.Cut;
import dev.firn.internal.ingest.GuardedListener;
import dev.firn.internal.ingest.TableStager;
import dev.firn.internal.ingest.TableState;
import dev.firn.internal.stage.Replacements;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both writers of this room are made of: a stager, the pipeline behind it, the policy that
 * says when a cut is due, and the figures. The writers add who may call when.
 *
 * <p>One thread at a time, but for {@link #status}.
 */
final class StreamCore<T> {

  private static final Logger LOG = LoggerFactory.getLogger(StreamCore.class);

  private final Table table;
  private final WriterOptions options;
  private final CommitDue due;
  private final boolean hasKey;
  private final StreamCommitter committer;
  private final StreamKeys ownKeys;
  private final Alignment alignment;
  private final TableStager<T> stager;
  private final Workers workers;
  private final CommitPipeline pipeline;

  /** Where the next cut's rows begin. */
  private CommitToken cutAt;

  private volatile boolean closed;

  // Counted by the writer's thread alone, read by any.
  private final AtomicLong appended = new AtomicLong();
  private final AtomicLong rejected = new AtomicLong();

  /** How a stream's committer is opened: its own, or a seat at a group's. */
  @FunctionalInterface
  interface Opening {
    StreamCommitter open(Table table, WriterOptions options, Replacements replacements);
  }

  /**
   * @param shared the keys, if other writers share them and they are open; null for a stream of its
   *     own
   */
  StreamCore(
      Table table,
      RecordMapper<T> mapper,
      WriterOptions asked,
      boolean replayable,
      Alignment alignment,
      @Nullable StreamKeys shared,
      Opening opening) {
    WriterOptions options = GuardedListener.in(asked);
    this.table = table;
    this.options = options;
    this.due = new CommitDue(options);
    this.hasKey = options.key().isPresent();
    this.alignment = alignment;
    this.workers = Workers.of(options);
    StreamKeys own = StreamKeys.NONE;
    try {
      // The stager first: a table that cannot be written must not lose its owner to an epoch bump.
      Executor executor = workers.executor();
      own = shared == null ? StreamKeys.of(table, options, executor) : own;
      StreamKeys keys = shared == null ? own : shared;
      this.stager =
          new TableStager<>(TableState.of(table), mapper, options, keys.upserts(), executor);
      this.committer = opening.open(table, keys.committing(options, executor), keys.replacements());
      own.open(committer, options);
      this.ownKeys = own;
      this.pipeline = new CommitPipeline(committer, workers.executor(), options, replayable);
      this.cutAt = committer.committed();
    } catch (RuntimeException | Error e) {
      own.close();
      workers.close();
      throw e;
    }
  }

  /** Begins to call {@code tick} every now and then. */
  void startTicking(Runnable tick) {
    try {
      workers.startTicking(tick, options.commitPolicy());
    } catch (RuntimeException e) {
      close(Duration.ZERO);
      throw e;
    }
  }

  CommitPipeline pipeline() {
    return pipeline;
  }

  StreamCommitter committer() {
    return committer;
  }

  WriterOptions options() {
    return options;
  }

  /** Where the next cut's rows begin. */
  CommitToken cutAt() {
    return cutAt;
  }

  /** Sets where the next cut's rows begin; nothing may be buffered. */
  void startAt(CommitToken token) {
    cutAt = token;
  }

  /** Takes a change; without a key only inserts, and with one an insert is an upsert. */
  void apply(ChangeKind kind, T record) {
    begin(kind == ChangeKind.INSERT ? null : kind.isRemoval() ? "delete a row" : "upsert a row");
    try {
      if (kind.isRemoval()) {
        stager.delete(record);
      } else {
        stager.append(record);
      }
    } catch (RecordRejectedException e) {
      rejected.setOpaque(rejected.getPlain() + 1);
      options.listener().rejected(e);
      throw e;
    }
    appended.setOpaque(appended.getPlain() + 1);
    touchIfFirst();
  }

  /** Takes all rows away, those of the table and those that came before. */
  void truncate() {
    begin("truncate the table");
    stager.truncate();
    touchIfFirst();
  }

  /** Before a change; {@code keyed} says what needs a key, null for what does not. */
  private void begin(@Nullable String keyed) {
    requireOpen();
    if (!hasKey && keyed != null) {
      throw new IllegalStateException(
          "Stream "
              + options.streamId()
              + " has no key, so it cannot "
              + keyed
              + ". Declare the key: WriterOptions.upsertBy(...).");
    }
    pipeline.check();
    if (stager.rowsSinceCut() == 0) {
      adoptChanges();
    }
  }

  private void touchIfFirst() {
    if (!due.isAnything()) {
      touch(options.clock().millis());
    }
  }

  /**
   * The table may have changed under the last commit: what comes next is written for what it is
   * now.
   */
  private void adoptChanges() {
    TableState now = TableState.of(table, committer.base());
    if (!now.writesLike(stager.state())) {
      stager.adopt(now);
    }
  }

  /** Something has come that a commit will have to cover. */
  void touch(long nowMillis) {
    if (due.touch(nowMillis)) {
      alignment.begin();
    }
  }

  /** Changes the memory that rows may take; any thread. */
  void memoryLimit(long bytes) {
    stager.memoryLimit(bytes);
  }

  /** Whether a commit is wanted now, by the policy or by another writer of the group. */
  boolean isDue(long nowMillis) {
    return (alignment.isCalled() && due.isAnything())
        || due.isDue(
            nowMillis,
            stager.rowsSinceCut(),
            stager.bytesSinceCut(),
            pipeline.tally().deleteFileBytes());
  }

  /** Waits until one more commit may be under way, at most for the block deadline. */
  void awaitRoom() {
    boolean room = pipeline.awaitRoom(options.blockTimeout(), false);
    pipeline.check();
    if (!room) {
      throw new BufferFullException(
          "The commit was not begun: "
              + options.maxCommitsInFlight()
              + " commits were under way for the whole block deadline of "
              + options.blockTimeout()
              + ". Call again, or raise maxCommitsInFlight.",
          stager.memoryLimit(),
          options.blockTimeout());
    }
  }

  /** As {@link #cut}, because {@link #isDue} says so. */
  void cutDue(CommitToken to) {
    alignment.due();
    cut(to);
  }

  /**
   * Takes everything since the last cut as a batch; it covers the positions up to {@code to}.
   * Quick: the pipeline works on it when {@link #work} is called.
   */
  CompletionStage<CommitResult> cut(CommitToken to) {
    CommitToken from = cutAt.only(to.positions().keySet());
    Cut cut;
    try {
      cut = stager.cut();
    } catch (RuntimeException | Error e) {
      pipeline.giveUp(null, e); // rows are lost: no later position may be committed
      throw e;
    }
    due.clear();
    cutAt = cutAt.advancedBy(to);
    CompletionStage<CommitResult> result = pipeline.submit(cut, from, to);
    alignment.end(); // not before the batch is expected: a leader is to see the one or the other
    return result;
  }

  /** What a commit of nothing comes to. */
  CommitResult nothing() {
    return new CommitResult(
        CommitResult.Outcome.NOTHING_TO_COMMIT,
        OptionalLong.empty(),
        pipeline.committed(),
        0,
        CommitResult.Replaced.NONE,
        0,
        0,
        0,
        CommitResult.Timings.NONE);
  }

  /** Waits for a commit of this writer, as long as it and what stands before it may take. */
  CommitResult await(CompletableFuture<CommitResult> result) {
    Duration patience = options.commitTimeout().plus(options.blockTimeout());
    try {
      return result.get(Guard.nanos(patience), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FirnException problem) {
        pipeline.heard(problem);
        throw problem;
      }
      throw new IllegalStateException(e); // the pipeline fails results with no other kind
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WriterInterruptedException(
          "Interrupted while waiting for a commit, which goes on in the background.", e);
    } catch (TimeoutException e) {
      throw new StorageException(
          "The commit is still under way after "
              + patience
              + " and goes on in the background. Call commit() again to wait for it.",
          "",
          e);
    }
  }

  /** Lets the pipeline work; not to be called with a lock held. */
  void work() {
    pipeline.work();
  }

  /** Forgets what was not cut yet; returns its rows. */
  long dropUncut() {
    long rows = stager.rowsSinceCut();
    stager.drop();
    due.clear();
    alignment.end();
    return rows;
  }

  /** From the timer, beside the writer: another try after a stall, and housekeeping. */
  void keepAlive() {
    if (closed) {
      return;
    }
    try {
      pipeline.resumeIfRested();
      pipeline.alone(Duration.ZERO, committer::housekeep);
    } catch (RuntimeException e) {
      LOG.warn("Stream {}: housekeeping failed", options.streamId(), e);
    }
  }

  /** Before a close: rows that no mark covers are not in the table, and no source knows it. */
  void warnOfUncovered(long rows, CommitToken lastMark) {
    if (rows > 0) {
      LOG.warn(
          "Stream {}: close() drops {} rows that were appended since the last mark ({}), so that no"
              + " commit could cover them. Call mark(position) after the rows of a position, and"
              + " commit() before close().",
          options.streamId(),
          rows,
          lastMark);
    }
  }

  /** Waits for commits under way, gives up the rest, and tells the listener what was dropped. */
  void close(Duration timeout) {
    close(timeout, this::dropUncut);
  }

  /** As {@link #close}, beside the writer's thread: what is not cut yet is left alone. */
  void closeBeside(Duration timeout) {
    close(timeout, () -> 0);
  }

  private void close(Duration timeout, LongSupplier dropUncut) {
    if (closed) {
      return;
    }
    closed = true;
    try {
      pipeline.awaitIdle(timeout);
    } finally {
      long dropped = dropUncut.getAsLong() + pipeline.drop();
      workers.close();
      committer.close();
      ownKeys.close();
      if (dropped > 0) {
        options.listener().dropped(dropped);
      }
    }
  }

  boolean isClosed() {
    return closed;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the writer of stream " + options.streamId() + " is closed");
    }
  }

  WriterStatus status(CommitToken marked) {
    @Nullable FirnException failure = pipeline.failure();
    return new WriterStatus(
        closed
            ? WriterStatus.State.CLOSED
            : failure != null ? WriterStatus.State.FAILED : WriterStatus.State.OPEN,
        pipeline.committed(),
        marked,
        appended.getOpaque(),
        pipeline.tally().rows(),
        rejected.getOpaque(),
        stager.memoryUsed(),
        stager.memoryLimit(),
        stager.openPartitions(),
        pipeline.underWay(),
        Optional.ofNullable(failure));
  }
}
