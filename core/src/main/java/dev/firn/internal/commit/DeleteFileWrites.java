package dev.firn.internal.commit;

import dev.firn.api.WriterOptions;
import dev.firn.internal.commit.FileChanges.Written;
import dev.firn.internal.encode.DeleteFileEncoder;
import dev.firn.internal.encode.FileNames;
import dev.firn.internal.stage.RowDeletes;
import dev.firn.internal.work.ClaimedTasks;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The delete files of a commit. Each is written once, however many attempts are made with the same
 * {@link RowDeletes}; those of attempts that came to nothing are left to the removal of abandoned
 * files, for an attempt may land yet. Not final: see {@link CommitterParts}.
 */
class DeleteFileWrites {

  /** An object store takes 50 ms for a small file, and many of them at once. */
  private static final int MOST_HELPERS = 15;

  private final ExactBaseOperations operations;
  private final FileNames names;

  /** May write some of them; null if the calling thread is to write them all. */
  private final @Nullable Executor helpers;

  /** What was written for the last attempt, and for which format version of the table. */
  private IdentityHashMap<RowDeletes, DeleteFile> written = new IdentityHashMap<>();

  private int formatVersion;

  DeleteFileWrites(ExactBaseOperations operations, WriterOptions options) {
    this.operations = operations;
    this.names = new FileNames(options.streamId());
    this.helpers = options.executor().orElse(null);
  }

  /**
   * The delete files of {@code deletes}, in their order.
   *
   * @throws dev.firn.api.error.StorageException if one cannot be written; the others are kept
   */
  List<DeleteFile> of(TableMetadata base, List<Written> deletes) {
    @Nullable DeleteFile[] files = new DeleteFile[deletes.size()];
    if (formatVersion == base.formatVersion()) {
      for (int i = 0; i < files.length; i++) {
        files[i] = written.get(deletes.get(i).deletes());
      }
    }
    DeleteFileEncoder encoder = encoder(base);
    try {
      ClaimedTasks.run(
          files.length,
          i -> {
            if (files[i] == null) {
              Written each = deletes.get(i);
              files[i] = encoder.write(each.deletes().file(), each.rows());
            }
          },
          helpers,
          MOST_HELPERS);
    } finally {
      keep(base, deletes, files);
    }
    return List.of(files);
  }

  private void keep(TableMetadata base, List<Written> deletes, @Nullable DeleteFile[] files) {
    IdentityHashMap<RowDeletes, DeleteFile> kept = new IdentityHashMap<>();
    for (int i = 0; i < files.length; i++) {
      DeleteFile file = files[i];
      if (file != null) {
        kept.put(deletes.get(i).deletes(), file);
      }
    }
    written = kept;
    formatVersion = base.formatVersion();
  }

  private DeleteFileEncoder encoder(TableMetadata base) {
    return DeleteFileEncoder.of(
        base.formatVersion(),
        base.specsById(),
        base.properties(),
        operations.io(),
        operations.locationProvider(),
        operations.encryption(),
        names);
  }

  /** The commit has landed: what was written for it will not be asked for again. */
  void forget() {
    written = new IdentityHashMap<>();
  }
}
