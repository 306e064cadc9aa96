package dev.firn.internal.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Data and delete files that any retained snapshot names. Every manifest is read for it, so that is
 * done once and only when somebody asks.
 */
final class ReferencedFiles {

  private final TableMetadata metadata;
  private final FileIO io;
  private @Nullable Set<String> locations;

  ReferencedFiles(TableMetadata metadata, FileIO io) {
    this.metadata = metadata;
    this.io = io;
  }

  Set<String> locations() {
    Set<String> known = locations;
    if (known == null) {
      known = read();
      locations = known;
    }
    return known;
  }

  private Set<String> read() {
    Map<String, ManifestFile> manifests = new HashMap<>();
    for (Snapshot snapshot : metadata.snapshots()) {
      snapshot.allManifests(io).forEach(manifest -> manifests.put(manifest.path(), manifest));
    }
    Set<String> referenced = new HashSet<>();
    for (ManifestFile manifest : manifests.values()) {
      try (CloseableIterable<String> paths =
          ManifestFiles.readPaths(manifest, io, metadata.specsById())) {
        paths.forEach(referenced::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return referenced;
  }
}
