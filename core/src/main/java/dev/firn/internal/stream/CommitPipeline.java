package dev.firn.internal.stream;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.internal.ingest.Cut;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The batches between cut and snapshot, in order.
 *
 * <p>Two workers walk the queue, each one batch at a time: the sealer seals the first batch that is
 * not sealed, the committer commits the head once it is sealed. So one batch commits while the next
 * one seals and the writer's thread fills a third. Both hold a thread of the executor only while
 * they work; one that runs tasks on the calling thread works too.
 *
 * <p>A batch that fails in a way that loses nothing stays where it is: those who wait are told,
 * else the next caller hears it, and it is tried again. Any other failure is final for the
 * pipeline, because later batches start where the failed one would have ended. {@link Trouble}
 * tells the two apart.
 */
final class CommitPipeline {

  private static final Logger LOG = LoggerFactory.getLogger(CommitPipeline.class);

  private final StreamCommitter committer;
  private final Executor executor;
  private final WriterOptions options;
  private final Trouble trouble;

  private final Guard guard = new Guard();
  private final Deque<Batch> queue = new ArrayDeque<>();
  private @Nullable Batch beingSealed;

  /** Whether the committer is in use: it takes one caller at a time. */
  private boolean committing;

  private volatile boolean dropped;
  private volatile CommitToken committed;
  private final CommitTally tally = new CommitTally();

  CommitPipeline(
      StreamCommitter committer, Executor executor, WriterOptions options, boolean replayable) {
    this.committer = committer;
    this.executor = executor;
    this.options = options;
    this.trouble = new Trouble(options.streamId(), replayable);
    this.committed = committer.committed();
  }

  /** Takes over {@code cut}, whose rows cover {@code [from, to)}; {@link #work} begins with it. */
  CompletableFuture<CommitResult> submit(Cut cut, CommitToken from, CommitToken to) {
    Batch batch = new Batch(cut, from, to);
    guard.run(
        () -> {
          queue.add(batch);
          committer.expect(true);
        });
    return batch.result;
  }

  /** The result of the last batch under way, or null when there is none. */
  @Nullable CompletableFuture<CommitResult> last() {
    return guard.with(
        () -> {
          Batch batch = queue.peekLast();
          return batch == null ? null : batch.result;
        });
  }

  /**
   * Starts the workers that have something to do. An executor that works on the calling thread
   * keeps it until everything is done: not to be called with a lock held.
   */
  void work() {
    List<Runnable> due = new ArrayList<>(2);
    guard.run(
        () -> {
          addNextCommit(due);
          addNextSeal(due);
        });
    due.forEach(work -> Workers.start(executor, work));
  }

  private void addNextSeal(List<Runnable> due) {
    if (beingSealed != null || !trouble.isNone()) {
      return;
    }
    for (Batch batch : queue) {
      if (batch.staged == null) {
        beingSealed = batch;
        due.add(() -> seal(batch));
        return;
      }
    }
  }

  private void addNextCommit(List<Runnable> due) {
    Batch head = queue.peek();
    if (committing || !trouble.isNone() || head == null || head.staged == null) {
      return;
    }
    StagedCommit staged = head.staged;
    committing = true;
    head.tried = true;
    due.add(() -> committer.commit(head, staged, (landed, why) -> ended(head, landed, why)));
  }

  private void seal(Batch batch) {
    @Nullable StagedCommit staged = null;
    @Nullable Throwable problem = null;
    try {
      staged = batch.seal(executor, options);
    } catch (RuntimeException | Error e) {
      problem = e;
    }
    StagedCommit sealed = staged;
    boolean unwanted =
        guard.with(
            () -> {
              beingSealed = null;
              batch.staged = sealed;
              return batch.dropped;
            });
    if (unwanted) {
      batch.cut.drop();
    }
    end(batch, problem);
  }

  private void ended(Batch batch, @Nullable CommitResult result, @Nullable Throwable problem) {
    CommitResult landed = result == null ? null : batch.timed(result);
    if (landed != null) {
      options.listener().committed(landed);
    }
    batch.unexplained |= problem != null && !(problem instanceof FirnException);
    CompletableFuture<CommitResult> waiting =
        guard.with(
            () -> {
              release();
              if (landed != null) {
                queue.remove(batch); // gone already if the writer was closed meanwhile
                committer.expect(!queue.isEmpty());
                tally.landed(batch.cut.rows(), landed);
              }
              return batch.result;
            });
    if (landed != null) {
      waiting.complete(landed);
      housekeep();
    } else if (batch.dropped) {
      waiting.completeExceptionally(trouble.asFirnException(problem));
      batch.deleteFiles(committer);
    }
    end(batch, problem);
  }

  /** Behind a commit that has landed, if the next one has not begun: only that may wait for it. */
  private void housekeep() {
    if (!guard.with(() -> !committing && !dropped && (committing = true))) {
      return;
    }
    try {
      committer.housekeep();
    } catch (RuntimeException | Error e) {
      LOG.warn("Stream {}: housekeeping failed", options.streamId(), e);
    } finally {
      guard.run(this::release);
    }
  }

  private void release() {
    committed = committer.committed();
    committing = false;
  }

  /** After a worker's turn: takes note of what went wrong, and starts the next. */
  private void end(Batch batch, @Nullable Throwable problem) {
    if (problem != null) {
      committer.rest();
      if (!batch.dropped) {
        giveUp(batch, problem);
      }
    }
    work();
  }

