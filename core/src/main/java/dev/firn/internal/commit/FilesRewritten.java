package dev.firn.internal.commit;

import dev.firn.internal.stage.RowDeletes;
import java.time.Duration;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A change that puts data files in the place of others that have the same rows: a {@code replace}
 * snapshot, which readers of appended rows pass over.
 */
public final class FilesRewritten {

  /** What is to change. */
  public interface Plan {

    /**
     * What holds on {@code base}; asked anew for each base that is tried.
     *
     * @return null if there is nothing to do (any more)
     * @throws dev.firn.api.error.FirnException if that cannot be told
     * @throws RuntimeException of Iceberg's, if the base cannot be read (any more)
     */
    @Nullable Rewrite on(TableMetadata base);
  }

  /**
   * Files for files.
   *
   * @param removed data files of the base that go
   * @param removedDeletes delete files that speak of these alone
   * @param added files with the rows of these that lived when they were read
   * @param deleted rows of added files that have been deleted in the base since; if there are any,
   *     there must be removed deletes too
   */
  public record Rewrite(
      List<DataFile> removed,
      List<DeleteFile> removedDeletes,
      List<DataFile> added,
      List<RowDeletes> deleted) {

    public Rewrite {
      removed = List.copyOf(removed);
      removedDeletes = List.copyOf(removedDeletes);
      added = List.copyOf(added);
      deleted = List.copyOf(deleted);
    }
  }

  private FilesRewritten() {}

  /**
   * The newest state of {@code table}, to plan on.
   *
   * @throws dev.firn.api.error.UnsupportedTableException if the table cannot be written safely
   * @throws dev.firn.api.error.TableGoneException if it is not there
   * @throws RuntimeException of Iceberg's if it cannot be read
   */
  public static TableMetadata newest(Table table) {
    return Upkeep.newest(table);
  }

  /**
   * Commits what {@code plan} says to the main branch of {@code table}.
   *
   * @throws dev.firn.api.error.UnsupportedTableException if the table cannot be written safely
   * @throws dev.firn.api.error.FirnException if it did not end well: as commits do
   */
  public static void commit(Table table, Plan plan, Duration timeout) {
    commit(table, plan, timeout, Pause.system());
  }

  static void commit(Table table, Plan plan, Duration timeout, Pause pause) {
    Upkeep.commit(
        table,
        base -> {
          Rewrite rewrite = plan.on(base);
          return rewrite == null ? null : FileChanges.rewriting(base.formatVersion(), rewrite);
        },
        timeout,
        pause);
  }
}
