package dev.firn.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of a snapshot finds in its manifests. Manifests are immutable, so each is read
 * once; that it is still there is looked at each time.
 */
final class SnapshotReading {

  private final MemoryFileIO io;
  private final Map<String, List<ManifestFile>> lists = new HashMap<>();
  private final Map<String, List<DataFile>> dataManifests = new HashMap<>();
  private final Map<String, List<DeleteFile>> deleteManifests = new HashMap<>();

  /** Files that only Firn needs, and that others took for orphans. */
  private final Set<String> removedByOthers;

  private final Set<Long> complete = new HashSet<>();
  private long deletions;

  SnapshotReading(MemoryFileIO io, Set<String> removedByOthers) {
    this.io = io;
    this.removedByOthers = removedByOthers;
  }

  /** Locations of all live data files; a file that is named twice is there twice. */
  List<String> files(TableMetadata metadata, Snapshot snapshot) {
    return dataFiles(metadata, snapshot).stream().map(DataFile::location).toList();
  }

  /** All live data files; one that is named twice is there twice. */
  List<DataFile> dataFiles(TableMetadata metadata, Snapshot snapshot) {
    List<DataFile> files = new ArrayList<>();
    for (ManifestFile manifest : manifests(snapshot)) {
      if (manifest.content() == ManifestContent.DATA) {
        files.addAll(
            dataManifests.computeIfAbsent(
                manifest.path(),
                path ->
                    read(
                        ManifestFiles.read(manifest, io, metadata.specsById()),
                        DataFile::copyWithoutStats)));
      }
    }
    return files;
  }

  /** All live delete files. */
  List<DeleteFile> deleteFiles(TableMetadata metadata, Snapshot snapshot) {
    List<DeleteFile> files = new ArrayList<>();
    for (ManifestFile manifest : manifests(snapshot)) {
      if (manifest.content() == ManifestContent.DELETES) {
        files.addAll(
            deleteManifests.computeIfAbsent(
                manifest.path(),
                path ->
                    read(
                        ManifestFiles.readDeleteManifest(manifest, io, metadata.specsById()),
                        DeleteFile::copy)));
      }
    }
    return files;
  }

  /**
   * The file that a snapshot's tokens lie in; null if they are in the summary, or there are none.
   */
  static @Nullable String tokenFile(Snapshot snapshot) {
    String reference = snapshot.summary().get("firn.tok.ref");
    return reference == null ? null : reference.substring(0, reference.lastIndexOf('#'));
  }

  private List<ManifestFile> manifests(Snapshot snapshot) {
    return lists.computeIfAbsent(
        snapshot.manifestListLocation(), location -> snapshot.allManifests(io));
  }

  private static <F extends ContentFile<F>> List<F> read(
      ManifestReader<F> reader, UnaryOperator<F> copy) {
    List<F> files = new ArrayList<>();
    try (reader) {
      reader.forEach(file -> files.add(copy.apply(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /**
   * Files that readers of some retained snapshot need, but that are gone. Looks only at snapshots
   * that it has not seen yet while no file was deleted.
   */
  Set<String> missing(TableMetadata metadata) {
    if (io.deletions() != deletions) {
      deletions = io.deletions();
      complete.clear();
    }
    Set<String> missing = new LinkedHashSet<>();
    for (Snapshot snapshot : metadata.snapshots()) {
      if (complete.add(snapshot.snapshotId())) {
        addMissing(metadata, snapshot, missing);
      }
    }
    return missing;
  }

  private void addMissing(TableMetadata metadata, Snapshot snapshot, Set<String> missing) {
    if (!io.exists(snapshot.manifestListLocation())) {
      missing.add(snapshot.manifestListLocation());
      return;
    }
    for (ManifestFile manifest : manifests(snapshot)) {
      if (!io.exists(manifest.path())) {
        missing.add(manifest.path());
      }
    }
    String tokens = tokenFile(snapshot);
    if (tokens != null && !io.exists(tokens) && !removedByOthers.contains(tokens)) {
      missing.add(tokens);
    }
    List<ContentFile<?>> files = new ArrayList<>(dataFiles(metadata, snapshot));
    files.addAll(deleteFiles(metadata, snapshot));
    for (ContentFile<?> file : files) {
      if (!io.exists(file.location())) {
        missing.add(file.location());
      }
    }
  }
}