  /**
   * Tells everybody who waits for {@code culprit} or what comes after it; outside the lock, for
   * what hangs on a future is not ours.
   */
  void giveUp(@Nullable Batch culprit, Throwable problem) {
    List<CompletableFuture<CommitResult>> waiting = new ArrayList<>();
    boolean failedBefore = trouble.failure() != null;
    FirnException told =
        guard.with(
            () -> {
              FirnException noted = trouble.note(problem);
              boolean behind = trouble.failure() != null;
              for (Batch batch : queue) {
                behind |= batch == culprit;
                if (behind && !(batch.tried && committing)) {
                  waiting.add(batch.result);
                  batch.result = new CompletableFuture<>(); // a later call waits for the next try
                }
              }
              return noted;
            });
    waiting.forEach(result -> result.completeExceptionally(told));
    boolean failed = trouble.failure() != null;
    LOG.warn(
        "Stream {} {}: {}", options.streamId(), failed ? "has failed" : "rests", told.getMessage());
    if (failed && !failedBefore) {
      options.listener().commitFailed(told);
    }
  }

  /** Throws what has gone wrong in the background: a failure always, a stall once. */
  void check() {
    if (!trouble.isNone()) {
      checkFailure();
      FirnException stall = endStall();
      if (stall != null) {
        throw stall;
      }
    }
  }

  void checkFailure() {
    FirnException failure = trouble.failure();
    if (failure != null) {
      throw failure;
    }
  }

  /** Lets the workers go on after a stall, if they have rested long enough for things to change. */
  void resumeIfRested() {
    if (trouble.hasRested()) {
      endStall();
    }
  }

  private @Nullable FirnException endStall() {
    FirnException stall = guard.with(trouble::endStall);
    work();
    return stall;
  }

  /** A waiter was told of {@code problem}: no other caller needs to hear it. */
  void heard(FirnException problem) {
    guard.run(() -> trouble.heard(problem));
  }

  boolean isTroubled() {
    return !trouble.isNone();
  }

  /**
   * Waits until one more batch may be under way; says whether it may. Trouble ends the wait, but a
   * {@code patient} one sits stalls out: they end by themselves.
   */
  boolean awaitRoom(Duration timeout, boolean patient) {
    BooleanSupplier vain = () -> patient ? trouble.failure() != null : !trouble.isNone();
    guard.await(() -> hasRoom() || vain.getAsBoolean(), timeout, "waiting for an earlier commit");
    return hasRoom();
  }

  /** Whether one more batch may be under way. */
  boolean hasRoom() {
    return underWay() < options.maxCommitsInFlight();
  }

  /**
   * Waits until nothing is under way, or there is trouble and nobody is at work. Gives up when the
   * time has run out.
   */
  void awaitIdle(Duration timeout) {
    guard.await(this::isAtRest, timeout, "waiting for commits under way");
  }

  private boolean isAtRest() {
    return !committing && (queue.isEmpty() || (!trouble.isNone() && beingSealed == null));
  }

  /** Waits until the position {@code sequence} of the unnamed source is committed. */
  boolean awaitCommitted(long sequence, Duration timeout) {
    BooleanSupplier done = () -> committed.position().orElse(0) >= sequence;
    guard.await(
        () -> done.getAsBoolean() || dropped || trouble.failure() != null,
        timeout,
        "waiting for a row to become visible");
    if (!done.getAsBoolean()) {
      checkFailure();
      return false;
    }
    return true;
  }

  /**
   * Runs {@code work} with the committer when nothing else is under way. Does nothing and returns
   * false if that is not so before the time runs out, or there is trouble.
   */
  boolean alone(Duration timeout, Runnable work) {
    AtomicBoolean mine = new AtomicBoolean();
    guard.await(
        this::isAtRest,
        timeout,
        "waiting for commits under way",
        () -> {
          if (queue.isEmpty() && trouble.failure() == null && !dropped) {
            committing = true;
            mine.set(true);
          }
        });
    if (!mine.get()) {
      return false;
    }
    try {
      work.run();
    } finally {
      guard.run(this::release);
      work();
    }
    return true;
  }

  /**
   * Forgets all batches and returns their rows. Their files are deleted, unless they were in an
   * attempt to commit: then the table may hold them.
   */
  long drop() {
    List<Batch> given = new ArrayList<>();
    List<CompletableFuture<CommitResult>> waiting = new ArrayList<>();
    long rows =
        guard.with(
            () -> {
              dropped = true;
              Batch head = queue.peek();
              if (head != null && head.tried && committing && committer.withdraw(head)) {
                committing = false;
              }
              long sum = 0;
              for (Batch batch : queue) {
                batch.dropped = true;
                sum += batch.cut.rows();
                boolean beingCommitted = batch.tried && committing;
                if (!beingCommitted) {
                  waiting.add(batch.result);
                }
                if (!beingCommitted && batch != beingSealed) {
                  given.add(batch); // a worker sees to the others when it is done with them
                }
              }
              queue.clear();
              return sum;
            });
    given.forEach(batch -> batch.deleteFiles(committer));
    waiting.forEach(result -> result.completeExceptionally(Batch.givenUp(options.streamId())));
    return rows;
  }

  boolean isDropped() {
    return dropped;
  }

  CommitToken committed() {
    return committed;
  }

  CommitTally tally() {
    return tally;
  }

  @Nullable FirnException failure() {
    return trouble.failure();
  }

  int underWay() {
    return guard.with(queue::size);
  }
}
