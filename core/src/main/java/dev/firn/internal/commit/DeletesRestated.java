package dev.firn.internal.commit;

import dev.firn.api.WriterOptions;
import dev.firn.internal.stage.ReplacedRows;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.jspecify.annotations.Nullable;

/**
 * A change that says by position what other deletes have said, and takes these away: readers see
 * the same rows before and after. No stream's, so that it neither fences nor carries a token; else
 * committed like any change, on an exact base.
 */
public final class DeletesRestated {

  /** Whose name the delete files bear. */
  private static final String NAME = "maintenance";

  /** What is to change. */
  public interface Plan {

    /**
     * What holds on {@code base}; asked anew for each base that is tried.
     *
     * @return null if there is nothing to do
     * @throws dev.firn.api.error.FirnException if that cannot be told
     * @throws RuntimeException of Iceberg's, if the base cannot be read (any more)
     */
    @Nullable Restated on(TableMetadata base);
  }

  /**
   * Deletes in other words.
   *
   * @param deletes those that go
   * @param rows what they have deleted, and nothing else did
   */
  public record Restated(List<DeleteFile> deletes, ReplacedRows rows) {

    public Restated {
      deletes = List.copyOf(deletes);
    }
  }

  private DeletesRestated() {}

  /**
   * Commits what {@code plan} says to the main branch of {@code table}.
   *
   * @return what was committed; null if there was nothing to do
   * @throws dev.firn.api.error.UnsupportedTableException if the table cannot be written safely
   * @throws dev.firn.api.error.FirnException if it did not end well: as commits do
   */
  public static @Nullable Restated commit(Table table, Plan plan, Duration timeout) {
    return commit(table, plan, timeout, Pause.system());
  }

  static @Nullable Restated commit(Table table, Plan plan, Duration timeout, Pause pause) {
    TableOperations delegate = WritableTable.operations(table);
    WriterOptions options = WriterOptions.builder(NAME).build();
    ExactBaseOperations operations = new ExactBaseOperations(delegate, table.name());
    TokenFiles tokenFiles = new TokenFiles(operations::io, operations::metadataFileLocation);
    TokenLedger ledger = new TokenLedger(options.streamId(), options.branch(), tokenFiles);
    CommitAttempt attempt =
        new CommitAttempt(
            operations,
            table.name(),
            WritableTable.reporter(table),
            tokenFiles,
            new DeleteFileWrites(operations, options),
            options.streamId(),
            options.branch());
    Restating change =
        new Restating(
            base -> {
              WritableTable.check(table.name(), delegate, base, options);
              return plan.on(base);
            });
    new CommitLoop(operations, attempt, ledger, options.listener(), pause).run(change, timeout);
    return change.restated;
  }

  private static final class Restating implements CommitLoop.Change {

    private final UUID commitId = UUID.randomUUID();
    private final Plan plan;
    private @Nullable Restated restated;

    Restating(Plan plan) {
      this.plan = plan;
    }

    @Override
    public UUID commitId() {
      return commitId;
    }

    @Override
    public @Nullable CommitPlan plan(TableMetadata base) {
      Restated now = plan.on(base);
      restated = now;
      return now == null
          ? null
          : new CommitPlan(
              commitId,
              FileChanges.restating(base.formatVersion(), now.deletes(), now.rows()),
              TokenMap.EMPTY,
              null,
              null);
    }

    /** No token speaks of it. */
    @Override
    public boolean isIn(TableMetadata base) {
      return false;
    }

    @Override
    public boolean isCovered(TableMetadata base) {
      return false;
    }

    /** Whatever has become of it: what is left to do, the next base says. */
    @Override
    public void outOfSight() {}

    @Override
    public void rolledBack(Snapshot snapshot) {}
  }
}
