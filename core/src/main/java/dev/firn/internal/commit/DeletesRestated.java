package dev.firn.internal.commit;

import dev.firn.internal.stage.ReplacedRows;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A change that says by position what other deletes have said, and takes these away: readers see
 * the same rows before and after.
 */
public final class DeletesRestated {

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
    AtomicReference<@Nullable Restated> last = new AtomicReference<>();
    Upkeep.commit(
        table,
        base -> {
          Restated now = plan.on(base);
          last.set(now);
          return now == null
              ? null
              : FileChanges.restating(base.formatVersion(), now.deletes(), now.rows());
        },
        timeout,
        pause);
    return last.get();
  }
}
