package dev.firn.internal.stream;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.internal.ingest.Cut;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The batches between cut and snapshot, in order.
 *
 * <p>Two workers walk the queue, each one batch at a time: the sealer seals the first batch that is
 * not sealed, the committer commits the head once it is sealed. So one batch commits while the next
 * one seals and the writer's thread fills a third. Both run on the writer's executor and hold a
 * thread only while they work; an executor that runs tasks on the calling thread works too.
 *
 * <p>A batch that fails in a way that loses nothing stays where it is: its waiters are told, the
 * next caller hears it, and it is tried again. Any other failure is final for the pipeline, because
 * later batches start where the failed one would have ended. {@link Trouble} tells the two apart.
 */
final class CommitPipeline {

  private static final Logger LOG = LoggerFactory.getLogger(CommitPipeline.class);

  private final SnapshotCommitter committer;
  private final Executor executor;
  private final WriterOptions options;
  private final Trouble trouble;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Deque<Batch> queue = new ArrayDeque<>();
  private @Nullable Batch beingSealed;

  /** Whether the committer is in use: it takes one caller at a time. */
  private boolean committing;

  private volatile CommitToken committed;
  private final AtomicLong rowsCommitted = new AtomicLong();

  CommitPipeline(
      SnapshotCommitter committer, Executor executor, WriterOptions options, boolean replayable) {
    this.committer = committer;
    this.executor = executor;
    this.options = options;
    this.trouble = new Trouble(options.streamId(), replayable);
    this.committed = committer.committed();
  }

  /** Takes over {@code cut}; its rows cover {@code [from, to)}. */
  CompletableFuture<CommitResult> submit(Cut cut, CommitToken from, CommitToken to) {
    Batch batch = new Batch(cut, from, to);
    CompletableFuture<CommitResult> result = batch.result;
    locked(() -> queue.add(batch));
    pump();
    return result;
  }

  /** The result of the last batch under way, or null when there is none. */
  @Nullable CompletableFuture<CommitResult> last() {
    lock.lock();
    try {
      Batch batch = queue.peekLast();
      return batch == null ? null : batch.result;
    } finally {
      lock.unlock();
    }
  }

  // The workers.

  /** Starts the workers that have something to do. */
  private void pump() {
    Runnable seal;
    Runnable commit;
    lock.lock();
    try {
      seal = nextSeal();
      commit = nextCommit();
    } finally {
      lock.unlock();
    }
    if (commit != null) {
      start(commit);
    }
    if (seal != null) {
      start(seal);
    }
  }

  private void start(Runnable work) {
    try {
      executor.execute(work);
    } catch (RuntimeException rejected) {
      LOG.debug("The executor is closing; working on the calling thread", rejected);
      work.run();
    }
  }

  private @Nullable Runnable nextSeal() {
    if (beingSealed != null || !trouble.isNone()) {
      return null;
    }
    for (Batch batch : queue) {
      if (batch.staged == null) {
        beingSealed = batch;
        return () -> seal(batch);
      }
    }
    return null;
  }

  private @Nullable Runnable nextCommit() {
    Batch head = queue.peek();
    if (committing || !trouble.isNone() || head == null || head.staged == null) {
      return null;
    }
    StagedCommit staged = head.staged;
    committing = true;
    head.tried = true;
    return () -> commit(head, staged);
  }

  private void seal(Batch batch) {
    @Nullable StagedCommit staged = null;
    @Nullable Throwable problem = null;
    try {
      staged = batch.seal(executor, options);
    } catch (RuntimeException | Error e) {
      problem = e;
    }
    lock.lock();
    try {
      beingSealed = null;
      batch.staged = staged;
      if (batch.dropped) {
        batch.cut.drop();
      }
    } finally {
      lock.unlock();
    }
    end(batch, problem);
  }

  private void commit(Batch batch, StagedCommit staged) {
    long start = System.nanoTime();
    @Nullable CommitResult result = null;
    @Nullable Throwable problem = null;
    try {
      result = batch.timed(committer.commit(List.of(staged)), start);
      options.listener().committed(result);
    } catch (RuntimeException | Error e) {
      problem = e;
    }
    lock.lock();
    try {
      committing = false;
      committed = committer.committed();
      if (result != null) {
        queue.remove(batch); // gone already if the writer was closed meanwhile
        rowsCommitted.addAndGet(batch.cut.rows());
      }
    } finally {
      lock.unlock();
    }
    if (result != null) {
      batch.result.complete(result);
    }
    end(batch, problem);
  }

