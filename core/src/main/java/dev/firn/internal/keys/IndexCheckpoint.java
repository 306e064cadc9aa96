package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;
import dev.firn.api.error.StorageException;
import dev.firn.internal.local.LocalSync;
import dev.firn.internal.runs.Run;
import dev.firn.internal.runs.RunDirectory;
import dev.firn.internal.runs.RunScan;
import dev.firn.internal.runs.RunSummary;
import dev.firn.internal.runs.RunWriter;
import dev.firn.internal.runs.SortedEntries;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An index on disk, from one life of a writer to the next.
 *
 * <p>It is a manifest and the runs that it names: those of the index, which lie there already, and
 * one with what the index has in memory, in order. The manifest takes the place of the one before
 * when all it names is safe on disk; until then, and if anything fails, the one before holds.
 *
 * <p>It is a cache: what cannot be read, is damaged or of another version is no checkpoint, and the
 * index is built from the table. An index that was restored is the one that was written.
 */
public final class IndexCheckpoint {

  private static final Logger LOG = LoggerFactory.getLogger(IndexCheckpoint.class);

  private static final String NAME = "checkpoint";

  private final RunDirectory directory;
  private final CheckpointManifest manifest;

  private IndexCheckpoint(RunDirectory directory, CheckpointManifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /**
   * Writes an index, while nobody changes it. Of what is dead in an index in memory nothing is
   * written, nor of segments that are no file yet.
   *
   * @param directory that of the index, if it has one
   * @param header what the caller will want to know of it before it is restored
   * @throws StorageException if it cannot be written; the one before is still there
   */
  public static void write(
      RunDirectory directory, byte[] header, Segments segments, KeyIndex index) {
    RestorableIndex parts = restorable(index);
    List<ShardCount> inMemoryCounts = new ArrayList<>();
    RunSummary inMemory = writeMemory(directory, parts, segments, inMemoryCounts);
    List<ShardCount> counts = new ArrayList<>();
    List<List<RunSummary>> runs = new ArrayList<>();
    for (int s = 0; s < KeyIndex.SHARDS; s++) {
      runs.add(parts.runs(s).stream().map(Run::summary).toList());
      counts.add(runs.get(s).isEmpty() ? inMemoryCounts.get(s) : parts.count(s));
    }
    CheckpointManifest manifest =
        new CheckpointManifest(
            ByteBuffer.wrap(header),
            index.keyClass(),
            counts,
            runs,
            inMemory,
            inMemoryCounts,
            segments);
    try {
      manifest.forEachRun(directory::force);
      replace(directory.path(), manifest);
    } catch (IOException e) {
      directory.drop(inMemory);
      throw failure(directory, "written", e);
    } catch (StorageException e) {
      directory.drop(inMemory);
      throw e;
    }
    directory.keep(named(manifest));
  }

  private static RestorableIndex restorable(KeyIndex index) {
    if (index instanceof RestorableIndex parts) {
      return parts;
    }
    throw new IllegalArgumentException("no index of this room: " + index.getClass());
  }

  private static RunSummary writeMemory(
      RunDirectory directory, RestorableIndex parts, Segments segments, List<ShardCount> counts) {
    try (RunWriter writer = directory.write(parts.keyClass().words())) {
      for (int s = 0; s < KeyIndex.SHARDS; s++) {
        // Over runs nothing is left out, for what is dead hides what is older.
        boolean all = !parts.runs(s).isEmpty();
        long keys = writer.keys();
        long entries = writer.entries();
        SortedEntries each = parts.inMemory(s);
        while (each.next()) {
          if (all || segments.isLive(each.value())) {
            writer.append(each.first(), each.second(), each.value());
          }
        }
        counts.add(new ShardCount(writer.keys() - keys, writer.entries() - entries));
      }
      return writer.finish();
    }
  }

  private static void replace(Path folder, CheckpointManifest manifest) throws IOException {
    Path written = folder.resolve(NAME + ".tmp");
    manifest.writeTo(written);
    LocalSync.file(written);
    LocalSync.directory(folder); // the runs' names, before they are named
    Files.move(
        written,
        folder.resolve(NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    LocalSync.directory(folder);
  }

  private static Set<Long> named(CheckpointManifest manifest) {
    Set<Long> named = new HashSet<>();
    manifest.forEachRun(run -> named.add(run.number()));
    return named;
  }

  private static StorageException failure(RunDirectory directory, String what, IOException e) {
    return new StorageException(
        "The checkpoint of the index in " + directory.path() + " cannot be " + what + ": " + e,
        directory.path().toString(),
        e);
  }

  /** Reads the last checkpoint as far as its header; empty if there is none that can be used. */
  public static Optional<IndexCheckpoint> read(RunDirectory directory) {
    Path file = directory.path().resolve(NAME);
    if (!Files.exists(file)) {
      directory.keep(Set.of());
      return Optional.empty();
    }
    try {
      return Optional.of(new IndexCheckpoint(directory, CheckpointManifest.read(file)));
    } catch (IOException e) {
      refuse(directory, e);
      return Optional.empty();
    }
  }

  private static void refuse(RunDirectory directory, Exception why) {
    LOG.warn(
        "The checkpoint of the index in {} cannot be used, the index is built from the table: {}",
        directory.path(),
        why.getMessage());
    directory.keep(Set.of());
  }

  /** What the caller gave it. */
  public byte[] header() {
    return manifest.headerBytes();
  }

  /**
   * Restores the index.
   *
   * @param index to be filled, which is empty; if it can have runs, in this checkpoint's directory
   * @return what the segments in its locations are; empty if the checkpoint cannot be used, and the
   *     index is empty then
   * @throws IndexFullException if there is no memory for it; the index is empty then
   */
  public Optional<Segments> restoreTo(KeyIndex index) {
    RestorableIndex parts = restorable(index);
    try {
      restore(parts);
    } catch (IOException | StorageException e) {
      index.clear();
      refuse(directory, e);
      return Optional.empty();
    } catch (IndexFullException e) {
      index.clear();
      throw e;
    }
    directory.keep(named(manifest));
    return Optional.of(manifest.segments());
  }

  private void restore(RestorableIndex parts) throws IOException {
    if (parts.keyClass() != manifest.keyClass()) {
      throw new IOException(
          "it has keys of class " + manifest.keyClass() + ", not " + parts.keyClass());
    }
    for (int s = 0; s < KeyIndex.SHARDS; s++) {
      parts.adopt(s, manifest.runs().get(s), manifest.counts().get(s));
    }
    try (RunScan inMemory = directory.scan(manifest.inMemory())) {
      for (int s = 0; s < KeyIndex.SHARDS; s++) {
        ShardCount count = manifest.inMemoryCounts().get(s);
        parts.restore(s, count, new FirstEntries(inMemory, count.entries()));
      }
      if (inMemory.next()) {
        throw new IOException("it has more entries than it should");
      }
    }
  }
}
