package dev.firn.internal.stream;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.api.record.RecordMapper;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer for sources that can be replayed.
 *
 * <p><strong>How the timer and the writer's thread share it.</strong> A quiet stream must be
 * committed too, by the timer; but taking a lock for every row would cost more than the row. Rows
 * are only ever cut at a mark, and between a mark and the next row nothing is half done. So there
 * is a gate: at a mark it stands {@code FREE}; the first row after it, or any other call, turns it
 * to {@code WRITER}, and the next mark turns it back. The timer works only when it can turn {@code
 * FREE} to {@code TIMER}; the writer's thread, finding that, waits the moment that a cut takes. A
 * row in mid-interval costs the look at a plain field.
 */
public final class StreamingWriter<T> implements StreamingTableWriter<T> {

  private static final Logger LOG = LoggerFactory.getLogger(StreamingWriter.class);

  private static final int FREE = 0;
  private static final int WRITER = 1;
  private static final int TIMER = 2;

  private final StreamCore<T> core;
  private final WriterOptions options;
  private final AtomicInteger gate = new AtomicInteger(FREE);

  /** Whether the gate stands at {@code WRITER}; the writer's thread's own copy. */
  private boolean inside;

  /** Rows since the last mark. */
  private long unmarkedRows;

  private final Marks marks;

  public StreamingWriter(Table table, RecordMapper<T> mapper, WriterOptions options) {
    this.core = new StreamCore<>(table, mapper, options, true);
    this.options = core.options();
    this.marks = new Marks(core.cutAt());
    core.workers().startTicking(this::tick, options.commitPolicy());
  }

  @Override
  public void append(T record) {
    if (!inside) {
      enter();
    }
    core.append(record);
    unmarkedRows++;
  }

  @Override
  public void mark(long position) {
    beginMark();
    marks.advance(position);
    endMark();
  }

  @Override
  public void mark(String source, long position) {
    beginMark();
    marks.advance(source, position);
    endMark();
  }

  @Override
  public void mark(CommitToken token) {
    beginMark();
    marks.advance(token);
    endMark();
  }

  private void beginMark() {
    core.requireOpen();
    if (!inside) {
      enter();
    }
    core.pipeline().check();
  }

  private void endMark() {
    unmarkedRows = 0;
    long now = options.clock().millis();
    core.touch(now);
    if (core.isDue(now)) {
      cutQuietly();
    }
    leave();
  }

  /** A due cut that finds no room is no error: the next mark, or the timer, tries again. */
  private void cutQuietly() {
    if (core.pipeline().underWay() < options.maxCommitsInFlight()) {
      cut();
    }
  }

  private CompletionStage<CommitResult> cut() {
    core.awaitRoom();
    return core.cut(marks.takePending());
  }

