package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import dev.firn.api.LostTokenPolicy;
import dev.firn.api.Ownership;
import dev.firn.api.RollbackPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.StaleTokenException;
import dev.firn.internal.commit.BranchTokens.HistoryEnd;
import dev.firn.internal.commit.CommitBatch.Arrangement;
import dev.firn.internal.commit.CommitPlan.RegistryUpdate;
import dev.firn.internal.stage.EqualityScope;
import dev.firn.internal.stage.Replacements;
import dev.firn.internal.stage.StagedFiles;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/** What a committer does to a table: open a stream, add a batch, keep the token alive, look. */
final class Changes {

  private final WriterOptions options;
  private final TokenLedger ledger;
  private final StreamState state;
  private final Replacements replacements;
  private final Consumer<TableMetadata> tableCheck;
  private final Supplier<FileIO> io;

  Changes(
      WriterOptions options,
      TokenLedger ledger,
      StreamState state,
      Replacements replacements,
      Consumer<TableMetadata> tableCheck,
      Supplier<FileIO> io) {
    this.options = options;
    this.ledger = ledger;
    this.state = state;
    this.replacements = replacements;
    this.tableCheck = tableCheck;
    this.io = io;
  }

  /** Raises the epoch, or only writes a token that the operator vouched for. */
  CommitLoop.Change opening() {
    return new Opening();
  }

  Adding adding(CommitBatch batch) {
    return new Adding(batch);
  }

  /** Writes the map anew on top of everything, where {@code due} says so. */
  CommitLoop.Change heartbeat(Predicate<TableMetadata> due) {
    return new Heartbeat(due);
  }

  /** Changes nothing; {@code look} sees the newest base. */
  CommitLoop.Change looking(Consumer<TableMetadata> look) {
    return new Looking(look);
  }

  /** Whether a stream's property is missing, so that the next commit is to write it. */
  private @Nullable RegistryUpdate missingRegistry(TableMetadata base) {
    return StreamRegistry.read(base, options.streamId(), options.branch()).isPresent()
        ? null
        : newRegistry(base);
  }

  private RegistryUpdate newRegistry(TableMetadata base) {
    Snapshot head = ledger.head(base);
    HistoryEnd end = ledger.historyEnd(base, head);
    Long root = end.truncated() ? Long.valueOf(StreamRegistry.UNKNOWN) : end.snapshotId();
    return new RegistryUpdate(options.clock().millis(), head == null ? null : root);
  }

  private RegistryUpdate refreshedRegistry(TableMetadata base) {
    Optional<StreamRegistry> entry =
        StreamRegistry.read(base, options.streamId(), options.branch());
    return entry.isEmpty()
        ? newRegistry(base)
        : new RegistryUpdate(entry.get().createdMillis(), entry.get().rootSnapshotId());
  }

  /** What all three have in common: a commit id, looked for in the map at the head too. */
  private abstract class Common implements CommitLoop.Change {
    private final UUID commitId;

    Common(UUID commitId) {
      this.commitId = commitId;
    }

    @Override
    public UUID commitId() {
      return commitId;
    }

    @Override
    public boolean isIn(TableMetadata base) {
      return ledger.isNewest(base, commitId);
    }

    @Override
    public boolean isCovered(TableMetadata base) {
      return isIn(base);
    }

    /** A change without files. */
    @Override
    public void outOfSight() {}

    @Override
    public void rolledBack(Snapshot snapshot) {
      throw rolledBack("snapshot " + snapshot.snapshotId());
    }

    StaleTokenException rolledBack(String snapshot) {
      return new StaleTokenException(
          "Commit "
              + commitId
              + " of stream "
              + options.streamId()
              + " was made ("
              + snapshot
              + "), and then rolled back. Its files may go with that snapshot, so they are not "
              + "committed again: reopen the writer and replay from committed().",
          options.streamId(),
          snapshot,
          "a history without it");
    }

    CommitPlan plan(TableMetadata base, StreamToken token, @Nullable RegistryUpdate registry) {
      return new CommitPlan(
          commitId,
          FileChanges.NONE,
          ledger.carried(base).with(options.streamId(), token),
          token,
          registry);
    }
  }

  private final class Opening extends Common {
    Opening() {
      super(UUID.randomUUID());
    }

