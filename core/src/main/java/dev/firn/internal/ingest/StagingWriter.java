package dev.firn.internal.ingest;

import dev.firn.api.CommitToken;
import dev.firn.api.DeleteMode;
import dev.firn.api.Position;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.StorageException;
import dev.firn.api.record.ChangeKind;
import dev.firn.api.record.RecordMapper;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first half of the road as a writer of its own: rows to staged commits.
 *
 * <p>Without an executor in the options, files are encoded and sealed by the calling thread.
 *
 * <p>With a key each stage is one cut, for two cuts cannot become one commit. So while a cut could
 * not be sealed there is no other: no row is taken before it is staged or given up.
 */
public final class StagingWriter<T> implements StagingTableWriter<T> {

  private static final Logger LOG = LoggerFactory.getLogger(StagingWriter.class);

  private final Table table;
  private final WriterOptions options;
  private final boolean hasKey;
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
    this.hasKey = asked.key().isPresent();
    if (hasKey && asked.deleteMode() != DeleteMode.EQUALITY_DELETES) {
      throw new IllegalArgumentException(
          "The staging writer of stream "
              + asked.streamId()
              + " has a key, but with DeleteMode."
              + asked.deleteMode()
              + " only who commits can know which rows it replaces. Write equality deletes"
              + " (WriterOptions.deleteMode(DeleteMode.EQUALITY_DELETES)), or upsert with"
              + " openWriter, openSharedWriter or openWriterGroup.");
    }
    WriterOptions options = GuardedListener.in(asked);
    this.table = table;
    this.options = options;
    this.sealers = options.executor().orElse(Runnable::run);
    this.stager =
        new TableStager<>(
            TableState.of(table),
            mapper,
            options,
            hasKey ? Upserts.byEqualityDeletes(table, options) : null,
            options.executor().orElse(null));
    if (hasKey) {
      LOG.info(
          "Stream {} stages upserts of table {} with equality deletes, because its options say so",
          options.streamId(),
          table.name());
    }
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
  public void truncate() {
    requireOpen();
    if (!hasKey) {
      throw new IllegalStateException(onlyAppends() + '.');
    }
    stager.truncate(); // refuses: with a key there are equality deletes
  }

  @Override
  public void apply(ChangeKind kind, T record) {
    requireOpen();
    if (!hasKey && kind != ChangeKind.INSERT) {
      throw new IllegalStateException(onlyAppends() + '.');
    }
    if (hasKey && unsealed != null) {
      throw new StorageException(
          "The record was not taken: files of the last stage of stream "
              + options.streamId()
              + " could not be written. Call stage(...) again, or abort().",
          table.location(),
          null);
    }
    if (stager.rowsSinceCut() == 0 && unsealed == null) {
      adoptChanges();
    }
    try {
      if (kind.isRemoval()) {
        stager.delete(record);
      } else {
        stager.append(record);
      }
      appended.setOpaque(appended.getPlain() + 1);
    } catch (RecordRejectedException e) {
      rejected.setOpaque(rejected.getPlain() + 1);
      options.listener().rejected(e);
      throw e;
    }
  }

  private String onlyAppends() {
    return "The staging writer of stream "
        + options.streamId()
        + " has no key, so it only appends. Declare the key, and how rows go:"
        + " WriterOptions.upsertBy(...).deleteMode(DeleteMode.EQUALITY_DELETES)";
  }

  @Override
  public StagedCommit stage(CommitToken from, CommitToken to) {
    requireOpen();
    requireAdvance(from, to);
    Cut cut = nextCut();
    unsealed = cut;
    cut.seal(sealers);
    StagedCommit result = cut.stage(options.streamId(), options.branch(), from, to);
    unsealed = null;
    staged = staged.advancedBy(to);
    return result;
  }

  private Cut nextCut() {
    Cut before = unsealed;
    if (before == null) {
      return stager.cut();
    }
    return hasKey ? before : before.followedBy(stager.cut());
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
