package dev.firn.testkit;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterFencedException;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.commit.CommitterAccess.Token;
import dev.firn.internal.encode.DeleteFileEncoder;
import dev.firn.internal.encode.FileNames;
import dev.firn.internal.stage.Replacements;
import dev.firn.internal.stage.RowDeletes;
import dev.firn.internal.stage.StagedFiles;
import dev.firn.internal.stage.StagedFilesCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.CommitFailedException;

/**
 * Firn's protocol without its exact base, as most sinks do it: the token is in the summary, carried
 * forward, with epochs, and checked on a fresh table just before; then Iceberg commits in its own
 * way, with its own retries. The simulation must find what is wrong with it.
 */
final class PlainCommitter implements TableCommitter {

  private static final UUID NOBODY = new UUID(0, 0);

  private final Table table;
  private final WriterOptions options;
  private final Replacements replacements;
  private final UUID owner = UUID.randomUUID();
  private long epoch;
  private CommitToken committed = CommitToken.none();

  private PlainCommitter(Table table, WriterOptions options, Replacements replacements) {
    this.table = table;
    this.options = options;
    this.replacements = replacements;
  }

  static PlainCommitter open(Table table, WriterOptions options) {
    return open(table, options, Replacements.NONE);
  }

  static PlainCommitter open(Table table, WriterOptions options, Replacements replacements) {
    PlainCommitter committer = new PlainCommitter(table, options, replacements);
    committer.refresh();
    Token found = committer.token();
    committer.epoch = found.epoch() + 1;
    committer.committed = found.positions();
    committer.append(List.of(), found.positions(), UUID.randomUUID());
    return committer;
  }

  @Override
  public CommitResult commit(StagedCommit... staged) {
    return commit(List.of(staged));
  }

  @Override
  public CommitResult commit(List<StagedCommit> commits) {
    refresh();
    Token found = token();
    if (found.epoch() > epoch) {
      throw new WriterFencedException("Fenced", options.streamId(), epoch, found.epoch());
    }
    List<StagedFiles> accepted = new ArrayList<>();
    CommitToken reached = found.positions();
    for (StagedCommit commit : commits) {
      StagedFiles files = StagedFilesCodec.decode(commit, table.specs());
      if (files.to().isCoveredBy(reached)) {
        continue;
      }
      if (!files.from().equals(reached)) {
        throw new StaleTokenException(
            "Stale", options.streamId(), files.from().toString(), reached.toString());
      }
      accepted.add(files);
      reached = files.to();
    }
    committed = reached;
    if (accepted.isEmpty()) {
      return result(CommitResult.Outcome.ALREADY_COMMITTED);
    }
    append(accepted, reached, accepted.get(0).stageId());
    return result(CommitResult.Outcome.COMMITTED);
  }

  private void append(List<StagedFiles> accepted, CommitToken to, UUID commitId) {
    Map<String, Token> tokens = new TreeMap<>(tokens());
    Token token = new Token(epoch, owner, token().number() + 1, commitId, to, Map.of());
    tokens.put(options.streamId(), token);
    List<RowDeletes> deletes = accepted.isEmpty() ? List.of() : deletes(accepted);
    SnapshotUpdate<?> update = deletes.isEmpty() ? append(accepted) : delta(accepted, deletes);
    update.toBranch(options.branch());
    update.scanManifestsWith(SameThread.EXECUTOR);
    update.set("firn.tok", CommitterAccess.encode(tokens));
    update.set("firn.stream", options.streamId());
    update.set("firn.commit-id", commitId.toString());
    try {
      update.commit();
    } catch (CommitFailedException e) {
      throw new CommitConflictException("Conflict: " + e.getMessage(), 1, e);
    } catch (RuntimeException e) {
      throw new CommitUnknownException("Unknown: " + e.getMessage(), commitId.toString(), e);
    }
    if (!accepted.isEmpty()) {
      replacements.landed(table.snapshot(options.branch()), accepted);
    }
  }

  private List<RowDeletes> deletes(List<StagedFiles> accepted) {
    try {
      return replacements.on(metadata(), accepted).deletes();
    } catch (RuntimeException e) {
      throw new StorageException("Cannot read the table", table.location(), e);
    }
  }

  private AppendFiles append(List<StagedFiles> accepted) {
    AppendFiles append = table.newAppend();
    accepted.forEach(files -> files.dataFiles().forEach(append::appendFile));
    return append;
  }

  /** Validated as engines do it: that the data files are there still. */
  private RowDelta delta(List<StagedFiles> accepted, List<RowDeletes> deletes) {
    DeleteFileEncoder encoder =
        DeleteFileEncoder.of(
            metadata().formatVersion(),
            table.specs(),
            table.properties(),
            table.io(),
            table.locationProvider(),
            table.encryption(),
            new FileNames(options.streamId()));
    RowDelta delta = table.newRowDelta();
    delta.validateFromSnapshot(table.snapshot(options.branch()).snapshotId());
    accepted.forEach(files -> files.dataFiles().forEach(delta::addRows));
    for (RowDeletes each : deletes) {
      delta.validateDataFilesExist(List.of(each.file().location()));
      delta.addDeletes(encoder.write(each.file(), each.all()));
      each.earlier().forEach(delta::removeDeletes);
    }
    return delta;
  }

  private TableMetadata metadata() {
    return ((HasTableOperations) table).operations().current();
  }

  private void refresh() {
    try {
      table.refresh();
    } catch (RuntimeException e) {
      throw new StorageException("Cannot read the table", table.location(), e);
    }
  }

  private Token token() {
    return tokens()
        .getOrDefault(
            options.streamId(), new Token(0, NOBODY, 0, NOBODY, CommitToken.none(), Map.of()));
  }

  private Map<String, Token> tokens() {
    Snapshot at =
        table.refs().containsKey(options.branch())
            ? table.snapshot(options.branch())
            : table.currentSnapshot();
    while (at != null) {
      Map<String, Token> found = CommitterAccess.tokens(at, table.io());
      if (found != null) {
        return found;
      }
      at = at.parentId() == null ? null : table.snapshot(at.parentId());
    }
    return Map.of();
  }

  private CommitResult result(CommitResult.Outcome outcome) {
    return new CommitResult(
        outcome,
        OptionalLong.empty(),
        committed,
        0,
        CommitResult.Replaced.NONE,
        0,
        0,
        1,
        CommitResult.Timings.NONE);
  }

  @Override
  public CommitToken committed() {
    return committed;
  }

  @Override
  public CommitToken claim(Iterable<String> sources, long generation) {
    throw new UnsupportedOperationException("Only exclusive streams");
  }

  @Override
  public void housekeep() {}

  @Override
  public void close() {}
}
