package dev.firn.internal.commit;

import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.internal.commit.AttemptFailure.Kind;
import dev.firn.internal.commit.CommitPlan.RegistryUpdate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;

/**
 * Builds one snapshot on the pinned base and sends it with one catalog call. A failed attempt is
 * thrown away; the next one is built anew, with a new snapshot id and the same data files, and with
 * the same delete files as long as they are of the same rows.
 */
final class CommitAttempt {

  private final ExactBaseOperations operations;
  private final BaseTable table;
  private final TokenFiles tokenFiles;
  private final DeleteFileWrites deleteFiles;
  private final String stream;
  private final String branch;

  CommitAttempt(
      ExactBaseOperations operations,
      String tableName,
      MetricsReporter reporter,
      TokenFiles tokenFiles,
      DeleteFileWrites deleteFiles,
      String stream,
      String branch) {
    this.operations = operations;
    this.table = new BaseTable(operations, tableName, reporter);
    this.tokenFiles = tokenFiles;
    this.deleteFiles = deleteFiles;
    this.stream = stream;
    this.branch = branch;
  }

  /**
   * Sends {@code plan} and returns the id of the snapshot that landed.
   *
   * @throws AttemptFailure if it did not land, or nobody can say
   * @throws dev.firn.api.error.TableGoneException if the table is not there any more
   */
  long send(CommitPlan plan) {
    operations.arm();
    try {
      TableMetadata base = operations.pinned();
      if (plan.registry() == null && base.ref(branch) != null) {
        addSnapshot(base, plan, table);
      } else {
        sendTransaction(base, plan);
      }
    } catch (AttemptFailure | FirnException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new AttemptFailure(operations.called() ? Kind.UNKNOWN : Kind.NOT_SENT, e);
    }
    deleteFiles.forget();
    return Objects.requireNonNull(operations.sent().ref(branch)).snapshotId();
  }

  /** Several changes, one metadata commit: the branch, the snapshot, the stream's property. */
  private void sendTransaction(TableMetadata base, CommitPlan plan) {
    Transaction transaction = table.newTransaction();
    Snapshot main = base.currentSnapshot();
    if (base.ref(branch) == null && !branch.equals(SnapshotRef.MAIN_BRANCH) && main != null) {
      transaction.manageSnapshots().createBranch(branch, main.snapshotId()).commit();
    }
    addSnapshot(base, plan, transaction.table());
    RegistryUpdate registry = plan.registry();
    if (registry != null) {
      long snapshotId = newHead(transaction);
      Long root = registry.rootSnapshotId();
      StreamRegistry entry =
          new StreamRegistry(
              registry.createdMillis(),
              base.uuid(),
              root == null ? snapshotId : root,
              snapshotId,
              Objects.requireNonNull(plan.token()),
              true);
      transaction
          .updateProperties()
          .set(StreamRegistry.key(stream, branch), entry.encode())
          .commit();
    }
    transaction.commitTransaction();
  }

  private long newHead(Transaction transaction) {
    TableMetadata metadata = ((HasTableOperations) transaction.table()).operations().current();
    return Objects.requireNonNull(metadata.ref(branch)).snapshotId();
  }

  /** {@code on} is the table, or its state within a transaction. */
  private void addSnapshot(TableMetadata base, CommitPlan plan, Table on) {
    FileChanges files = plan.files();
    if (files.isRewrite()) {
      commit(base, plan, rewrite(base, files, on.newRewrite()));
    } else if (files.isAppend()) {
      AppendFiles append = files.added().isEmpty() ? on.newFastAppend() : on.newAppend();
      files.added().forEach(append::appendFile);
      commit(base, plan, append);
    } else {
      commit(base, plan, rowDelta(base, files, on.newRowDelta()));
    }
  }

  /** Nothing can have changed on a pinned base: what is validated here are Firn's own books. */
  private RowDelta rowDelta(TableMetadata base, FileChanges files, RowDelta delta) {
    SnapshotRef ref = base.ref(branch);
    Snapshot head = ref == null ? base.currentSnapshot() : base.snapshot(ref.snapshotId());
    if (head != null) {
      delta.validateFromSnapshot(head.snapshotId());
    }
    delta.validateDeletedFiles().validateDataFilesExist(files.referenced());
    files.added().forEach(delta::addRows);
    files.removed().forEach(delta::removeRows);
    files.obsolete().forEach(delta::removeDeletes);
    files.equalityDeletes().forEach(delta::addDeletes);
    write(base, files).forEach(delta::addDeletes);
    return delta;
  }

  private RewriteFiles rewrite(TableMetadata base, FileChanges files, RewriteFiles rewrite) {
    rewrite.validateFromSnapshot(Objects.requireNonNull(base.ref(branch)).snapshotId());
    files.added().forEach(rewrite::addFile);
    files.removed().forEach(rewrite::deleteFile);
    files.obsolete().forEach(rewrite::deleteFile);
    write(base, files).forEach(rewrite::addFile);
    return rewrite;
  }

  private List<DeleteFile> write(TableMetadata base, FileChanges files) {
    try {
      return deleteFiles.of(base, files.deletes());
    } catch (StorageException e) {
      // Like manifests that cannot be written: the next attempt tries again.
      throw new AttemptFailure(Kind.NOT_SENT, e);
    }
  }

  private <T extends SnapshotUpdate<T>> void commit(TableMetadata base, CommitPlan plan, T update) {
    update.toBranch(branch);
    update.writeManifestsWith(SameThreadExecutor.INSTANCE, 1);
    ExecutorService scanner = scanner(base);
    if (scanner != null) {
      update.scanManifestsWith(scanner);
    }
    summary(base, plan).forEach(update::set);
    update.commit();
  }

  /**
   * The thread that asks, but where manifests are about to be merged on remote storage: then a
   * hundred of them are read, and Iceberg's own pool pays.
   */
  private @Nullable ExecutorService scanner(TableMetadata base) {
    Snapshot head = base.currentSnapshot();
    if (SameThreadExecutor.suits(base.location()) || head == null || head.summary() == null) {
      return SameThreadExecutor.INSTANCE;
    }
    Map<String, String> summary = head.summary();
    long manifests = number(summary, "manifests-created") + number(summary, "manifests-kept");
    int mergeFrom =
        base.propertyAsInt(
            TableProperties.MANIFEST_MIN_MERGE_COUNT,
            TableProperties.MANIFEST_MIN_MERGE_COUNT_DEFAULT);
    return manifests + 1 < mergeFrom ? SameThreadExecutor.INSTANCE : null;
  }

  private static long number(Map<String, String> summary, String key) {
    String text = summary.get(key);
    return text == null ? 0 : Long.parseLong(text);
  }

  /** All keys start with {@code firn.}: a key that Iceberg computes itself would fail. */
  private Map<String, String> summary(TableMetadata base, CommitPlan plan) {
    Map<String, String> summary = new LinkedHashMap<>();
    summary.put(TokenLedger.COMMIT_ID, plan.commitId().toString());
    StreamToken token = plan.token();
    if (token == null) {
      return summary;
    }
    int inlineChars =
        base.propertyAsInt(TokenFiles.INLINE_PROPERTY, TokenFiles.DEFAULT_INLINE_CHARS);
    tokenFiles.put(summary, plan.tokens(), plan.commitId(), inlineChars);
    summary.put(TokenLedger.STREAM, stream);
    summary.put(TokenLedger.EPOCH, Long.toString(token.epoch()));
    summary.put(TokenLedger.WRITER, token.owner().toString());
    return summary;
  }
}
