package dev.firn.internal.commit;

import dev.firn.api.CommitResult.Replaced;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.commit.FilesRewritten.Rewrite;
import dev.firn.internal.stage.ReplacedRows;
import dev.firn.internal.stage.RowDeletes;
import dev.firn.internal.stage.StagedDeletes;
import dev.firn.internal.stage.StagedFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;

/**
 * What a snapshot adds to the files of its parent, and takes from them. A file of which no row is
 * left goes itself: one of the table is removed, a staged one does not come in.
 */
final class FileChanges {

  private static final int FIRST_WITH_VECTORS = 3;

  /** Of a snapshot that only carries tokens. */
  static final FileChanges NONE = of(FIRST_WITH_VECTORS, List.of(), ReplacedRows.NONE);

  /** Delete files of one data file, at most: a reader opens all of them. */
  private static final int MOST_DELETE_FILES = 5;

  private final List<DataFile> added;

  /** Files that come in instead of staged ones, by the location of these. */
  private final Map<String, DataFile> standIns;

  private final List<DeleteFile> equalityDeletes = new ArrayList<>();
  private final List<DataFile> removed = new ArrayList<>();
  private final List<Written> deletes = new ArrayList<>();
  private final Set<String> referenced = new HashSet<>();
  private final List<DeleteFile> obsolete = new ArrayList<>();

  /** Deletes of staged rows, by the location of their file. */
  private final Map<String, RowDeletes> ofStaged = new HashMap<>();

  private final long missedDeletes;
  private final long lateChanges;
  private long replacedRows;
  private long deleteFileBytes;
  private boolean rewrite;

  /** Whether delete files of one data file add up, so that a few may stand side by side. */
  private final boolean addUp;

  /**
   * A delete file that comes in.
   *
   * @param deletes the rows that a data file loses; the same object over all attempts
   * @param rows what the delete file says: all rows that are gone from the data file, or, beside
   *     others, those that go now
   */
  record Written(RowDeletes deletes, DeletedRows rows) {}

  /**
   * @param files that come in, but for those without a row left
   * @param deletes that come in with them
   */
  private FileChanges(
      boolean addUp, List<DataFile> files, List<StagedDeletes> deletes, ReplacedRows replaced) {
    this.addUp = addUp;
    this.standIns = replaced.standIns();
    if (!replaced.deletes().isEmpty()) {
      Set<String> locations = new HashSet<>();
      files.forEach(file -> locations.add(file.location()));
      replaced.deletes().forEach(each -> add(each, locations.contains(each.file().location())));
    }
    for (StagedDeletes each : deletes) {
      each.superseded().forEach(rows -> add(rows, true));
      equalityDeletes.addAll(each.equality());
    }
    equalityDeletes.forEach(file -> deleteFileBytes += file.fileSizeInBytes());
    this.missedDeletes = replaced.missedDeletes();
    this.lateChanges = replaced.lateChanges();
    this.added = files.stream().filter(this::adds).toList();
  }

  /**
   * {@code staged} files come in, with the deletes that are staged beside them, and {@code
   * replaced} rows go, of the table and of these.
   *
   * @param formatVersion the table's, which says how rows are deleted
   */
  static FileChanges of(int formatVersion, List<StagedFiles> staged, ReplacedRows replaced) {
    List<DataFile> files = new ArrayList<>();
    for (StagedFiles each : staged) {
      for (DataFile file : each.dataFiles()) {
        files.add(replaced.standIns().getOrDefault(file.location(), file));
      }
    }
    return new FileChanges(
        formatVersion < FIRST_WITH_VECTORS,
        files,
        staged.stream().map(StagedFiles::deletes).toList(),
        replaced);
  }

  /** {@code replaced} rows of the table go, which {@code restated} deletes have said until now. */
  static FileChanges restating(
      int formatVersion, List<DeleteFile> restated, ReplacedRows replaced) {
    FileChanges changes = of(formatVersion, List.of(), replaced);
    changes.obsolete.addAll(restated);
    return changes;
  }

  /** Files come in for others that have the same rows. */
  static FileChanges rewriting(int formatVersion, Rewrite rewrite) {
    FileChanges changes =
        new FileChanges(
            formatVersion < FIRST_WITH_VECTORS,
            rewrite.added(),
            List.of(),
            new ReplacedRows(rewrite.deleted(), 0, 0));
    changes.removed.addAll(rewrite.removed());
    changes.obsolete.addAll(rewrite.removedDeletes());
    changes.rewrite = true;
    return changes;
  }

  private void add(RowDeletes each, boolean isStaged) {
    if (isStaged) {
      ofStaged.put(each.file().location(), each);
    } else {
      replacedRows += each.added().count();
    }
    if (each.isWholeFile()) {
      if (!isStaged) {
        removed.add(each.file());
      }
      obsolete.addAll(each.earlier());
      return;
    }
    boolean beside = addUp && each.earlier().size() < MOST_DELETE_FILES;
    if (!beside) {
      obsolete.addAll(each.earlier());
    }
    DeletedRows rows = beside ? each.added() : each.all();
    deletes.add(new Written(each, rows));
    deleteFileBytes += rows.heapBytes(); // a vector is hardly larger or smaller
    if (!isStaged) {
      referenced.add(each.file().location());
    }
  }

  /** Whether readers see the same rows as before. */
  boolean isRewrite() {
    return rewrite;
  }

  /** Whether nothing is taken from the table, and no row from a staged file that others are in. */
  boolean isAppend() {
    return removed.isEmpty()
        && deletes.isEmpty()
        && obsolete.isEmpty()
        && equalityDeletes.isEmpty();
  }

  /** Data files that come in. */
  List<DataFile> added() {
    return added;
  }

  /** The file that comes in with the rows of {@code staged}, if any of them do. */
  DataFile comesInAs(DataFile staged) {
    return standIns.getOrDefault(staged.location(), staged);
  }

  /** Whether {@code file} is one of those added. */
  boolean adds(DataFile file) {
    RowDeletes gone = ofStaged.get(file.location());
    return gone == null || !gone.isWholeFile();
  }

  /** Rows of a file that is added which can be seen afterwards. */
  long visibleRows(DataFile file) {
    RowDeletes gone = ofStaged.get(file.location());
    return file.recordCount() - (gone == null ? 0 : gone.added().count());
  }

  /** Rows of the table that are taken away, deletes that found none, and what came too late. */
  Replaced replaced() {
    return new Replaced(replacedRows, missedDeletes, lateChanges, deleteFileBytes);
  }

  /** Data files of the table of which no row is left. */
  List<DataFile> removed() {
    return removed;
  }

  /** What other files lose, each to become a delete file. */
  List<Written> deletes() {
    return deletes;
  }

  /** Delete files that come in as they were staged. */
  List<DeleteFile> equalityDeletes() {
    return equalityDeletes;
  }

  /** Locations of the table's data files that lose rows and stay. */
  Set<String> referenced() {
    return referenced;
  }

  /** Delete files of the table that others stand in for, or whose data file is removed. */
  List<DeleteFile> obsolete() {
    return obsolete;
  }
}
