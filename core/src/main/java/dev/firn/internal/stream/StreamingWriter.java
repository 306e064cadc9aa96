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
import dev.firn.internal.commit.SnapshotCommitter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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

  private final Marks marks;

  /** Rows since the last mark. */
  private long unmarkedRows;

  public StreamingWriter(Table table, RecordMapper<T> mapper, WriterOptions options) {
    this.core = new StreamCore<>(table, mapper, options, true, SnapshotCommitter::open);
    this.options = core.options();
    this.marks = new Marks(core.cutAt());
    core.startTicking(this::tick);
  }

  @Override
  public void append(T record) {
    if (!inside) {
      enter();
    }
    boolean taken = false;
    try {
      core.append(record);
      unmarkedRows++;
      taken = true;
    } finally {
      if (!taken) {
        leave();
      }
    }
  }

  @Override
  public void mark(long position) {
    beginMark();
    boolean advanced = false;
    try {
      marks.advance(position);
      advanced = true;
    } finally {
      endMark(advanced);
    }
  }

  @Override
  public void mark(String source, long position) {
    beginMark();
    boolean advanced = false;
    try {
      marks.advance(source, position);
      advanced = true;
    } finally {
      endMark(advanced);
    }
  }

  @Override
  public void mark(CommitToken token) {
    beginMark();
    boolean advanced = false;
    try {
      marks.advance(token);
      advanced = true;
    } finally {
      endMark(advanced);
    }
  }

  private void beginMark() {
    core.requireOpen();
    if (!inside) {
      enter();
    }
    boolean sound = false;
    try {
      core.pipeline().check();
      sound = true;
    } finally {
      if (!sound) {
        leave();
      }
    }
  }

  private void endMark(boolean advanced) {
    boolean cut = false;
    try {
      if (advanced) {
        unmarkedRows = 0;
        long now = options.clock().millis();
        core.touch(now);
        cut = core.isDue(now) && cutIfRoom();
      }
    } finally {
      leave();
    }
    if (cut) {
      core.work();
    }
  }

  /**
   * A due cut that finds no room, or trouble that the next call will hear of, is no error: the next
   * mark, or the timer, tries again.
   */
  private boolean cutIfRoom() {
    if (core.pipeline().isTroubled() || !core.pipeline().hasRoom()) {
      return false;
    }
    core.cut(marks.takePending());
    return true;
  }

  @Override
  public CommitResult commit() {
    CompletableFuture<CommitResult> result = request();
    Duration patience = options.commitTimeout().plus(options.blockTimeout());
    try {
      return result.get(Guard.nanos(patience), TimeUnit.NANOSECONDS);
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
    CompletableFuture<CommitResult> result;
    try {
      core.pipeline().check();
      if (marks.isPending()) {
        core.awaitRoom();
        result = core.cut(marks.takePending()).toCompletableFuture();
      } else {
        CompletableFuture<CommitResult> last = core.pipeline().last();
        result = last != null ? last : CompletableFuture.completedFuture(nothing());
      }
    } finally {
      leave();
    }
    core.work();
    return result;
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
    try {
      forgetUncut();
    } finally {
      leave();
    }
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
      AtomicReference<CommitToken> token = new AtomicReference<>(CommitToken.none());
      alone("claim", () -> token.set(core.committer().claim(sources, generation)));
      CommitToken claimed = Objects.requireNonNull(token.get());
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
      alone("release", () -> core.committer().release(sources));
    } finally {
      leave();
    }
  }

  /** Waits for commits under way, so that no batch straddles a change of sources. */
  private void alone(String what, Runnable change) {
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
    if (!core.pipeline().alone(options.commitTimeout(), change)) {
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
    core.warnOfUncovered(unmarkedRows, marks.last());
    core.close(options.closeTimeout());
  }

  /** The writer's thread takes the gate; if the timer has it, that is for the moment of a cut. */
  private void enter() {
    while (!gate.compareAndSet(FREE, WRITER)) {
      LockSupport.parkNanos(1_000);
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
    if (core.isClosed()) {
      return;
    }
    if (gate.compareAndSet(FREE, TIMER)) {
      try {
        if (!core.isClosed() && marks.isPending() && core.isDue(options.clock().millis())) {
          cutIfRoom();
        }
      } catch (RuntimeException | Error e) {
        LOG.warn("Stream {}: a due commit could not be begun", options.streamId(), e);
      } finally {
        gate.set(FREE);
      }
      core.work();
    }
    core.keepAlive();
  }
}
