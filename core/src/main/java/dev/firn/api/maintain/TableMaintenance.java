package dev.firn.api.maintain;

import java.time.Duration;

/**
 * What keeps a table tidy without an outside scheduler. Any thread, beside writers of this process
 * and of others; call it as often as suits you, once a day is plenty.
 *
 * @since 0.1
 */
public interface TableMaintenance {

  /**
   * Deletes what Firn's writers have left behind: data files and token files of commits that ended
   * badly and of processes that died. Only files with Firn's names are looked at, and of these only
   * those that no retained snapshot of any branch names and that the storage says are older than
   * {@code olderThan}. Files of a commit that may still be sent again are kept until its stream has
   * passed it.
   *
   * <p>Manifests and metadata files of lost attempts have Iceberg's names; they are left to the
   * removal of orphans of any engine.
   *
   * @param olderThan longer than any file is on its way from sealing to its snapshot, a {@code
   *     StagedCommit} that is kept for later included: a day for writers that commit what they
   *     stage
   * @return what was deleted; nothing where the table's files cannot be listed
   * @throws dev.firn.api.error.StorageException if the table's metadata or files cannot be read;
   *     some files may be deleted, all of them garbage
   */
  RemovedFiles removeAbandonedFiles(Duration olderThan);
}
