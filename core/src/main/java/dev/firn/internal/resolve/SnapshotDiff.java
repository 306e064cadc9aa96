package dev.firn.internal.resolve;

import dev.firn.api.error.UnsupportedTableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.ContentFileUtil;
import org.jspecify.annotations.Nullable;

/**
 * What is different between the files that are known and those of a snapshot, whichever came first
 * and whoever made it: files and delete files are compared, not histories. A manifest that both
 * have is not opened. Found out without changing anything; {@link KeyedTable} then makes it true.
 */
final class SnapshotDiff {

  private final @Nullable Long snapshotId;
  private final Set<String> droppedDataManifests = new HashSet<>();
  private final Map<String, List<DataFile>> newDataManifests = new LinkedHashMap<>();
  private final Set<String> droppedDeleteManifests = new HashSet<>();
  private final Map<String, List<DeleteFile>> newDeleteManifests = new LinkedHashMap<>();

  /** Data files that were not there, by path. */
  private final Map<String, DataFile> appeared = new LinkedHashMap<>();

  /** Paths of data files that are not there any more. */
  private final Set<String> gone = new HashSet<>();

  /** Data files that another manifest lists now. */
  private final List<DataFile> moved = new ArrayList<>();

  /** By path of a data file, the delete files that speak of it alone, where they have changed. */
  private final Map<String, List<DeleteFile>> newDeletes = new LinkedHashMap<>();

  /** Delete files that speak of several data files, of the whole snapshot. */
  private final List<DeleteFile> shared = new ArrayList<>();

  /** Delete files that say which keys are gone, and not which rows. */
  private final List<DeleteFile> equalityDeletes = new ArrayList<>();

  private boolean sharedChanged;

  private SnapshotDiff(@Nullable Long snapshotId) {
    this.snapshotId = snapshotId;
  }

  /**
   * What {@code snapshot} has and {@code known} has not, and the other way round.
   *
   * @param snapshot null for an empty table
   * @throws UnsupportedTableException if it lists a data file twice
   * @throws RuntimeException of Iceberg's if manifests cannot be read
   */
  static SnapshotDiff between(
      TableFiles known, @Nullable Snapshot snapshot, TableMetadata metadata, FileIO io) {
    SnapshotDiff diff = new SnapshotDiff(snapshot == null ? null : snapshot.snapshotId());
    List<ManifestFile> data = snapshot == null ? List.of() : snapshot.dataManifests(io);
    List<ManifestFile> deletes = snapshot == null ? List.of() : snapshot.deleteManifests(io);
    Map<Integer, PartitionSpec> specs = metadata.specsById();
    for (ManifestFile manifest : changed(known.dataManifests(), data, diff.droppedDataManifests)) {
      diff.newDataManifests.put(
          manifest.path(),
          read(ManifestFiles.read(manifest, io, specs), DataFile::copyWithoutStats));
    }
    for (ManifestFile manifest :
        changed(known.deleteManifests(), deletes, diff.droppedDeleteManifests)) {
      // With bounds: the path's are how some writers say which file they speak of.
      diff.newDeleteManifests.put(
          manifest.path(),
          read(ManifestFiles.readDeleteManifest(manifest, io, specs), DeleteFile::copy));
    }
    diff.compareDataFiles(known);
    diff.compareDeletes(known, deletes);
    return diff;
  }

  private interface Copy<F> {
    F of(F file);
  }

