package dev.firn.testkit;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.StagedCommit;
import dev.firn.internal.stage.StagedFiles;
import dev.firn.internal.stage.StagedFilesCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * One table in memory, seen three ways: plainly by other engines and operators, through faults by
 * writers, and with failing storage by those who clean up. Data files hold ranges of events.
 */
final class SimulatedTable {

  /** Staged by a writer: still to be committed, perhaps late, twice or never. */
  record Staged(StagedCommit commit, CommitToken from, CommitToken to, List<String> files) {

    /** What an acknowledgement means: sources that it does not touch may have been rolled back. */
    CommitToken advance() {
      Map<String, Position> moved = new HashMap<>(to.positions());
      moved.entrySet().removeAll(from.positions().entrySet());
      return to.only(moved.keySet());
    }
  }

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final TableIdentifier name;
  private final FaultPlan storageFaults;
  private final FaultyCatalog faulty;
  private final EventFiles eventFiles = new EventFiles(catalog.io());
  private final Map<String, List<EventRange>> contents = new HashMap<>();
  private final Set<String> removedTokenFiles = new HashSet<>();
  private final Map<String, String> properties;
  private final Random random;
  private int files;

  SimulatedTable(long seed, FaultPlan faults, FaultPlan storageFaults) {
    this.random = new Random(seed);
    this.name = TableIdentifier.of("simulation", "seed_" + seed);
    this.storageFaults = storageFaults;
    this.faulty = new FaultyCatalog(catalog, faults);
    this.properties = drawProperties(random);
    catalog.buildTable(name, EventFiles.SCHEMA).withProperties(properties).create();
  }

  /** What a table may be set to that its writers and other engines must live with. */
  static Map<String, String> drawProperties(Random random) {
    Map<String, String> drawn = new TreeMap<>();
    drawn.put("format-version", String.valueOf(2 + random.nextInt(2)));
    // Low, so that merging happens often.
    drawn.put("commit.manifest.min-count-to-merge", List.of("3", "8", "20").get(random.nextInt(3)));
    drawn.put("write.metadata.previous-versions-max", "5");
    drawn.put("write.manifest.compression-codec", "uncompressed");
    drawn.put("write.metadata.delete-after-commit.enabled", String.valueOf(random.nextBoolean()));
    // Half of the tables keep few snapshots, whatever their age: writers may expire the others.
    drawn.put("history.expire.max-snapshot-age-ms", random.nextBoolean() ? "-1000" : "432000000");
    drawn.put("history.expire.min-snapshots-to-keep", String.valueOf(1 + random.nextInt(8)));
    // In some tables the tokens are too long for the summary.
    drawn.put("firn.token.inline-chars", random.nextInt(4) == 0 ? "100" : "8192");
    // For committers that let Iceberg retry.
    drawn.put("commit.retry.min-wait-ms", "1");
    drawn.put("commit.retry.max-wait-ms", "1");
    return drawn;
  }

  /** Draws anew: what a step draws depends on nothing but the step. */
  void reseed(long seed) {
    random.setSeed(seed);
  }

  /** {@code CREATE OR REPLACE TABLE}: the same table, empty, with its old snapshots behind it. */
  void replace() {
    catalog
        .buildTable(name, EventFiles.SCHEMA)
        .withProperties(properties)
        .replaceTransaction()
        .commitTransaction();
  }

  void watch(MemoryCatalog.Watcher watcher) {
    catalog.watch(watcher);
  }

  MemoryFileIO io() {
    return catalog.io();
  }

  /** As another engine sees it. */
  Table plain() {
    return catalog.loadTable(name);
  }

  /** As writers see it. */
  Table faulty() {
    return faulty.loadTable(name);
  }

  /** As somebody sees it whose storage, but not whose catalog, is faulty. */
  Table withFaultyStorage() {
    return new FaultyCatalog(catalog, storageFaults).loadTable(name);
  }

  TableMetadata metadata() {
    return ((HasTableOperations) plain()).operations().current();
  }

  /** A new file that holds these events. */
  DataFile file(List<EventRange> ranges) {
    EventRange first = ranges.get(0);
    String location =
        String.format(
            "/memory/simulation/data/%s-%s-%d-%d-%d.parquet",
            first.stream(), first.source(), first.from(), first.to(), files++);
    contents.put(location, List.copyOf(ranges));
    return eventFiles.write(location, ranges);
  }

  /**
   * Deletes every file that the metadata does not name, as an engine's removal of orphans does. It
   * knows nothing of token files, and takes them unless it is told not to.
   *
   * @return how many files went
   */
  int removeOrphans(boolean keepTokenFiles) {
    Set<String> named = namedFiles(metadata());
    int removed = 0;
    for (String location : List.copyOf(io().locations())) {
      boolean tokens = location.contains("/firn-tok-");
      if (!named.contains(location) && !(tokens && keepTokenFiles)) {
        io().deleteFile(location);
        removed++;
        if (tokens) {
          removedTokenFiles.add(location);
        }
      }
    }
    return removed;
  }

  private Set<String> namedFiles(TableMetadata metadata) {
    Set<String> named = new HashSet<>();
    named.add(metadata.metadataFileLocation());
    metadata.previousFiles().forEach(entry -> named.add(entry.file()));
    SnapshotReading reading = new SnapshotReading(io(), Set.of());
    for (Snapshot snapshot : metadata.snapshots()) {
      named.add(snapshot.manifestListLocation());
      snapshot.allManifests(io()).forEach(manifest -> named.add(manifest.path()));
      named.addAll(reading.files(metadata, snapshot));
    }
    return named;
  }

  /** Token files that were taken for orphans. */
  Set<String> removedTokenFiles() {
    return removedTokenFiles;
  }

  /** Whether the file with a snapshot's tokens was taken for an orphan. */
  boolean lostTokens(Snapshot snapshot) {
    String file = SnapshotReading.tokenFile(snapshot);
    return file != null && removedTokenFiles.contains(file);
  }

  /** Whether all of these files are there. */
  boolean has(List<String> locations) {
    return locations.stream().allMatch(io()::exists);
  }

  /** What a file was written to hold; of files that a writer made by itself, what they do hold. */
  List<EventRange> contents(String location) {
    return contents.computeIfAbsent(location, eventFiles::read);
  }

  /** What a reader finds in a file. */
  List<EventRange> cells(String location) {
    return eventFiles.read(location);
  }

  /** The next events of some sources, in files, from where the writer believes to be. */
  Staged stage(String stream, String branch, CommitToken from, List<String> sources) {
    CommitToken to = from;
    List<DataFile> dataFiles = new ArrayList<>();
    for (String source : sources) {
      long start = from.positions().containsKey(source) ? from.positions().get(source).major() : 0;
      long at = start;
      for (int i = random.nextInt(3); i >= 0; i--) {
        long next = at + 1 + random.nextInt(20);
        dataFiles.add(file(List.of(new EventRange(stream, source, at, next))));
        at = next;
      }
      to = to.advancedBy(source.isEmpty() ? CommitToken.of(at) : CommitToken.of(source, at));
    }
    StagedFiles staged =
        new StagedFiles(
            new UUID(random.nextLong(), random.nextLong()),
            metadata().uuid(),
            stream,
            branch,
            from,
            to,
            dataFiles);
    return new Staged(
        StagedFilesCodec.encode(staged, metadata().specsById()),
        from,
        to,
        dataFiles.stream().map(DataFile::location).toList());
  }
}
