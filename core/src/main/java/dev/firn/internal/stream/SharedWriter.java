package dev.firn.internal.stream;

import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.api.record.ChangeKind;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.commit.SnapshotCommitter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer for applications that cannot replay.
 *
 * <p>One lock around the stager: rows are numbered under it, and the number is the position, so
 * every row is a mark and any moment is one to cut at. After a reopening the numbers go on from the
 * table's token.
 */
public final class SharedWriter<T> implements SharedTableWriter<T> {

  /**
   * How much longer than the block deadline a thread waits for its turn: another thread may wait
   * for memory that long, and a turn that is merely taken must not fail under a deadline of zero.
   */
  private static final Duration TURN = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(SharedWriter.class);

  private final StreamCore<T> core;
  private final WriterOptions options;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile long lastSequence;

  /** Whether close has begun; no row is taken any more. */
  private boolean closing;

  public SharedWriter(Table table, RecordMapper<T> mapper, WriterOptions options) {
    this(table, mapper, options, SnapshotCommitter::open);
  }

  SharedWriter(
      Table table, RecordMapper<T> mapper, WriterOptions options, CommitterOpening opening) {
    if (options.ownership() != Ownership.EXCLUSIVE) {
      throw new IllegalArgumentException(
          "A shared writer numbers its rows itself, so its stream "
              + options.streamId()
              + " must have Ownership.EXCLUSIVE, not "
              + options.ownership());
    }
    this.core =
        new StreamCore<>(
            table,
            mapper,
            options,
            false,
            Alignment.alone(),
            null,
            (on, with, keyed) -> new OwnCommitter(opening.open(on, with, keyed)));
    this.options = core.options();
    this.lastSequence = startOf(core);
    core.startTicking(this::tick);
  }

  private static long startOf(StreamCore<?> core) {
    CommitToken token = core.cutAt();
    if (token.isNone() || token.position().isPresent()) {
      return token.position().orElse(0);
    }
    core.close(Duration.ZERO);
    throw new InvalidTokenException(
        "Stream "
            + core.options().streamId()
            + " has the token "
            + token
            + " of a source of its own, so a shared writer cannot number its rows. Use another"
            + " stream id.",
        null);
  }

  @Override
  public long append(T record) {
    return apply(ChangeKind.INSERT, record);
  }

  @Override
  public long upsert(T record) {
    return apply(ChangeKind.UPDATE_AFTER, record);
  }

  @Override
  public long delete(T record) {
    return apply(ChangeKind.DELETE, record);
  }

  private long apply(ChangeKind kind, T record) {
    long sequence;
    boolean cut = false;
    enter();
    try {
      requireOpen();
      core.apply(kind, record);
      sequence = lastSequence + 1;
      lastSequence = sequence;
      long now = options.clock().millis();
      core.touch(now);
      if (core.isDue(now)) {
        cut = cutIfRoom();
      }
    } finally {
      lock.unlock();
    }
    if (cut) {
      core.work();
    }
    return sequence;
  }

  private void enter() {
    if (lock.tryLock()) {
      return;
    }
    Duration patience = options.blockTimeout().plus(TURN);
    try {
      if (lock.tryLock(Guard.nanos(patience), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WriterInterruptedException("Interrupted while other threads appended.", e);
    }
    throw new BufferFullException(
        "Other threads waited for memory for " + patience + "; the row was not taken. Call again.",
        options.memoryLimitBytes(),
        patience);
  }

  private void requireOpen() {
    core.requireOpen();
    if (closing) {
      throw new IllegalStateException(
          "the writer of stream " + options.streamId() + " is being closed");
    }
  }

  /** Cuts, unless as many commits as may be are under way already; says whether it did. */
  private boolean cutIfRoom() {
    if (!core.pipeline().hasRoom()) {
      return false;
    }
    core.cut(CommitToken.of(lastSequence));
    return true;
  }

  @Override
  public boolean awaitVisible(long sequence, Duration timeout) {
    if (sequence > lastSequence) {
      throw new IllegalArgumentException(
          "No row has the number " + sequence + " yet; the last one is " + lastSequence);
    }
    boolean visible = core.pipeline().awaitCommitted(sequence, timeout);
    if (!visible && core.pipeline().isDropped()) {
      throw notVisible();
    }
    return visible;
  }

  @Override
  public boolean flush(Duration timeout) {
    long deadline = System.nanoTime() + Guard.nanos(timeout);
    enter();
    try {
      requireOpen();
    } finally {
      lock.unlock();
    }
    return flushUntil(deadline);
  }

  private boolean flushUntil(long deadline) {
    long last = lastSequence;
    CommitPipeline pipeline = core.pipeline();
    pipeline.resumeIfRested();
    while (!cutUpTo(last)) {
      boolean room = pipeline.awaitRoom(left(deadline), true);
      pipeline.checkFailure();
      if (!room && left(deadline).isZero()) {
        return false;
      }
    }
    core.work();
    return pipeline.awaitCommitted(last, left(deadline));
  }

  /** Whether all rows up to {@code sequence} are in a batch, after this. */
  private boolean cutUpTo(long sequence) {
    enter();
    try {
      return core.isClosed() || core.cutAt().position().orElse(0) >= sequence || cutIfRoom();
    } finally {
      lock.unlock();
    }
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  @Override
  public WriterStatus status() {
    return core.status(CommitToken.of(lastSequence));
  }

  @Override
  public void close() {
    close(options.closeTimeout());
  }

  @Override
  public void close(Duration timeout) {
    long deadline = System.nanoTime() + Guard.nanos(timeout);
    lock.lock(); // who holds it waits for memory at most, up to a deadline of its own
    try {
      if (closing) {
        return;
      }
      closing = true;
    } finally {
      lock.unlock();
    }
    try {
      if (!flushUntil(deadline)) {
        throw notVisible();
      }
    } finally {
      lock.lock();
      try {
        core.close(left(deadline));
      } finally {
        lock.unlock();
      }
    }
  }

  private CommitUnknownException notVisible() {
    return new CommitUnknownException(
        "Closed while rows "
            + (core.pipeline().committed().position().orElse(0) + 1)
            + " to "
            + lastSequence
            + " were not known to be visible. Reopen the stream and ask status().committed().",
        "",
        null);
  }

  /** The timer: due commits of a quiet stream, another try after a stall, heartbeats. */
  void tick() {
    if (core.isClosed()) {
      return;
    }
    if (lock.tryLock()) { // else somebody appends, and looks at the policy itself
      try {
        if (!core.isClosed()
            && !core.pipeline().isTroubled()
            && core.isDue(options.clock().millis())) {
          cutIfRoom();
        }
      } catch (RuntimeException | Error e) {
        LOG.warn("Stream {}: a due commit could not be begun", options.streamId(), e);
      } finally {
        lock.unlock();
      }
      core.work();
    }
    core.keepAlive();
  }
}
