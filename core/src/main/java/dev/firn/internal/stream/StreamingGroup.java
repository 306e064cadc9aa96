package dev.firn.internal.stream;

import dev.firn.api.Ownership;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.BufferFullException;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.internal.ingest.GuardedListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streaming writers that share a committer, threads and a memory limit.
 *
 * <p>The memory limit is cut into equal parts, one for each open writer. A writer may then never
 * wait for memory that another one holds and does not use: it could not make the other seal or
 * commit.
 */
public final class StreamingGroup implements WriterGroup {

  private static final Logger LOG = LoggerFactory.getLogger(StreamingGroup.class);

  private final Table table;
  private final WriterOptions options;
  private final Workers workers;
  private final GroupCommitter committer;

  /** All writers share them. */
  private final StreamKeys keys;

  private final Guard guard = new Guard();

  // Under the guard.
  private final List<StreamingWriter<?>> writers = new ArrayList<>();
  private boolean closed;

  public StreamingGroup(Table table, WriterOptions options) {
    this(table, options, SnapshotCommitter::open, GroupCommitter.GATHER);
  }

  /**
   * @param gather how long a commit waits for other batches at most
   */
  StreamingGroup(Table table, WriterOptions asked, CommitterOpening opening, Duration gather) {
    if (asked.ownership() != Ownership.PER_SOURCE) {
      throw new IllegalArgumentException(
          "The writers of a group share their stream "
              + asked.streamId()
              + ", each with sources of its own, so it must have Ownership.PER_SOURCE, not "
              + asked.ownership());
    }
    this.table = table;
    WriterOptions guarded = GuardedListener.in(asked);
    this.workers = Workers.of(guarded);
    this.options =
        guarded.toBuilder().executor(workers.executor()).scheduler(workers.scheduler()).build();
    StreamKeys own = StreamKeys.NONE;
    try {
      own = StreamKeys.of(table, options, workers.executor());
      SnapshotCommitter opened = opening.open(table, options, own.replacements());
      this.committer = new GroupCommitter(opened, workers.executor(), options, gather);
      own.open(new OwnCommitter(opened), options);
      this.keys = own;
    } catch (RuntimeException | Error e) {
      own.close();
      workers.close();
      throw e;
    }
  }

  @Override
  public <T> StreamingTableWriter<T> openWriter(RecordMapper<T> mapper) {
    requireRoom(guard.with(() -> closed ? -1 : writers.size()));
    Alignment alignment = committer.alignment(this::wake);
    StreamingWriter<T> writer =
        new StreamingWriter<>(
            table,
            mapper,
            options.toBuilder().memoryLimitBytes(WriterOptions.MIN_MEMORY_LIMIT_BYTES).build(),
            alignment,
            keys,
            (on, with, by) -> committer.open(alignment, this::shareOut));
    try {
      guard.run(
          () -> {
            requireRoom(closed ? -1 : writers.size());
            writers.add(writer);
          });
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
    shareOut();
    return writer;
  }

  /**
   * @param open writers that are open, or -1 when the group is closed
   */
  private void requireRoom(int open) {
    if (open < 0) {
      throw new IllegalStateException(
          "the writer group of stream " + options.streamId() + " is closed");
    }
    if (options.memoryLimitBytes() / (open + 1) < WriterOptions.MIN_MEMORY_LIMIT_BYTES) {
      throw new BufferFullException(
          "One more writer beside "
              + open
              + " would leave less than "
              + WriterOptions.MIN_MEMORY_LIMIT_BYTES
              + " of "
              + options.memoryLimitBytes()
              + " bytes of memory for each. Close one, or raise memoryLimitBytes.",
          options.memoryLimitBytes(),
          Duration.ZERO);
    }
  }

  /** After a writer has come or gone. */
  private void shareOut() {
    guard.run(
        () -> {
          writers.removeIf(StreamingWriter::isClosed);
          long share = options.memoryLimitBytes() / Math.max(1, writers.size());
          writers.forEach(writer -> writer.memoryLimit(share));
        });
  }

  /**
   * A writer has called the others to cut: those that are between two marks are cut by the timer.
   */
  private void wake() {
    try {
      workers.scheduler().execute(() -> open().forEach(StreamingWriter::cutBeside));
    } catch (RejectedExecutionException e) {
      LOG.debug("The scheduler takes nothing; the others cut at their next marks", e);
    }
  }

  private List<StreamingWriter<?>> open() {
    return guard.with(() -> List.copyOf(writers));
  }

  @Override
  public void close() {
    boolean first = guard.with(() -> !closed && (closed = true));
    if (!first) {
      return;
    }
    long deadline = System.nanoTime() + Guard.nanos(options.closeTimeout());
    @Nullable RuntimeException problem = null;
    for (StreamingWriter<?> writer : open()) {
      try {
        writer.closeBeside(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      } catch (RuntimeException e) {
        problem = e; // an interrupt: it is closed all the same, and the next one must be
      }
    }
    committer.close();
    keys.close();
    workers.close();
    if (problem != null) {
      throw problem;
    }
  }
}