  @Override
  public CommitResult commit() {
    CompletableFuture<CommitResult> result = request();
    Duration patience = options.commitTimeout().plus(options.blockTimeout());
    try {
      return result.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FirnException problem) {
        core.pipeline().heard(problem);
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

  @Override
  public CompletionStage<CommitResult> commitAsync() {
    return request().copy();
  }

  private CompletableFuture<CommitResult> request() {
    core.requireOpen();
    requireMarked("commit");
    if (!inside) {
      enter();
    }
    try {
      core.pipeline().check();
      if (marks.isPending()) {
        return cut().toCompletableFuture();
      }
      CompletableFuture<CommitResult> last = core.pipeline().last();
      return last != null ? last : CompletableFuture.completedFuture(nothing());
    } finally {
      leave();
    }
  }

  private CommitResult nothing() {
    return new CommitResult(
        CommitResult.Outcome.NOTHING_TO_COMMIT,
        OptionalLong.empty(),
        committed(),
        0,
        0,
        0,
        0,
        CommitResult.Timings.NONE);
  }

  private void requireMarked(String what) {
    if (unmarkedRows > 0) {
      throw new InvalidTokenException(
          "Cannot "
              + what
              + ": "
              + unmarkedRows
              + " rows were appended since the last mark ("
              + marks.last()
              + "), so no position covers them. Call mark(position) first, or abort() to drop"
              + " them.",
          null);
    }
  }

  @Override
  public CommitToken committed() {
    return core.pipeline().committed();
  }

  @Override
  public void abort() {
    core.requireOpen();
    if (!inside) {
      enter();
    }
    forgetUncut();
    leave();
  }

  private void forgetUncut() {
    long rows = core.dropUncut();
    unmarkedRows = 0;
    marks.reset(core.cutAt());
    if (rows > 0) {
      options.listener().dropped(rows);
    }
  }

  @Override
  public CommitToken claim(Iterable<String> sources, long generation) {
    requirePerSource("claim");
    requireMarked("claim");
    if (!inside) {
      enter();
    }
    try {
      awaitIdle("claim");
      CommitToken claimed = core.committer().claim(sources, generation);
      // Another owner may have moved these sources while they were not ours, in either direction.
      Set<String> kept = new HashSet<>(core.cutAt().positions().keySet());
      sources.forEach(kept::remove);
      core.startAt(core.cutAt().only(kept).advancedBy(claimed));
      marks.reset(core.cutAt());
      return claimed;
    } finally {
      leave();
    }
  }

  @Override
  public void release(Iterable<String> sources) {
    requirePerSource("release");
    requireMarked("release");
    if (!inside) {
      enter();
    }
    try {
      awaitIdle("release");
      core.committer().release(sources);
    } finally {
      leave();
    }
  }

  /** Commits what is marked and waits, so that no batch straddles a change of sources. */
  private void awaitIdle(String what) {
    core.pipeline().check();
    if (marks.isPending()) {
      throw new InvalidTokenException(
          "Cannot "
              + what
              + " sources while rows are not committed: marked up to "
              + marks.last()
              + ", committed up to "
              + committed()
              + ". Call commit() or abort() first.",
          null);
    }
    if (!core.pipeline().awaitIdle(options.commitTimeout())) {
      core.pipeline().check();
      throw new StorageException(
          "Cannot " + what + " sources yet: a commit is still under way. Call again.", "", null);
    }
  }

  private void requirePerSource(String what) {
    core.requireOpen();
    if (options.ownership() != Ownership.PER_SOURCE) {
      throw new InvalidTokenException(
          "Only a stream with Ownership.PER_SOURCE can "
              + what
              + " sources; stream "
              + options.streamId()
              + " is "
              + options.ownership()
              + ".",
          null);
    }
  }

  @Override
  public WriterStatus status() {
    return core.status(marks.last());
  }

  @Override
  public void close() {
    if (core.isClosed()) {
      return;
    }
    if (!inside) {
      enter();
    }
    core.close();
  }

  /** The writer's thread takes the gate; if the timer has it, that is for the moment of a cut. */
  private void enter() {
    for (int tries = 0; !gate.compareAndSet(FREE, WRITER); tries++) {
      if (tries < 100) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(100_000); // an executor on the timer's own thread seals and commits
      }
    }
    inside = true;
  }

  private void leave() {
    if (unmarkedRows == 0) {
      inside = false;
      gate.set(FREE);
    }
  }

  /** The timer: due commits of a quiet stream, another try after a stall, heartbeats. */
  void tick() {
    if (core.isClosed() || !gate.compareAndSet(FREE, TIMER)) {
      return;
    }
    try {
      if (core.pipeline().failure() != null || core.isClosed()) {
        return;
      }
      if (marks.isPending() && core.isDue(options.clock().millis())) {
        cutQuietly();
      }
    } catch (RuntimeException e) {
      LOG.warn("Stream {}: a due commit could not be begun", options.streamId(), e);
    } finally {
      gate.set(FREE);
    }
    core.keepAlive();
  }
}
