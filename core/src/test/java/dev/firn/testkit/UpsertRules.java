package dev.firn.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.util.ContentFileUtil;

/** What must hold for the files of each new snapshot, by its manifests. */
final class UpsertRules {

  private final SnapshotReading reading;
  private final KeyedReader reader;
  private final boolean singleVectors;
  private final BiConsumer<String, String> violations;

  /** How many rows position deletes delete; vectors say it themselves. */
  private final Map<String, Long> deletedRows = new HashMap<>();

  /**
   * @param singleVectors whether Firn's vectors must lie in files of their own
   */
  UpsertRules(
      SnapshotReading reading,
      KeyedReader reader,
      boolean singleVectors,
      BiConsumer<String, String> violations) {
    this.reading = reading;
    this.reader = reader;
    this.singleVectors = singleVectors;
    this.violations = violations;
  }

  /** The rows that live by the manifests are as many as there must be. */
  void checkCount(TableMetadata metadata, Snapshot snapshot, KeyedContent content) {
    Map<String, List<DeleteFile>> byFile = new HashMap<>();
    List<DeleteFile> shared = new ArrayList<>();
    for (DeleteFile delete : reading.deleteFiles(metadata, snapshot)) {
      String path = ContentFileUtil.referencedDataFileLocation(delete);
      if (path == null) {
        shared.add(delete);
      } else {
        byFile.computeIfAbsent(path, key -> new ArrayList<>()).add(delete);
      }
    }
    long rows = 0;
    for (DataFile file : reading.dataFiles(metadata, snapshot)) {
      List<DeleteFile> deletes = new ArrayList<>(byFile.getOrDefault(file.location(), List.of()));
      if (deletes.stream().noneMatch(UpsertRules::isVector)) {
        deletes.addAll(shared);
      }
      rows += file.recordCount() - deleted(file, deletes);
    }
    if (rows != content.size()) {
      violations.accept(
          "COUNT", "manifests say " + rows + " rows live, but it must be " + content.size());
    }
  }

  private long deleted(DataFile file, List<DeleteFile> deletes) {
    for (DeleteFile delete : deletes) {
      if (isVector(delete)) {
        return delete.recordCount(); // nothing counts beside it
      }
    }
    if (deletes.isEmpty()) {
      return 0;
    }
    Set<String> names = new LinkedHashSet<>();
    deletes.forEach(delete -> names.add(delete.location()));
    return deletedRows.computeIfAbsent(
        file.location() + names, key -> reader.deleted(deletes, file.location()).cardinality());
  }

  private static boolean isVector(DeleteFile file) {
    return file.format() == FileFormat.PUFFIN;
  }

  /** What Firn's commits do to delete files. */
  void checkCommit(TableMetadata metadata, Snapshot snapshot) {
    Map<String, DataFile> live = dataFiles(metadata, snapshot);
    List<DeleteFile> deletes = reading.deleteFiles(metadata, snapshot);
    checkVectors(live, deletes);
    Long parentId = snapshot.parentId();
    Snapshot parent = parentId == null ? null : metadata.snapshot(parentId);
    Map<String, DataFile> before = parent == null ? Map.of() : dataFiles(metadata, parent);
    Set<String> known = new HashSet<>();
    if (parent != null) {
      reading.deleteFiles(metadata, parent).forEach(delete -> known.add(nameOf(delete)));
    }
    Set<String> puffins = new HashSet<>();
    for (DeleteFile delete : deletes) {
      boolean added = !known.contains(nameOf(delete));
      String path = ContentFileUtil.referencedDataFileLocation(delete);
      if (path != null && !live.containsKey(path) && (added || before.containsKey(path))) {
        violations.accept(
            "DVUNIQ", "Firn leaves deletes of " + path + ", which is not in the table");
      }
      if (added && path == null) {
        violations.accept("DVUNIQ", "Firn wrote " + nameOf(delete) + " for several files");
      }
      if (singleVectors && added && isVector(delete) && !puffins.add(delete.location())) {
        violations.accept("VECTORS", "Firn wrote two vectors into " + delete.location());
      }
    }
  }

  private void checkVectors(Map<String, DataFile> live, List<DeleteFile> deletes) {
    Set<String> withVector = new HashSet<>();
    for (DeleteFile delete : deletes) {
      String path = ContentFileUtil.referencedDataFileLocation(delete);
      DataFile file = path == null ? null : live.get(path);
      if (file == null) {
        continue;
      }
      if (isVector(delete) && !withVector.add(file.location())) {
        violations.accept("DVUNIQ", "two vectors for " + path);
      }
      if (delete.specId() != file.specId()
          || !Objects.equals(
              String.valueOf(delete.partition()), String.valueOf(file.partition()))) {
        violations.accept("DVUNIQ", "deletes of " + path + " are in another partition than it");
      }
    }
  }

  private Map<String, DataFile> dataFiles(TableMetadata metadata, Snapshot snapshot) {
    Map<String, DataFile> files = new HashMap<>();
    for (DataFile file : reading.dataFiles(metadata, snapshot)) {
      if (files.put(file.location(), file) != null) {
        violations.accept("FILES", file.location() + " is in the table twice");
      }
    }
    return files;
  }

  private static String nameOf(DeleteFile delete) {
    return delete.location() + "#" + delete.contentOffset();
  }
}
