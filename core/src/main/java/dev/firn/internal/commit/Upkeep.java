package dev.firn.internal.commit;

import dev.firn.api.WriterOptions;
import java.time.Duration;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.jspecify.annotations.Nullable;

/**
 * Commits a change that leaves readers the same rows. No stream's, so that it neither fences nor
 * carries a token: to streams it is like one of another engine. Else committed like any change, on
 * an exact base.
 */
final class Upkeep implements CommitLoop.Change {

  /** Whose name its delete files bear; the branch is main. */
  private static final WriterOptions OPTIONS = WriterOptions.builder("maintenance").build();

  /** What is to change. */
  interface Work {

    /**
     * What is to change on {@code base}; asked anew for each base that is tried.
     *
     * @return null if there is nothing to do
     * @throws dev.firn.api.error.FirnException if that cannot be told
     * @throws RuntimeException of Iceberg's, if the base cannot be read (any more)
     */
    @Nullable FileChanges on(TableMetadata base);
  }

  private final UUID commitId = UUID.randomUUID();
  private final Work work;

  private Upkeep(Work work) {
    this.work = work;
  }

  /** See {@link FilesRewritten#newest}. */
  static TableMetadata newest(Table table) {
    TableOperations delegate = WritableTable.operations(table);
    TableMetadata newest = new ExactBaseOperations(delegate, table.name()).pin();
    WritableTable.check(table.name(), delegate, newest, OPTIONS);
    return newest;
  }

  /**
   * Commits {@code work} to the main branch of {@code table}.
   *
   * @throws dev.firn.api.error.UnsupportedTableException if the table cannot be written safely
   * @throws dev.firn.api.error.FirnException if it did not end well: as commits do
   */
  static void commit(Table table, Work work, Duration timeout, Pause pause) {
    TableOperations delegate = WritableTable.operations(table);
    ExactBaseOperations operations = new ExactBaseOperations(delegate, table.name());
    TokenFiles tokenFiles = new TokenFiles(operations::io, operations::metadataFileLocation);
    TokenLedger ledger = new TokenLedger(OPTIONS.streamId(), OPTIONS.branch(), tokenFiles);
    CommitAttempt attempt =
        new CommitAttempt(
            operations,
            table.name(),
            WritableTable.reporter(table),
            tokenFiles,
            new DeleteFileWrites(operations, OPTIONS),
            OPTIONS.streamId(),
            OPTIONS.branch());
    Upkeep change =
        new Upkeep(
            base -> {
              WritableTable.check(table.name(), delegate, base, OPTIONS);
              return work.on(base);
            });
    new CommitLoop(operations, attempt, ledger, OPTIONS.listener(), pause).run(change, timeout);
  }

  @Override
  public UUID commitId() {
    return commitId;
  }

  @Override
  public @Nullable CommitPlan plan(TableMetadata base) {
    FileChanges files = work.on(base);
    return files == null ? null : new CommitPlan(commitId, files, TokenMap.EMPTY, null, null);
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
