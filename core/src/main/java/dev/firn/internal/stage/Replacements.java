package dev.firn.internal.stage;

import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the table staged rows take the place of. Only who knows where each key is can say
 * so, and only for one state of the table: a commit asks anew for each base that it is tried on.
 *
 * <p>Called by the committing thread alone.
 */
public interface Replacements {

  /** Of rows that are only appended. */
  Replacements NONE =
      new Replacements() {
        @Override
        public ReplacedRows on(TableMetadata base, List<StagedFiles> staged) {
          return ReplacedRows.NONE;
        }

        @Override
        public void landed(@Nullable Snapshot snapshot, List<StagedFiles> staged) {}
      };

  /**
   * What {@code staged}, committed in this order on the head of {@code base}, replace. For the same
   * head and the same staged files the same object, so that what was written for it may be used
   * again.
   *
   * @throws dev.firn.api.error.FirnException if that cannot be told
   * @throws RuntimeException of Iceberg's, if the base cannot be read (any more)
   */
  ReplacedRows on(TableMetadata base, List<StagedFiles> staged);

  /**
   * These are in the table: said once of each staged commit, also when only a later call finds that
   * its commit has landed. What cannot be learned from it now is to be learned from the next base:
   * nothing is undone by an exception.
   *
   * @param snapshot the one that has them; null if it is not known, not in the branch's history, or
   *     had them before this committer was asked to commit them
   */
  void landed(@Nullable Snapshot snapshot, List<StagedFiles> staged);
}
