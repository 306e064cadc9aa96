package dev.firn.internal.maintain;

import dev.firn.api.WriterOptions;
import dev.firn.api.maintain.ConvertedDeletes;
import dev.firn.api.maintain.RemovedFiles;
import dev.firn.api.maintain.RewrittenFiles;
import dev.firn.api.maintain.TableMaintenance;
import dev.firn.internal.commit.DeletesRestated;
import dev.firn.internal.commit.DeletesRestated.Restated;
import dev.firn.internal.commit.UnnamedFiles;
import dev.firn.internal.resolve.EqualityDeletes;
import java.time.Clock;
import java.time.Duration;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/** A table that is looked after. Any thread; what changes the table is not kept in here. */
public final class MaintainedTable implements TableMaintenance {

  private static final Duration LONGEST_CONVERSION = Duration.ofMinutes(15);

  /** What a new file may take of the heap, for it is encoded in memory. */
  private static final int PART_OF_HEAP = 8;

  private final Table table;
  private final Clock clock;

  public MaintainedTable(Table table, Clock clock) {
    this.table = table;
    this.clock = clock;
  }

  @Override
  public RemovedFiles removeAbandonedFiles(Duration olderThan) {
    return new UnnamedFiles(table, clock).removeAbandonedFiles(olderThan);
  }

  @Override
  public ConvertedDeletes convertEqualityDeletes() {
    Restated done = DeletesRestated.commit(table, this::byPosition, LONGEST_CONVERSION);
    return done == null
        ? new ConvertedDeletes(0, 0, 0)
        : new ConvertedDeletes(
            done.deletes().size(), done.rows().count(), done.rows().deletes().size());
  }

  @Override
  public RewrittenFiles rewriteDataFiles() {
    return new Compaction(table, Runtime.getRuntime().maxMemory() / PART_OF_HEAP).run();
  }

  private @Nullable Restated byPosition(TableMetadata base) {
    Snapshot head = base.currentSnapshot();
    if (head == null) {
      return null;
    }
    long memory = WriterOptions.builder("maintenance").build().indexMemoryLimitBytes();
    EqualityDeletes.Found found = EqualityDeletes.of(head, base, table.io(), memory);
    return found.files().isEmpty() ? null : new Restated(found.files(), found.rows());
  }
}
