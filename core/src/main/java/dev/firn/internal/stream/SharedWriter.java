package dev.firn.internal.stream;

import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.record.RecordMapper;
import java.time.Duration;
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

  private static final Logger LOG = LoggerFactory.getLogger(SharedWriter.class);

  private final StreamCore<T> core;
  private final WriterOptions options;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile long lastSequence;

  public SharedWriter(Table table, RecordMapper<T> mapper, WriterOptions options) {
    if (options.ownership() != Ownership.EXCLUSIVE) {
      throw new IllegalArgumentException(
          "A shared writer numbers its rows itself, so its stream "
              + options.streamId()
              + " must have Ownership.EXCLUSIVE, not "
              + options.ownership());
    }
    this.core = new StreamCore<>(table, mapper, options, false);
    this.options = core.options();
    this.lastSequence = startOf(core);
    core.workers().startTicking(this::tick, options.commitPolicy());
  }

  private static long startOf(StreamCore<?> core) {
    CommitToken token = core.cutAt();
    if (token.isNone() || token.position().isPresent()) {
      return token.position().orElse(0);
    }
    core.close();
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
    lock.lock();
    try {
      core.append(record);
      long sequence = lastSequence + 1;
      lastSequence = sequence;
      if (core.isDue(options.clock().millis())) {
        cutQuietly();
      }
      return sequence;
    } finally {
      lock.unlock();
    }
  }

  private void cutQuietly() {
    if (core.pipeline().underWay() < options.maxCommitsInFlight()) {
      core.cut(CommitToken.of(lastSequence));
    }
  }

  @Override
  public boolean awaitVisible(long sequence, Duration timeout) {
    if (sequence > lastSequence) {
      throw new IllegalArgumentException(
          "No row has the number " + sequence + " yet; the last one is " + lastSequence);
    }
    return core.pipeline().awaitCommitted(sequence, timeout);
  }

  @Override
  public boolean flush(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    long last;
    lock.lock();
    try {
      core.requireOpen();
      last = lastSequence;
      if (core.rowsSinceCut() > 0) {
        core.awaitRoom();
        core.cut(CommitToken.of(last));
      }
    } finally {
      lock.unlock();
    }
    core.pipeline().resumeIfRested();
    return core.pipeline()
        .awaitCommitted(last, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
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
    if (core.isClosed()) {
      return;
    }
    try {
      if (!flush(timeout)) {
        throw notVisible(timeout);
      }
    } finally {
      lock.lock();
      try {
        core.close();
      } finally {
        lock.unlock();
      }
    }
  }

  private CommitUnknownException notVisible(Duration timeout) {
    return new CommitUnknownException(
        "Closed after "
            + timeout
            + " while rows "
            + (core.pipeline().committed().position().orElse(0) + 1)
            + " to "
            + lastSequence
            + " were not known to be visible. Reopen the stream and ask status().committed().",
        "",
        null);
  }

  /** The timer: due commits of a quiet stream, another try after a stall, heartbeats. */
  void tick() {
    if (core.isClosed() || !lock.tryLock()) {
      return; // somebody appends, and looks at the policy itself
    }
    try {
      if (core.isDue(options.clock().millis())) {
        cutQuietly();
      }
    } catch (RuntimeException e) {
      LOG.warn("Stream {}: a due commit could not be begun", options.streamId(), e);
    } finally {
      lock.unlock();
    }
    core.keepAlive();
  }
}
