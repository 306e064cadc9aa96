package dev.firn.testkit;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.StagedCommit;
import dev.firn.internal.stage.StagedFiles;
import dev.firn.internal.stage.StagedFilesCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * One table in memory, seen three ways: plainly by other engines and operators, through faults by
 * writers, and with failing storage by those who clean up. Data files are names that stand for
 * ranges of events; a byte of each lies in storage, so that a deletion is noticed.
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

  private static final Schema SCHEMA =
      new Schema(Types.NestedField.optional(1, "event", Types.LongType.get()));

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final TableIdentifier name;
  private final FaultPlan storageFaults;
  private final FaultyCatalog faulty;
  private final Map<String, List<EventRange>> contents = new HashMap<>();
  private final Random random;
  private int files;

  SimulatedTable(long seed, FaultPlan faults, FaultPlan storageFaults) {
    this.random = new Random(seed);
    this.name = TableIdentifier.of("simulation", "seed_" + seed);
    this.storageFaults = storageFaults;
    this.faulty = new FaultyCatalog(catalog, faults);
    catalog
        .buildTable(name, SCHEMA)
        .withProperty("format-version", String.valueOf(2 + random.nextInt(2)))
        // Low, so that merging happens often.
        .withProperty(
            "commit.manifest.min-count-to-merge", List.of("3", "8", "20").get(random.nextInt(3)))
        .withProperty("write.metadata.previous-versions-max", "5")
        .withProperty("write.manifest.compression-codec", "uncompressed")
        .withProperty(
            "write.metadata.delete-after-commit.enabled", String.valueOf(random.nextBoolean()))
        // Half of the tables keep few snapshots, whatever their age: writers may expire the others.
        .withProperty(
            "history.expire.max-snapshot-age-ms", random.nextBoolean() ? "-1000" : "432000000")
        .withProperty("history.expire.min-snapshots-to-keep", String.valueOf(1 + random.nextInt(8)))
        // In some tables the tokens are too long for the summary.
        .withProperty("firn.token.inline-chars", random.nextInt(4) == 0 ? "100" : "8192")
        // For committers that let Iceberg retry.
        .withProperty("commit.retry.min-wait-ms", "1")
        .withProperty("commit.retry.max-wait-ms", "1")
        .create();
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
    io().put(location, new byte[1]);
    long rows = ranges.stream().mapToLong(range -> range.to() - range.from()).sum();
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath(location)
        .withFormat("parquet")
        .withFileSizeInBytes(1)
        .withRecordCount(rows)
        .build();
  }

  /** Whether all of these files are there. */
  boolean has(List<String> locations) {
    return locations.stream().allMatch(io()::exists);
  }

  /** What a file holds. */
  List<EventRange> contents(String location) {
    return contents.getOrDefault(location, List.of());
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