  /** After a worker's turn: takes note of what went wrong, and starts the next. */
  private void end(Batch batch, @Nullable Throwable problem) {
    if (problem == null || batch.dropped) {
      locked(moved::signalAll);
    } else {
      giveUp(batch, problem);
    }
    pump();
  }

  /** Tells everybody who waits; outside the lock, for what hangs on a future is not ours. */
  private void giveUp(Batch batch, Throwable problem) {
    FirnException told;
    List<CompletableFuture<CommitResult>> waiting;
    lock.lock();
    try {
      told = trouble.note(problem);
      if (trouble.failure() == null) {
        waiting = List.of(batch.result);
        batch.result = new CompletableFuture<>(); // a later call waits for the next try
      } else {
        waiting = queue.stream().map(queued -> queued.result).toList();
      }
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    waiting.forEach(result -> result.completeExceptionally(told));
    if (trouble.failure() != null) {
      LOG.warn("Stream {} has failed: {}", options.streamId(), told.getMessage());
      options.listener().commitFailed(told);
    }
  }

  // What callers hear, and how work goes on.

  /** Throws what has gone wrong in the background: a failure always, a stall once. */
  void check() {
    if (trouble.isNone()) {
      return;
    }
    FirnException problem = trouble.failure();
    if (problem == null) {
      problem = endStall();
    }
    if (problem != null) {
      throw problem;
    }
  }

  /** Lets the workers go on after a stall, if they have rested long enough for things to change. */
  void resumeIfRested() {
    if (trouble.hasRested()) {
      endStall();
    }
  }

  private @Nullable FirnException endStall() {
    FirnException stall;
    lock.lock();
    try {
      stall = trouble.endStall();
    } finally {
      lock.unlock();
    }
    pump();
    return stall;
  }

  /** A waiter was told of {@code problem}: no other caller needs to hear it. */
  void heard(FirnException problem) {
    locked(() -> trouble.heard(problem));
  }

  // Waiting.

  /** Waits until one more batch may be under way; false if the time ran out. */
  boolean awaitRoom(Duration timeout) {
    boolean room =
        await(
            () -> queue.size() < options.maxCommitsInFlight() || !trouble.isNone(),
            timeout,
            "waiting for an earlier commit");
    check();
    return room;
  }

  /** Waits until nothing is under way; false if the time ran out, or there is trouble. */
  boolean awaitIdle(Duration timeout) {
    await(
        () -> (queue.isEmpty() && !committing) || !trouble.isNone(),
        timeout,
        "waiting for commits under way");
    return underWay() == 0;
  }

  /** Waits until the position {@code sequence} of the unnamed source is committed. */
  boolean awaitCommitted(long sequence, Duration timeout) {
    BooleanSupplier done = () -> committed.position().orElse(0) >= sequence;
    await(
        () -> done.getAsBoolean() || trouble.failure() != null,
        timeout,
        "waiting for a row to become visible");
    FirnException failure = trouble.failure();
    if (failure != null && !done.getAsBoolean()) {
      throw failure;
    }
    return done.getAsBoolean();
  }

  private boolean await(BooleanSupplier condition, Duration timeout, String what) {
    long nanos = timeout.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = moved.awaitNanos(nanos);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WriterInterruptedException("Interrupted while " + what + ".", e);
    } finally {
      lock.unlock();
    }
  }

  /** Runs {@code work} with the committer, unless there is something to commit. */
  void whenIdle(Runnable work) {
    lock.lock();
    try {
      if (committing || !queue.isEmpty() || trouble.failure() != null) {
        return;
      }
      committing = true;
    } finally {
      lock.unlock();
    }
    try {
      work.run();
    } finally {
      lock.lock();
      try {
        committed = committer.committed();
        committing = false;
        moved.signalAll();
      } finally {
        lock.unlock();
      }
      pump();
    }
  }

  /**
   * Forgets all batches and returns their rows. Their files are deleted, unless a commit was tried
   * with them: then the table may hold them.
   */
  long drop() {
    lock.lock();
    try {
      long rows = 0;
      for (Batch batch : queue) {
        rows += batch.cut.rows();
        batch.dropped = true;
        if (!batch.tried && batch != beingSealed) {
          batch.cut.drop();
        }
      }
      queue.clear();
      return rows;
    } finally {
      lock.unlock();
    }
  }

  CommitToken committed() {
    return committed;
  }

  long rowsCommitted() {
    return rowsCommitted.get();
  }

  @Nullable FirnException failure() {
    return trouble.failure();
  }

  int underWay() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }
}
