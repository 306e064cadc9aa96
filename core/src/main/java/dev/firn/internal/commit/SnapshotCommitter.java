package dev.firn.internal.commit;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.StagedCommit;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.commit.CommitLoop.Landed;
import dev.firn.internal.stage.Replacements;
import dev.firn.internal.stage.StagedFiles;
import dev.firn.internal.stage.StagedFilesCodec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits staged files and tokens to one branch of one table: the only hand that changes a table.
 *
 * <p>Opening an {@link Ownership#EXCLUSIVE} stream raises its epoch with an empty snapshot, which
 * moves the branch's head: every request of a previous owner that is still on its way fails. A
 * commit whose outcome stays unknown is remembered, and the next call resolves it first.
 *
 * <p>One thread at a time; any may ask {@link #committed()}, {@link #base()} and {@link #epoch()}.
 */
public final class SnapshotCommitter implements TableCommitter {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotCommitter.class);

  private final WriterOptions options;
  private final ExactBaseOperations operations;
  private final TokenLedger ledger;
  private final StreamState state;
  private final Replacements replacements;
  private final Changes changes;
  private final CommitLoop loop;
  private final Heartbeats heartbeats;
  private final SnapshotExpiry expiry;
  private final UnsettledBatches unsettled;
  private final Pause pause;

  private @Nullable Unfinished inDoubt;
  private boolean closed;

  private SnapshotCommitter(
      Table table,
      WriterOptions options,
      Replacements replacements,
      Pause pause,
      CommitterParts parts) {
    String name = table.name();
    TableOperations delegate = WritableTable.operations(table);
    this.options = options;
    this.replacements = replacements;
    this.pause = pause;
    this.operations = new ExactBaseOperations(delegate, name);
    TokenFiles tokenFiles = new TokenFiles(operations::io, operations::metadataFileLocation);
    this.ledger = parts.ledger(options, tokenFiles);
    this.state = parts.state(options, name, ledger);
    this.changes =
        new Changes(
            options,
            ledger,
            state,
            replacements,
            metadata -> WritableTable.check(name, delegate, metadata, options),
            operations::io);
    CommitAttempt attempt =
        new CommitAttempt(
            operations,
            name,
            WritableTable.reporter(table),
            tokenFiles,
            parts.deleteFiles(operations, options),
            options.streamId(),
            options.branch());
    this.loop = new CommitLoop(operations, attempt, ledger, options.listener(), pause);
    this.heartbeats = new Heartbeats(ledger, options.branch(), options.clock());
    this.expiry = new SnapshotExpiry(operations, name, tokenFiles, options);
    this.unsettled = new UnsettledBatches(operations, options.clock());
  }

  /**
   * Opens the stream of {@code options} on {@code table}: finds its token and, for {@link
   * Ownership#EXCLUSIVE}, fences every writer that opened it before. Commits look for no row.
   *
   * @throws dev.firn.api.error.UnsupportedTableException if the table cannot be written safely
   * @throws dev.firn.api.error.TokenLostException if the stream has written here, but its token is
   *     gone
   * @throws dev.firn.api.error.CommitUnknownException if the catalog did not answer in time; open
   *     again
   */
  public static SnapshotCommitter open(Table table, WriterOptions options) {
    return open(table, options, Replacements.NONE);
  }

  /**
   * As {@link #open(Table, WriterOptions)}, for commits that also take away the rows that {@code
   * replacements} names. Delete files are written on the executor of {@code options}, if there is
   * one, and by the thread that commits.
   */
  public static SnapshotCommitter open(
      Table table, WriterOptions options, Replacements replacements) {
    return open(table, options, replacements, Pause.system(), new CommitterParts());
  }

  static SnapshotCommitter open(Table table, WriterOptions options, Pause pause) {
    return open(table, options, pause, new CommitterParts());
  }

  static SnapshotCommitter open(
      Table table, WriterOptions options, Pause pause, CommitterParts parts) {
    return open(table, options, Replacements.NONE, pause, parts);
  }

  static SnapshotCommitter open(
      Table table,
      WriterOptions options,
      Replacements replacements,
      Pause pause,
      CommitterParts parts) {
    SnapshotCommitter committer = new SnapshotCommitter(table, options, replacements, pause, parts);
    committer.openStream();
    return committer;
  }

  private void openStream() {
    Landed landed = loop.run(changes.opening(), options.commitTimeout());
    Snapshot snapshot = landed.snapshot();
    if (snapshot != null) {
      state.opened(ledger.tokenIn(snapshot), snapshot);
    } else if (options.ownership() == Ownership.EXCLUSIVE) {
      // Opened, and the snapshot was expired at once: the head's map has our epoch.
      BranchTokens tokens = ledger.read(operations.pinned());
      state.opened(ledger.token(tokens), tokens.carrier());
    }
  }

  @Override
  public CommitResult commit(StagedCommit... staged) {
    return commit(Arrays.asList(staged));
  }

  @Override
  public CommitResult commit(List<StagedCommit> staged) {
    return commitBatch(staged).whole();
  }

  /** As {@link #commit(List)}, with a result for each of {@code staged}, of its own rows. */
  public List<CommitResult> commitEach(List<StagedCommit> staged) {
    return commitBatch(staged).each();
  }

  private BatchResult commitBatch(List<StagedCommit> staged) {
    checkUsable();
    long start = pause.nanoTime();
    List<StagedFiles> files = decode(staged);
    if (replacements == Replacements.NONE) {
      CommitBatch.requireOnlyAppends(files);
    }
    CommitBatch batch =
        CommitBatch.of(files, operations.pinned().uuid(), options.streamId(), options.branch());
    if (batch.isEmpty()) {
      return new BatchResult(files, Set.of(), FileChanges.NONE, null, committed(), 0, since(start));
    }
    Unfinished before = inDoubt;
    boolean resumed = before != null && before.change().commitId().equals(batch.commitId());
    if (before != null && !resumed) {
      run(before);
    }
    Unfinished work =
        before != null && resumed
            ? before
            : new Unfinished(changes.adding(batch), new Doubt(), staged, batch);
    Landed landed = run(work);
    return new BatchResult(
        files,
        CommitBatch.stageIds(work.committed(landed)),
        work.change().files(),
        landed.snapshot(),
        committed(),
        landed.attempts(),
        since(start));
  }

  private Duration since(long start) {
    return Duration.ofNanos(pause.nanoTime() - start);
  }

  /**
   * Whether it is not known what became of a batch. To commit the same staged commits again goes on
   * with it; whatever else is committed brings it to its end first.
   */
  public boolean isInDoubt() {
    return inDoubt != null;
  }

  /**
   * Does not come back to the batch that is in doubt. It may land yet: then others that start where
   * it does are stale, for positions are compared-and-set.
   */
  public void forgetDoubt() {
    inDoubt = null;
  }

  /** Runs one batch to its end, and remembers it when the end is not known. */
  private Landed run(Unfinished work) {
    inDoubt = work;
    Landed landed;
    try {
      landed = loop.run(work.change(), work.doubt(), options.commitTimeout());
    } catch (FirnException e) {
      TableMetadata seen = operations.pinned();
      inDoubt = work.doubt().remains(seen, ledger.head(seen)) ? work : null;
      state.remember(e);
      if (work.doubt().wasSent()) {
        unsettled.abandon(work.batch(), work.staged(), e);
      }
      throw e;
    } catch (RuntimeException | Error e) {
      // A defect, or the machine: where it struck is not known.
      work.doubt().interrupted(operations.pinned());
      unsettled.add(work.batch());
      throw e;
    }
    inDoubt = null;
    see(landed);
    tellReplacements(work, landed);
    return landed;
  }

  /** Of each staged commit once: it is in, so nobody will ask again what it replaces. */
  private void tellReplacements(Unfinished work, Landed landed) {
    List<StagedFiles> now = work.committed(landed);
    if (!now.isEmpty()) {
      replacements.landed(landed.visible() ? landed.snapshot() : null, now);
    }
    List<StagedFiles> before =
        work.batch().staged().stream().filter(files -> !now.contains(files)).toList();
    if (!before.isEmpty()) {
      replacements.landed(null, before);
    }
  }

  /**
   * Deletes the files of staged commits that were handed to nobody else and will not be committed.
   * Those that were in an attempt are kept: they may land yet, see {@link AbandonedFiles}. So are
   * those whose range is committed.
   */
  public void discard(List<StagedCommit> staged) {
    unsettled.discard(
        StagedFilesCodec.decode(staged, operations.pinned().specsById()), committed());
  }

  /** The head's token says it all, but for a commit that is not in the head's history. */
  private void see(Landed landed) {
    Snapshot snapshot = landed.snapshot();
    if (snapshot != null && !landed.visible()) {
      state.see(ledger.tokenIn(snapshot), snapshot);
    } else {
      seeHead(operations.pinned());
    }
    if (landed.landed()) {
      heartbeats.looked(); // the token is as new as can be
      expiry.landed();
    }
  }

  private void seeHead(TableMetadata base) {
    BranchTokens tokens = ledger.read(base);
    tokens.map().get(options.streamId()).ifPresent(token -> state.see(token, tokens.carrier()));
  }

  private List<StagedFiles> decode(List<StagedCommit> staged) {
    try {
      return StagedFilesCodec.decode(staged, operations.pinned().specsById());
    } catch (UnsupportedTableException e) {
      // The spec may be newer than the metadata seen last.
      look(base -> {});
      return StagedFilesCodec.decode(staged, operations.pinned().specsById());
    }
  }

  @Override
  public CommitToken committed() {
    return state.known().positions();
  }

  /**
   * The table's metadata as last seen: what schema, specs and properties the next files are for.
   */
  public TableMetadata base() {
    return operations.pinned();
  }

  /** The epoch that opening gave this committer; 0 for {@link Ownership#PER_SOURCE}. */
  public long epoch() {
    return state.epoch();
  }

  @Override
  public CommitToken claim(Iterable<String> sources, long generation) {
    checkUsable();
    requirePerSource("claim");
    Map<String, Long> before = Map.copyOf(state.claims());
    sources.forEach(source -> state.claims().put(source, generation));
    try {
      look(base -> state.checkClaims(state.check(base), sources));
    } catch (FirnException e) {
      state.claims().clear();
      state.claims().putAll(before);
      throw e;
    }
    return committed().only(sources);
  }

  /** Sees what the table holds now, and whether this committer may still commit on it. */
  public void refresh() {
    checkUsable();
    look(state::check);
  }

  /** Sees the newest metadata, tried until the commit deadline. */
  private void look(Consumer<TableMetadata> look) {
    operations.outdated();
    loop.run(changes.looking(look), options.commitTimeout());
    seeHead(operations.pinned());
  }

  /** Gives sources back; their rows must be committed or dropped first. */
  public void release(Iterable<String> sources) {
    requirePerSource("release");
    sources.forEach(source -> state.claims().remove(source));
  }

  private void requirePerSource(String what) {
    if (options.ownership() != Ownership.PER_SOURCE) {
      throw new IllegalStateException(
          what + " is for Ownership.PER_SOURCE, but this stream is " + options.ownership());
    }
  }

  @Override
  public void housekeep() {
    checkUsable();
    if (inDoubt == null) {
      heartbeatIfDue();
      expiry.runIfDue();
    }
  }

  /** Writes the token anew with an empty snapshot when it is old or deep. */
  private void heartbeatIfDue() {
    if (!heartbeats.timeToLook()) {
      return;
    }
    operations.outdated();
    heartbeats.looked();
    try {
      see(loop.run(changes.heartbeat(heartbeats::isDue), options.commitTimeout()));
    } catch (CommitUnknownException | CommitConflictException | StorageException e) {
      // Nothing depends on it: whether it landed shows at the next commit, and the next one is due
      // in a minute.
      LOG.warn("A heartbeat of stream {} did not land: {}", options.streamId(), e.getMessage());
    } catch (FirnException e) {
      state.remember(e);
      throw e;
    }
  }

  private void checkUsable() {
    if (closed) {
      throw new IllegalStateException("This committer is closed");
    }
    FirnException ended = state.ended();
    if (ended != null) {
      throw ended;
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
