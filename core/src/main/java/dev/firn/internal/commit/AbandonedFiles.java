package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.internal.stage.StagedFiles;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that were sealed but are not in the table, and when they may be deleted.
 *
 * <p>Nothing in the commit path deletes. A batch that was in no attempt can be deleted at once by
 * its owner. A batch that was in an attempt may still land, however the attempt was answered; when
 * its commit ends badly an {@link Intent} is written beside the metadata, and {@link #sweep}
 * deletes its files only when all of this holds:
 *
 * <ol>
 *   <li>its commit id is in no snapshot and in no token map;
 *   <li>the stream has passed the batch's start, so that it can never be accepted again;
 *   <li>a day has passed, longer than any request lives;
 *   <li>no retained snapshot refers to the file.
 * </ol>
 *
 * Files without an intent, as of a process that died, are found by their names: {@link
 * UnnamedFiles}.
 */
public final class AbandonedFiles {

  /** Longer than a catalog keeps a request, or an operator takes to undo a rollback. */
  public static final Duration DEFAULT_GRACE = Duration.ofHours(24);

  private static final Logger LOG = LoggerFactory.getLogger(AbandonedFiles.class);

  private static final String FOLDER = "firn/intents/";

  private AbandonedFiles() {}

  /**
   * What a sweep did.
   *
   * @param deletedFiles data files that were deleted
   * @param settledIntents intents that have nothing left to delete, and were deleted too
   * @param waitingIntents intents whose files may not be deleted yet
   */
  public record Swept(int deletedFiles, int settledIntents, int waitingIntents) {}

  /** Deletes the files of batches that were never in an attempt. Failures are logged only. */
  static void deleteUnsent(FileIO io, List<StagedFiles> batches) {
    List<String> locations = new ArrayList<>();
    for (StagedFiles batch : batches) {
      locations.addAll(batch.locations());
    }
    delete(io, locations);
  }

  /** Remembers a batch whose commit ended badly. Failures are logged only: nothing is deleted. */
  static void recordIntent(ExactBaseOperations operations, Intent intent) {
    try {
      // Inside: operations whose table was dropped cannot even say where a file would lie.
      String location =
          operations.metadataFileLocation(FOLDER + intent.commitId() + "-" + UUID.randomUUID());
      SideFiles.write(operations.io(), location, intent.encode());
    } catch (RuntimeException e) {
      LOG.warn(
          "No intent written: files of commit {} are left to the removal of orphans ({})",
          intent.commitId(),
          String.valueOf(e));
    }
  }

  /**
   * Deletes what may be deleted of all streams of {@code table}. Lists the intents, so it needs
   * files that can be listed; elsewhere it does nothing.
   */
  public static Swept sweep(Table table, Clock clock, Duration grace) {
    TableOperations operations = ((HasTableOperations) table).operations();
    TableMetadata metadata = operations.refresh();
    if (!(operations.io() instanceof SupportsPrefixOperations listing)) {
      return new Swept(0, 0, 0);
    }
    ReferencedFiles referenced = new ReferencedFiles(metadata, operations.io());
    return sweep(operations, metadata, listing, referenced, clock, grace).swept;
  }

  /** What a sweep did, and the files that it has decided on: of commits that are not in. */
  record Sweep(Swept swept, Set<String> decided) {}

  static Sweep sweep(
      TableOperations operations,
      TableMetadata metadata,
      SupportsPrefixOperations listing,
      ReferencedFiles referenced,
      Clock clock,
      Duration grace) {
    FileIO io = operations.io();
    int deleted = 0;
    int settled = 0;
    int waiting = 0;
    Set<String> decided = new HashSet<>();
    for (FileInfo file : listing.listPrefix(operations.metadataFileLocation(FOLDER))) {
      Intent intent = Intent.read(io, file.location(), metadata.specsById());
      boolean committed = intent != null && isCommitted(operations, metadata, intent);
      if (intent == null || (!committed && !isDead(operations, metadata, intent, clock, grace))) {
        waiting++;
        decided.addAll(intent == null ? List.of() : intent.locationsExcept(Set.of()));
        continue;
      }
      if (!committed) {
        List<String> garbage = intent.locationsExcept(referenced.locations());
        deleted += delete(io, garbage);
        decided.addAll(garbage);
      }
      delete(io, List.of(file.location()));
      settled++;
    }
    return new Sweep(new Swept(deleted, settled, waiting), decided);
  }

  private static boolean isCommitted(
      TableOperations operations, TableMetadata metadata, Intent intent) {
    TokenLedger ledger = ledger(operations, intent);
    return ledger.find(metadata, intent.commitId()) != null
        || ledger.isNewest(metadata, intent.commitId());
  }

  private static boolean isDead(
      TableOperations operations,
      TableMetadata metadata,
      Intent intent,
      Clock clock,
      Duration grace) {
    if (clock.millis() - intent.createdMillis() < grace.toMillis()) {
      return false;
    }
    TokenLedger ledger = ledger(operations, intent);
    CommitToken table = ledger.token(ledger.read(metadata)).positions();
    return intent.batches().stream().allMatch(batch -> hasPassed(table, batch));
  }

  /** Positions only grow: a source that is past the batch's start never comes back to it. */
  private static boolean hasPassed(CommitToken table, StagedFiles batch) {
    for (String source : CommitBatch.advanced(batch)) {
      Position from = batch.from().positions().get(source);
      Position now = table.positions().get(source);
      if (now != null && (from == null || now.compareTo(from) > 0)) {
        return true;
      }
    }
    return false;
  }

  private static TokenLedger ledger(TableOperations operations, Intent intent) {
    StagedFiles any = intent.batches().get(0);
    return new TokenLedger(
        any.streamId(),
        any.branch(),
        new TokenFiles(operations::io, operations::metadataFileLocation));
  }

  /** Deletes what can be deleted and returns how many; failures are logged only. */
  static int delete(FileIO io, List<String> locations) {
    try {
      if (io instanceof SupportsBulkOperations bulk) {
        bulk.deleteFiles(locations);
      } else {
        locations.forEach(io::deleteFile);
      }
      return locations.size();
    } catch (BulkDeletionFailureException e) {
      LOG.warn("{} of {} files could not be deleted", e.numberFailedObjects(), locations.size());
      return locations.size() - e.numberFailedObjects();
    } catch (RuntimeException e) {
      LOG.warn("Files could not be deleted: {}", e.getMessage());
      return 0;
    }
  }
}
