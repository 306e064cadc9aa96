package dev.firn.internal.resolve;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.Liveness;
import dev.firn.internal.keys.RowLocation;
import dev.firn.internal.keys.Segments;
import dev.firn.internal.stage.RowDeletes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.jspecify.annotations.Nullable;

/**
 * The files of the table as of one snapshot: which manifests say so, the segment of each data file,
 * and what is deleted in it. Changed only by {@link SnapshotDiff}s. Not thread-safe.
 */
final class TableFiles implements Liveness {

  private final Segments segments;

  /** The data files that each manifest lists as live. */
  private final Map<String, List<DataFile>> dataManifests = new HashMap<>();

  /** The delete files that each manifest lists as live. */
  private final Map<String, List<DeleteFile>> deleteManifests = new HashMap<>();

  /** By path, as a manifest has it. */
  private final Map<String, DataFile> dataFiles = new HashMap<>();

  /**
   * The delete files that speak of one data file and no other, by its path; of files that are not
   * in the table (any more) too.
   */
  private final Map<String, List<DeleteFile>> deletesByPath = new HashMap<>();

  /** Paths of data files that are known from another life, and of which no manifest is. */
  private final Set<String> restored = new HashSet<>();

  private @Nullable Long snapshotId;

  /** Of an empty table. */
  TableFiles() {
    this(new Segments());
  }

  /** Of a table that had these segments, at some snapshot. */
  TableFiles(Segments restoredSegments) {
    this.segments = restoredSegments;
    for (int segment = 0; segment < segments.size(); segment++) {
      String path = segments.path(segment);
      if (path != null && segments.lives(segment)) {
        restored.add(path);
      }
    }
  }

  /** Data files that no manifest of those known lists: they may be in the table, or not. */
  Set<String> restored() {
    return restored;
  }

  /** Whether there is a live segment for the data file at {@code path}. */
  boolean has(String path) {
    return segments.segment(path) >= 0;
  }

  /** The snapshot that all this is true of; null for a table without one. */
  @Nullable Long snapshotId() {
    return snapshotId;
  }

  void snapshotId(@Nullable Long id) {
    restored.clear();
    snapshotId = id;
  }

  Segments segments() {
    return segments;
  }

  Set<String> dataManifests() {
    return dataManifests.keySet();
  }

  Set<String> deleteManifests() {
    return deleteManifests.keySet();
  }

  List<DataFile> dataFilesIn(String manifest) {
    return dataManifests.getOrDefault(manifest, List.of());
  }

  List<DeleteFile> deleteFilesIn(String manifest) {
    return deleteManifests.getOrDefault(manifest, List.of());
  }

  /** The data file at {@code path}; null if it is not in the table. */
  @Nullable DataFile dataFile(String path) {
    return dataFiles.get(path);
  }

  /** The data file of a live segment. */
  DataFile dataFile(int segment) {
    String path = segments.path(segment);
    DataFile file = path == null ? null : dataFiles.get(path);
    if (file == null) {
      throw new IllegalStateException("segment " + segment + " is no file of the table: " + path);
    }
    return file;
  }

  /** All data files, in no order. */
  List<DataFile> dataFiles() {
    return List.copyOf(dataFiles.values());
  }

  /** The delete files that speak of the data file at {@code path} alone. */
  List<DeleteFile> deletesOf(String path) {
    return deletesByPath.getOrDefault(path, List.of());
  }

  /** The rows of a segment that are deleted; null for none. */
  @Nullable DeletedRows deletedRows(int segment) {
    return segments.deletedRows(segment);
  }

  /** What it takes to delete {@code rows}, all of them live, of a live segment. */
  RowDeletes deletes(int segment, DeletedRows rows) {
    DataFile file = dataFile(segment);
    DeletedRows all = rows.copy();
    DeletedRows before = segments.deletedRows(segment);
    if (before != null) {
      all.addAll(before);
    }
    return new RowDeletes(file, rows, all, deletesOf(file.location()));
  }

  /** What it takes to delete all rows of the table. */
  List<RowDeletes> deletesOfAll() {
    List<RowDeletes> all = new ArrayList<>();
    for (DataFile file : dataFiles.values()) {
      DeletedRows rows = DeletedRows.first(file.recordCount());
      DeletedRows before = segments.deletedRows(segments.segment(file.location()));
      all.add(
          new RowDeletes(
              file,
              before == null ? rows : rows.without(before),
              rows,
              deletesOf(file.location())));
    }
    return all;
  }

  void replaceDataManifests(Set<String> dropped, Map<String, List<DataFile>> added) {
    dropped.forEach(dataManifests::remove);
    dataManifests.putAll(added);
  }

  void replaceDeleteManifests(Set<String> dropped, Map<String, List<DeleteFile>> added) {
    dropped.forEach(deleteManifests::remove);
    deleteManifests.putAll(added);
  }

  void putDataFile(DataFile file) {
    dataFiles.put(file.location(), file);
  }

  void removeDataFile(String path) {
    dataFiles.remove(path);
  }

  void putDeletes(String path, List<DeleteFile> deletes) {
    if (deletes.isEmpty()) {
      deletesByPath.remove(path);
    } else {
      deletesByPath.put(path, List.copyOf(deletes));
    }
  }

  int count() {
    return dataFiles.size();
  }

  @Override
  public boolean isLive(long location) {
    return location != RowLocation.NONE && segments.isLive(location);
  }

  /** The paths of {@code files}. */
  static List<String> paths(List<? extends ContentFile<?>> files) {
    List<String> paths = new ArrayList<>(files.size());
    files.forEach(file -> paths.add(file.location()));
    return paths;
  }
}
