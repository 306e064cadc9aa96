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

  /**
   * Turns the equality deletes of the main branch, whoever wrote them, into deletes by position:
   * deletion vectors in tables of format version 3, position deletes in those of version 2. Readers
   * then find the same rows many times faster, and a writer that upserts can be opened on the
   * table. One snapshot, if there are such deletes at all; a data file of which no row is left
   * goes.
   *
   * <p>The compared columns of all data files that are older than a delete, and may have rows of
   * it, are read once, on the calling thread. If others commit meanwhile this is done again, on
   * what they have made; so it ends soonest while nobody writes equality deletes. It gives up after
   * a quarter of an hour. Memory: about 24 bytes for each deleted key of a partition, or of a table
   * without partitions; 36 for keys of more than 8 bytes; a quarter of the heap at most.
   *
   * @return what was done
   * @throws dev.firn.api.error.UnsupportedTableException if deletes compare floats or columns
   *     within others, or data or deletes are not in plain Parquet files; the message names the
   *     culprit
   * @throws dev.firn.api.error.IndexFullException if more keys were deleted than memory has room
   *     for
   * @throws dev.firn.api.error.StorageException if the table cannot be read or written; nothing has
   *     changed
   * @throws dev.firn.api.error.CommitConflictException if others committed faster until the end;
   *     nothing has changed
   * @throws dev.firn.api.error.CommitUnknownException if the catalog does not say whether it is
   *     done; look at the table, or call again: that does no harm
   */
  ConvertedDeletes convertEqualityDeletes();

  /**
   * Writes the live rows of data files with many deleted rows, and of small ones, into new files,
   * so that readers read neither dead rows nor many files. Readers see the same rows before and
   * after; in tables of format version 3 rows keep their ids and sequence numbers. Others may write
   * meanwhile, Firn's streams and other engines: what they delete of the rows that are being moved
   * is deleted where these have gone.
   *
   * <p>Rewritten are files of which a tenth of the rows or more is deleted, and files smaller than
   * three quarters of {@code write.target-file-size-bytes} if there are five or more in a
   * partition. Rows stay in their partition and spec, and in the order of files and rows; they are
   * not sorted anew. New files are of the target size, but of an eighth of the heap at most, for
   * they are encoded in memory. Large tables are done in several snapshots; when one cannot be
   * made, those before it stay.
   *
   * <p>On the calling thread. A snapshot of kind {@code replace}: the files that went are deleted
   * from storage when the snapshots that name them expire. A writer with a key index reads the keys
   * of the new files before its next commit.
   *
   * @return what was done; nothing where no file is worth while
   * @throws dev.firn.api.error.UnsupportedTableException if the table has equality deletes ({@link
   *     #convertEqualityDeletes} turns them into others), encrypted files, or files that are not
   *     Parquet
   * @throws dev.firn.api.error.StorageException if a file cannot be read or written
   * @throws dev.firn.api.error.CommitConflictException if others committed faster for a quarter of
   *     an hour
   * @throws dev.firn.api.error.CommitUnknownException if the catalog does not say whether it is
   *     done; call again: that does no harm
   */
  RewrittenFiles rewriteDataFiles();
}
