package dev.firn.internal.commit;

import dev.firn.api.error.FirnException;
import dev.firn.internal.commit.AttemptFailure.Kind;
import dev.firn.internal.commit.CommitPlan.RegistryUpdate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;

/**
 * Builds one snapshot on the pinned base and sends it with one catalog call. A failed attempt is
 * thrown away; the next one is built anew, with a new snapshot id and the same data files.
 */
final class CommitAttempt {

  private final ExactBaseOperations operations;
  private final BaseTable table;
  private final TokenFiles tokenFiles;
  private final String stream;
  private final String branch;

  CommitAttempt(
      ExactBaseOperations operations,
      String tableName,
      MetricsReporter reporter,
      TokenFiles tokenFiles,
      String stream,
      String branch) {
    this.operations = operations;
    this.table = new BaseTable(operations, tableName, reporter);
    this.tokenFiles = tokenFiles;
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
        append(base, plan, plan.files().isEmpty() ? table.newFastAppend() : table.newAppend());
      } else {
        sendTransaction(base, plan);
      }
    } catch (AttemptFailure | FirnException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new AttemptFailure(operations.called() ? Kind.UNKNOWN : Kind.NOT_SENT, e);
    }
    return Objects.requireNonNull(operations.sent().ref(branch)).snapshotId();
  }

  /** Several changes, one metadata commit: the branch, the snapshot, the stream's property. */
  private void sendTransaction(TableMetadata base, CommitPlan plan) {
    Transaction transaction = table.newTransaction();
    Snapshot main = base.currentSnapshot();
    if (base.ref(branch) == null && !branch.equals(SnapshotRef.MAIN_BRANCH) && main != null) {
      transaction.manageSnapshots().createBranch(branch, main.snapshotId()).commit();
    }
    append(
        base, plan, plan.files().isEmpty() ? transaction.newFastAppend() : transaction.newAppend());
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
              plan.token(),
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

  private void append(TableMetadata base, CommitPlan plan, AppendFiles append) {
    append.toBranch(branch);
    append.writeManifestsWith(SameThreadExecutor.INSTANCE, 1);
    ExecutorService scanner = scanner(base);
    if (scanner != null) {
      append.scanManifestsWith(scanner);
    }
    for (DataFile file : plan.files()) {
      append.appendFile(file);
    }
    summary(base, plan).forEach(append::set);
    append.commit();
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
    int inlineChars =
        base.propertyAsInt(TokenFiles.INLINE_PROPERTY, TokenFiles.DEFAULT_INLINE_CHARS);
    tokenFiles.put(summary, plan.tokens(), plan.commitId(), inlineChars);
    StreamToken token = plan.token();
    summary.put(TokenLedger.COMMIT_ID, plan.commitId().toString());
    summary.put(TokenLedger.STREAM, stream);
    summary.put(TokenLedger.EPOCH, Long.toString(token.epoch()));
    summary.put(TokenLedger.WRITER, token.owner().toString());
    return summary;
  }
}
