package dev.firn.internal.stream;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.StorageException;
import dev.firn.api.record.ChangeKind;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.commit.SnapshotCommitter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer for sources that can be replayed.
 *
 * <p>A timer commits quiet streams beside the writer's thread: see {@link Gate}. Over 400 lines
 * because each call goes through that gate by itself, without an object for every row.
 */
public final class StreamingWriter<T> implements StreamingTableWriter<T> {

  private static final Logger LOG = LoggerFactory.getLogger(StreamingWriter.class);

  /**
   * How long a close from outside waits for a mark: an append that waits for memory may take
   * longer, and a thread that died between two marks never comes to one.
   */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

  private final StreamCore<T> core;
  private final WriterOptions options;
  private final Gate gate = new Gate();
  private final Marks marks;

  /** Rows since the last mark. */
  private long unmarkedRows;

  public StreamingWriter(Table table, RecordMapper<T> mapper, WriterOptions options) {
    this(
        table,
        mapper,
        options,
        Alignment.alone(),
        null,
        (on, with, keyed) -> new OwnCommitter(SnapshotCommitter.open(on, with, keyed)));
  }

  StreamingWriter(
      Table table,
      RecordMapper<T> mapper,
      WriterOptions options,
      Alignment alignment,
      @Nullable StreamKeys keys,
      StreamCore.Opening opening) {
    this.core = new StreamCore<>(table, mapper, options, true, alignment, keys, opening);
    this.options = core.options();
    this.marks = new Marks(core.cutAt());
    core.startTicking(this::tick);
  }

  @Override
  public void append(T record) {
    apply(ChangeKind.INSERT, record);
  }

  @Override
  public void upsert(T record) {
    apply(ChangeKind.UPDATE_AFTER, record);
  }

  @Override
  public void delete(T record) {
    apply(ChangeKind.DELETE, record);
  }

  @Override
  public void apply(ChangeKind kind, T record) {
    gate.enter();
    boolean taken = false;
    try {
      core.apply(kind, record);
      unmarkedRows++;
      taken = true;
    } finally {
      if (!taken) {
        leave();
      }
    }
  }

  @Override
  public void truncate() {
    gate.enter();
    boolean taken = false;
    try {
      core.truncate();
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
    gate.enter();
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
    core.cutDue(marks.takePending());
    return true;
  }

  @Override
  public CommitResult commit() {
    return core.await(request());
  }

  @Override
  public CompletionStage<CommitResult> commitAsync() {
    return request().copy();
  }

  private CompletableFuture<CommitResult> request() {
    core.requireOpen();
    requireMarked("commit");
    gate.enter();
    CompletableFuture<CommitResult> result;
    try {
      core.pipeline().check();
      if (marks.isPending()) {
        core.awaitRoom();
        result = core.cut(marks.takePending()).toCompletableFuture();
      } else {
        CompletableFuture<CommitResult> last = core.pipeline().last();
        result = last != null ? last : CompletableFuture.completedFuture(core.nothing());
      }
    } finally {
      leave();
    }
    core.work();
    return result;
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
    gate.enter();
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
    gate.enter();
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
    gate.enter();
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
    gate.enter();
    core.warnOfUncovered(unmarkedRows, marks.last());
    core.close(options.closeTimeout());
  }

  private void leave() {
    if (unmarkedRows == 0) {
      gate.leave();
    }
  }

  /** The timer: due commits of a quiet stream, another try after a stall, heartbeats. */
  void tick() {
    cutBeside();
    core.keepAlive();
  }

  /** Beside the writer's thread: a commit that is due, if that thread is between two marks. */
  void cutBeside() {
    if (core.isClosed() || !gate.enterBeside()) {
      return;
    }
    try {
      if (!core.isClosed() && marks.isPending() && core.isDue(options.clock().millis())) {
        cutIfRoom();
      }
    } catch (RuntimeException | Error e) {
      LOG.warn("Stream {}: a due commit could not be begun", options.streamId(), e);
    } finally {
      gate.leaveBeside();
    }
    core.work();
  }

  /** Closes beside the writer's thread, which finds it closed at its next call. */
  void closeBeside(Duration timeout) {
    Duration patience = timeout.compareTo(CLOSE_PATIENCE) < 0 ? timeout : CLOSE_PATIENCE;
    if (gate.enterBeside(patience)) {
      try {
        core.close(timeout);
      } finally {
        gate.leaveBeside();
      }
    } else if (!core.isClosed()) {
      LOG.warn(
          "Stream {}: a writer was closed from outside between two marks ({}); what came since is"
              + " dropped",
          options.streamId(),
          marks.last());
      core.closeBeside(timeout);
    }
  }

  boolean isClosed() {
    return core.isClosed();
  }

  /** Changes the memory that its rows may take; any thread. */
  void memoryLimit(long bytes) {
    core.memoryLimit(bytes);
  }
}
