package dev.firn.internal.resolve;

import dev.firn.internal.buffer.DeletedRows;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * The data files of a snapshot, and which of their rows are deleted, for those who look after a
 * table. Brought from snapshot to snapshot by what is different. Not thread-safe.
 */
public final class LiveFiles {

  private final FileIO io;
  private final TableFiles files = new TableFiles();

  /** What the delete files that speak of several data files say, by path of these. */
  private Map<String, DeletedRows> shared = Map.of();

  /** Of no snapshot yet. */
  public LiveFiles(FileIO io) {
    this.io = io;
  }

  /**
   * Makes this the state of {@code snapshot}.
   *
   * @throws dev.firn.api.error.UnsupportedTableException if it has equality deletes, so that it
   *     cannot be told which rows are deleted, or lists a file twice
   * @throws dev.firn.api.error.StorageException if a delete file cannot be read
   * @throws RuntimeException of Iceberg's, if the snapshot cannot be read (any more)
   */
  public void bringTo(Snapshot snapshot, TableMetadata base) {
    SnapshotDiff diff = SnapshotDiff.between(files, snapshot, base, io);
    diff.requireByPosition();
    if (diff.isSharedChanged()) {
      shared = DeletesOf.several(diff.shared(), io);
    }
    diff.applyTo(files);
  }

  /** All data files, in no order. */
  public List<DataFile> all() {
    return files.dataFiles();
  }

  /** Whether the data file at {@code path} is one of them. */
  public boolean has(String path) {
    return files.dataFile(path) != null;
  }

  /** The delete files that speak of the data file at {@code path} and of no other. */
  public List<DeleteFile> deletesOf(String path) {
    return files.deletesOf(path);
  }

  /** How many rows of the data file at {@code path} are deleted, at most; nothing is read. */
  public long deletedAtMost(String path) {
    List<DeleteFile> deletes = files.deletesOf(path);
    long own = 0;
    for (DeleteFile file : deletes) {
      if (DeletesOf.isVector(file)) {
        return file.recordCount(); // nothing counts beside it
      }
      own += file.recordCount();
    }
    @Nullable DeletedRows byOthers = shared.get(path);
    return own + (byOthers == null ? 0 : byOthers.count());
  }

  /**
   * The rows of the data file at {@code path} that are deleted.
   *
   * @throws dev.firn.api.error.StorageException if a delete file cannot be read
   */
  public DeletedRows deleted(String path) {
    return DeletesOf.one(path, files.deletesOf(path), shared, io);
  }
}
