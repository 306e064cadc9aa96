package dev.firn.internal.ingest;

import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.internal.encode.SealedFile;
import dev.firn.internal.stage.StagedDeletes;
import dev.firn.internal.stage.StagedFiles;
import dev.firn.internal.stage.StagedFilesCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * Everything appended between two cuts, out of the appender's hands: files that are sealed, being
 * sealed, or still to be. Sealing may be repeated after a failure and loses nothing.
 */
public final class Cut {

  /** More writers at once than this gain nothing on one disk, and hold more buffers. */
  private static final int MAX_SEALERS = 8;

  private final TableState state;

  /** The files of rows, and behind them those of deletes. */
  private final List<SealTask> tasks;

  private final @Nullable KeyedCut keyed;
  private final UUID id = UUID.randomUUID();

  /** What has become of the keys, which are passed on once; null before. */
  private @Nullable StagedDeletes deletes;

  private final long rows;

  /**
   * @param keyed the keys of the rows; null if they have none
   * @param rows that were taken
   */
  Cut(TableState state, List<SealTask> tasks, @Nullable KeyedCut keyed, long rows) {
    this.state = state;
    List<SealTask> all = new ArrayList<>(tasks);
    all.addAll(keyed == null ? List.of() : keyed.deleteFiles());
    this.tasks = List.copyOf(all);
    this.keyed = keyed;
    this.rows = rows;
  }

  /**
   * This cut and {@code later}, which was made under the same table state, as one; of rows without
   * a key, for those that have one must not become one commit.
   */
  Cut followedBy(Cut later) {
    if (keyed != null || later.keyed != null) {
      throw new IllegalStateException("two cuts of rows with keys are two commits");
    }
    List<SealTask> both = new ArrayList<>(tasks);
    both.addAll(later.tasks);
    return new Cut(state, both, null, rows + later.rows);
  }

  /** Rows in it. */
  public long rows() {
    return rows;
  }

  /**
   * Seals all files, with the help of {@code executor}; the calling thread does what no helper has
   * begun, so that this ends even if the executor never runs anything.
   *
   * @throws dev.firn.api.error.StorageException if a file could not be written; call again
   */
  public void seal(Executor executor) {
    AtomicInteger next = new AtomicInteger();
    int helpers = Math.min(MAX_SEALERS, tasks.size()) - 1;
    for (int i = 0; i < helpers; i++) {
      try {
        executor.execute(() -> sealFrom(next, true));
      } catch (RuntimeException e) {
        break; // the executor takes nothing, it may be closing: this thread does it all
      }
    }
    sealFrom(next, false);
    for (SealTask task : tasks) {
      task.seal(); // waits for the helper that has it, and says what went wrong there
    }
  }

  private void sealFrom(AtomicInteger next, boolean quiet) {
    for (int i = next.getAndIncrement(); i < tasks.size(); i = next.getAndIncrement()) {
      try {
        tasks.get(i).seal();
      } catch (RuntimeException e) {
        if (!quiet) {
          throw e;
        }
        return; // the thread that waits for this file tries it once more, and reports
      }
    }
  }

  /** The staged commit of the sealed files; {@link #seal} must have returned. */
  public StagedCommit stage(String streamId, String branch, CommitToken from, CommitToken to) {
    List<SealTask> ofDeletes = keyed == null ? List.of() : keyed.deleteFiles();
    List<SealTask> ofRows = tasks.subList(0, tasks.size() - ofDeletes.size());
    List<DataFile> files = new ArrayList<>(ofRows.size());
    @Nullable DataFile[] byNumber = new DataFile[keyed == null ? 0 : keyed.files().size()];
    for (SealTask task : ofRows) {
      SealedFile sealed = task.seal();
      CutFile number = task.keyed();
      if (sealed != null) {
        files.add(sealed.dataFile());
        if (number != null) {
          byNumber[number.number()] = sealed.dataFile();
        }
      }
    }
    StagedDeletes staged = deletes;
    if (staged == null) {
      staged = keyed == null ? StagedDeletes.NONE : keyed.passOn(id, Arrays.asList(byNumber));
      deletes = staged;
    }
    long key = keyed == null ? 0 : keyed.fingerprint();
    return StagedFilesCodec.encode(
        new StagedFiles(id, state.uuid(), streamId, branch, from, to, key, files, staged),
        state.specs());
  }

  /**
   * Forgets everything, and deletes the files that are written already. Only for a cut that was
   * never staged: nobody else can know its files.
   */
  public void drop() {
    tasks.forEach(SealTask::drop);
    if (keyed != null) {
      keyed.drop(id);
    }
  }
}
