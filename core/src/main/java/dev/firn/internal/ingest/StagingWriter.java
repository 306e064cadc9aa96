package dev.firn.internal.ingest;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.ChangeKind;
import dev.firn.api.record.RecordMapper;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * The first half of the road as a writer of its own: rows to staged commits.
 *
 * <p>Without an executor in the options, files are encoded and sealed by the calling thread.
 */
public final class StagingWriter<T> implements StagingTableWriter<T> {

  private final Table table;
  private final WriterOptions options;
  private final Executor sealers;
  private final TableStager<T> stager;

  /** What was cut for stages that failed; it is part of the next one. */
  private @Nullable Cut unsealed;

  private volatile CommitToken staged = CommitToken.none();
  private volatile boolean closed;
  // Counted by the writer's thread alone, read by any.
  private final AtomicLong appended = new AtomicLong();
  private final AtomicLong rejected = new AtomicLong();

  public StagingWriter(Table table, RecordMapper<T> mapper, WriterOptions asked) {
    if (asked.key().isPresent()) {
      throw new IllegalArgumentException(onlyAppends(asked) + ", so its options must have no key.");
    }
    WriterOptions options = GuardedListener.in(asked);
    this.table = table;
    this.options = options;
    this.sealers = options.executor().orElse(Runnable::run);
    this.stager =
        new TableStager<>(
            TableState.of(table), mapper, options, null, options.executor().orElse(null));
  }

  @Override
  public void append(T record) {
    requireOpen();
    if (stager.rowsSinceCut() == 0 && unsealed == null) {
      adoptChanges();
    }
    try {
      stager.append(record);
      appended.setOpaque(appended.getPlain() + 1);
    } catch (RecordRejectedException e) {
      rejected.setOpaque(rejected.getPlain() + 1);
      options.listener().rejected(e);
      throw e;
    }
  }

  @Override
  public void upsert(T record) {
    throw new IllegalStateException(onlyAppends(options) + '.');
  }

  @Override
  public void delete(T record) {
    throw new IllegalStateException(onlyAppends(options) + '.');
  }

  @Override
  public void truncate() {
    throw new IllegalStateException(onlyAppends(options) + '.');
  }

  @Override
  public void apply(ChangeKind kind, T record) {
    if (kind != ChangeKind.INSERT) {
      throw new IllegalStateException(onlyAppends(options) + '.');
    }
    append(record);
  }

  private static String onlyAppends(WriterOptions options) {
    return "The staging writer of stream "
        + options.streamId()
        + " only appends (openWriter, openSharedWriter and openWriterGroup upsert)";
  }

  @Override
  public StagedCommit stage(CommitToken from, CommitToken to) {
    requireOpen();
    requireAdvance(from, to);
    Cut cut = stager.cut();
    if (unsealed != null) {
      cut = unsealed.followedBy(cut);
    }
    unsealed = cut;
    cut.seal(sealers);
    StagedCommit result = cut.stage(options.streamId(), options.branch(), from, to);
    unsealed = null;
    staged = staged.advancedBy(to);
    return result;
  }

  private void adoptChanges() {
    TableState now = TableState.of(table);
    if (!now.writesLike(stager.state())) {
      stager.adopt(now);
    }
  }

  private static void requireAdvance(CommitToken from, CommitToken to) {
    if (to.isNone()) {
      throw new InvalidTokenException(
          "A staged commit must cover a range, but its end names no source.", null);
    }
    for (Map.Entry<String, Position> end : to.positions().entrySet()) {
      Position begin = from.positions().get(end.getKey());
      if (begin != null && end.getValue().compareTo(begin) <= 0) {
        throw new InvalidTokenException(
            "The range from "
                + from
                + " to "
                + to
                + " does not advance source \""
                + end.getKey()
                + "\".",
            null);
      }
    }
  }

  @Override
  public void abort() {
    requireOpen();
    forget();
  }

  private void forget() {
    long rows = stager.rowsSinceCut() + (unsealed == null ? 0 : unsealed.rows());
    if (unsealed != null) {
      unsealed.drop();
      unsealed = null;
    }
    stager.drop();
    if (rows > 0) {
      options.listener().dropped(rows);
    }
  }

  @Override
  public WriterStatus status() {
    return new WriterStatus(
        closed ? WriterStatus.State.CLOSED : WriterStatus.State.OPEN,
        CommitToken.none(),
        staged,
        appended.getOpaque(),
        0,
        rejected.getOpaque(),
        stager.memoryUsed(),
        options.memoryLimitBytes(),
        stager.openPartitions(),
        0,
        Optional.empty());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      forget();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the writer of stream " + options.streamId() + " is closed");
    }
  }
}