  private static <F extends org.apache.iceberg.ContentFile<F>> List<F> read(
      ManifestReader<F> reader, Copy<F> copy) {
    List<F> files = new ArrayList<>();
    try (reader) {
      for (F file : reader) {
        files.add(copy.of(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** The manifests that are not known; those known that are not there are put into {@code gone}. */
  private static List<ManifestFile> changed(
      Set<String> known, List<ManifestFile> there, Set<String> gone) {
    List<ManifestFile> changed = new ArrayList<>();
    gone.addAll(known);
    for (ManifestFile manifest : there) {
      if (!gone.remove(manifest.path())) {
        changed.add(manifest);
      }
    }
    return changed;
  }

  private void compareDataFiles(TableFiles known) {
    gone.addAll(known.restored());
    for (String manifest : droppedDataManifests) {
      gone.addAll(TableFiles.paths(known.dataFilesIn(manifest)));
    }
    for (List<DataFile> files : newDataManifests.values()) {
      for (DataFile file : files) {
        if (gone.remove(file.location())) {
          moved.add(file);
        } else if (known.dataFile(file.location()) != null
            || appeared.put(file.location(), file) != null) {
          throw new UnsupportedTableException(
              "The data file "
                  + file.location()
                  + " is in the table twice, so each of its rows is there twice and none of them"
                  + " can be replaced. Remove it and add it once.",
              file.location(),
              null);
        }
      }
    }
  }

  private void compareDeletes(TableFiles known, List<ManifestFile> all) {
    Map<String, List<DeleteFile>> touched = new HashMap<>();
    known.restored().forEach(path -> touchedOf(touched, known, path));
    for (String manifest : droppedDeleteManifests) {
      for (DeleteFile file : known.deleteFilesIn(manifest)) {
        String path = ContentFileUtil.referencedDataFileLocation(file);
        if (path == null) {
          sharedChanged = true;
        } else {
          touchedOf(touched, known, path).removeIf(other -> isSame(other, file));
        }
      }
    }
    for (List<DeleteFile> files : newDeleteManifests.values()) {
      for (DeleteFile file : files) {
        if (file.content() == FileContent.EQUALITY_DELETES) {
          equalityDeletes.add(file);
          continue;
        }
        String path = ContentFileUtil.referencedDataFileLocation(file);
        if (path == null) {
          sharedChanged = true;
        } else {
          touchedOf(touched, known, path).add(file);
        }
      }
    }
    newDeletes.putAll(touched);
    for (ManifestFile manifest : all) {
      List<DeleteFile> files = newDeleteManifests.get(manifest.path());
      for (DeleteFile file : files == null ? known.deleteFilesIn(manifest.path()) : files) {
        if (file.content() == FileContent.POSITION_DELETES
            && ContentFileUtil.referencedDataFileLocation(file) == null) {
          shared.add(file);
        }
      }
    }
  }

  private static List<DeleteFile> touchedOf(
      Map<String, List<DeleteFile>> touched, TableFiles known, String path) {
    return touched.computeIfAbsent(path, p -> new ArrayList<>(known.deletesOf(p)));
  }

  static boolean isSame(DeleteFile one, DeleteFile other) {
    return one.location().equals(other.location())
        && java.util.Objects.equals(one.contentOffset(), other.contentOffset());
  }

  @Nullable Long snapshotId() {
    return snapshotId;
  }

  Map<String, DataFile> appeared() {
    return appeared;
  }

  Set<String> gone() {
    return gone;
  }

  Map<String, List<DeleteFile>> newDeletes() {
    return newDeletes;
  }

  List<DeleteFile> shared() {
    return shared;
  }

  /** Whether delete files that speak of several data files have come or gone. */
  boolean isSharedChanged() {
    return sharedChanged;
  }

  /** Those that are new: of all deletes of the snapshot, if nothing was known before. */
  List<DeleteFile> equalityDeletes() {
    return equalityDeletes;
  }

  /**
   * For those who know rows by their positions.
   *
   * @throws UnsupportedTableException if there are deletes that do not say which rows are gone
   */
  void requireByPosition() {
    if (!equalityDeletes.isEmpty()) {
      String file = equalityDeletes.get(0).location();
      throw new UnsupportedTableException(
          "The table has equality deletes ("
              + file
              + "), which say what keys are gone and not which rows, so nobody can tell which rows"
              + " are left without reading all of them. Turn them into deletes by position first,"
              + " when nobody writes them any more:"
              + " Firn.maintenance(table).convertEqualityDeletes().",
          file,
          null);
    }
  }

  /** The delete files that speak of the data file at {@code path} alone, after this. */
  List<DeleteFile> deletesOf(String path, TableFiles known) {
    return newDeletes.getOrDefault(path, known.deletesOf(path));
  }

  /** Makes all of this true of {@code known}, but for segments and their rows. */
  void applyTo(TableFiles known) {
    known.replaceDataManifests(droppedDataManifests, newDataManifests);
    known.replaceDeleteManifests(droppedDeleteManifests, newDeleteManifests);
    gone.forEach(known::removeDataFile);
    moved.forEach(known::putDataFile);
    appeared.values().forEach(known::putDataFile);
    newDeletes.forEach(known::putDeletes);
    known.snapshotId(snapshotId);
  }
}
