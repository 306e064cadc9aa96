package dev.firn.proofs.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * What lies in a table's folder, held against what the table's metadata and all its snapshots name.
 *
 * @param missing files that are named but are not there: must be none, ever
 * @param data data files that nobody names
 * @param metadata manifests, manifest lists, metadata and token files that nobody names
 * @param intents Firn's notes about commits that ended badly
 * @param writtenAt when each stored file was written, in milliseconds
 */
record Leftovers(
    Set<String> missing,
    Set<String> data,
    Set<String> metadata,
    Set<String> intents,
    TreeMap<String, Long> writtenAt) {

  private static final String TOKENS_REFERENCE = "firn.tok.ref";

  static Leftovers of(Table table) {
    table.refresh();
    SupportsPrefixOperations storage = (SupportsPrefixOperations) table.io();
    TreeMap<String, Long> stored = new TreeMap<>();
    for (FileInfo file : storage.listPrefix(table.location() + "/")) {
      stored.put(file.location(), file.createdAtMillis());
    }
    Set<String> named = named(table);
    Set<String> missing = new TreeSet<>(named);
    missing.removeAll(stored.keySet());
    Set<String> unnamed = new TreeSet<>(stored.keySet());
    unnamed.removeAll(named);
    Predicate<String> isIntent = location -> location.contains("/metadata/firn/intents/");
    Predicate<String> isData = location -> location.startsWith(table.location() + "/data/");
    return new Leftovers(
        missing,
        only(unnamed, isData),
        only(unnamed, isData.or(isIntent).negate()),
        only(unnamed, isIntent),
        stored);
  }

  private static Set<String> only(Set<String> locations, Predicate<String> which) {
    Set<String> some = new TreeSet<>(locations);
    some.removeIf(which.negate());
    return some;
  }

  private static Set<String> named(Table table) {
    TableMetadata metadata = ((HasTableOperations) table).operations().current();
    FileIO io = table.io();
    Set<String> named = new TreeSet<>(ReachableFileUtil.metadataFileLocations(table, false));
    named.addAll(ReachableFileUtil.manifestListLocations(table));
    Set<String> manifests = new TreeSet<>();
    for (Snapshot snapshot : metadata.snapshots()) {
      String tokens = snapshot.summary().get(TOKENS_REFERENCE);
      if (tokens != null) {
        named.add(tokens.substring(0, tokens.lastIndexOf('#')));
      }
      for (ManifestFile manifest : snapshot.allManifests(io)) {
        if (manifests.add(manifest.path())) {
          named.addAll(paths(manifest, io, metadata));
        }
      }
    }
    named.addAll(manifests);
    return named;
  }

  private static List<String> paths(ManifestFile manifest, FileIO io, TableMetadata metadata) {
    List<String> paths = new ArrayList<>();
    try (CloseableIterable<String> all =
        ManifestFiles.readPaths(manifest, io, metadata.specsById())) {
      all.forEach(paths::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return paths;
  }

  /** Does what a removal of orphans does: deletes everything that nobody names. */
  void remove(FileIO io) {
    data.forEach(io::deleteFile);
    metadata.forEach(io::deleteFile);
    intents.forEach(io::deleteFile);
  }
}