    @Override
    public @Nullable CommitPlan plan(TableMetadata base) {
      tableCheck.accept(base);
      BranchTokens tokens = ledger.read(base);
      Resolution resolution = ledger.resolve(base, tokens);
      Optional<CommitToken> vouched = options.lostTokenPolicy().token();
      StreamToken start = resolution.token();
      boolean repaired = resolution.isLost();
      Snapshot cherryPicked = ledger.cherryPicked(base);
      if (cherryPicked != null) {
        CommitToken token = vouched.orElseThrow(() -> state.cherryPicked(cherryPicked));
        start = start.withPositions(token);
        repaired = true;
      } else if (resolution.isLost()) {
        start = resume(resolution);
      }
      if (options.ownership() == Ownership.EXCLUSIVE) {
        long epoch = Math.max(start.epoch(), ledger.highestEpoch(base)) + 1;
        start = start.ownedBy(epoch, state.owner());
      } else if (!repaired) {
        state.opened(start, tokens.carrier());
        return null;
      }
      return plan(
          base,
          start.next(commitId(), start.positions()),
          resolution.isLost() ? newRegistry(base) : refreshedRegistry(base));
    }

    private StreamToken resume(Resolution resolution) {
      LostTokenPolicy policy = options.lostTokenPolicy();
      StreamToken mirror = resolution.mirror();
      if (policy.token().isPresent()) {
        return StreamToken.NONE.withPositions(policy.token().get());
      }
      if (policy.usesMirror() && mirror != null) {
        return mirror;
      }
      throw state.lostBy(String.valueOf(resolution.lostBy()));
    }
  }

  /** Rows and the positions that they cover. */
  final class Adding extends Common {
    private final CommitBatch batch;
    private List<StagedFiles> accepted = List.of();
    private FileChanges files = FileChanges.NONE;

    Adding(CommitBatch batch) {
      super(batch.commitId());
      this.batch = batch;
    }

    @Override
    public @Nullable CommitPlan plan(TableMetadata base) {
      StreamToken token = state.check(base);
      CommitToken committed = state.accepted(token.positions(), batch.starts());
      Arrangement arranged = arrange(token, committed);
      if (arranged.accepted().isEmpty()) {
        return null;
      }
      arranged.requireApart();
      if (state.isGonePerhaps(arranged.stageIds())) {
        throw rolledBack("perhaps, alone or with others, while nobody looked");
      }
      if (options.ownership() == Ownership.PER_SOURCE) {
        state.checkClaims(token, arranged.advanced());
        token = token.claimed(state.claimsOf(arranged.advanced()));
      }
      StreamToken next = token.next(commitId(), arranged.token());
      return new CommitPlan(
          commitId(),
          changes(base, arranged),
          ledger.carried(base).with(options.streamId(), next),
          next,
          missingRegistry(base));
    }

    @Override
    public boolean isCovered(TableMetadata base) {
      CommitToken head = ledger.token(ledger.read(base)).positions();
      return batch.staged().stream().allMatch(files -> files.to().isCoveredBy(head));
    }

    private FileChanges changes(TableMetadata base, Arrangement arranged) {
      for (StagedFiles staged : arranged.accepted()) {
        EqualityScope.check(staged, base.schema(), base.specsById(), ledger.head(base), io.get());
      }
      files =
          FileChanges.of(
              base.formatVersion(),
              arranged.accepted(),
              replacements.on(base, arranged.accepted()));
      accepted = arranged.accepted();
      return files;
    }

    /**
     * What was new in the last attempt. If an attempt has landed it is this one's content: an
     * earlier attempt could only land on the same head, where the same is new.
     */
    List<StagedFiles> accepted() {
      return accepted;
    }

    /** What that attempt made of the table's files, and of the staged ones. */
    FileChanges files() {
      return files;
    }

    /** Whoever lost a source hears that first, and not that its positions are stale. */
    private Arrangement arrange(StreamToken token, CommitToken committed) {
      try {
        return batch.arrange(committed);
      } catch (StaleTokenException e) {
        if (options.ownership() == Ownership.PER_SOURCE) {
          state.checkClaims(token, batch.starts().keySet());
        }
        throw e;
      }
    }

    @Override
    public void outOfSight() {
      state.mayBeGone(batch.stageIds());
    }

    @Override
    public void rolledBack(Snapshot snapshot) {
      if (options.rollbackPolicy() == RollbackPolicy.FAIL) {
        state.mayBeGone(batch.stageIds());
        super.rolledBack(snapshot);
      }
    }
  }

  private final class Heartbeat extends Common {
    private final Predicate<TableMetadata> due;

    Heartbeat(Predicate<TableMetadata> due) {
      super(UUID.randomUUID());
      this.due = due;
    }

    @Override
    public @Nullable CommitPlan plan(TableMetadata base) {
      if (!due.test(base)) {
        return null;
      }
      StreamToken token = state.check(base);
      return plan(base, token.next(commitId(), token.positions()), refreshedRegistry(base));
    }

    @Override
    public void rolledBack(Snapshot snapshot) {}
  }

  private final class Looking extends Common {
    private final Consumer<TableMetadata> look;

    Looking(Consumer<TableMetadata> look) {
      super(UUID.randomUUID());
      this.look = look;
    }

    @Override
    public @Nullable CommitPlan plan(TableMetadata base) {
      look.accept(base);
      return null;
    }
  }
}
