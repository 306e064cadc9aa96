package dev.firn.testkit;

import dev.firn.testkit.SnapshotHistory.Foreign;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * Other engines and operators on the same table: they append, compact, delete, expire, roll back,
 * change properties, schema and spec, cherry-pick and replace the table, by plain Iceberg and
 * without faults in their catalog (what plain Iceberg does to itself under faults is another
 * question).
 */
final class ForeignEngines {

  private static final int DEEPEST_ROLLBACK = 4;

  private final SimulatedWorld world;
  private final Random random;
  private long nextEvent;
  private int nextColumn;

  ForeignEngines(SimulatedWorld world) {
    this.world = world;
    this.random = world.random;
  }

  void append() {
    DataFile file = newFile();
    Table table = world.table.plain();
    AppendFiles append = random.nextBoolean() ? table.newAppend() : table.newFastAppend();
    append.appendFile(file).scanManifestsWith(SameThread.EXECUTOR);
    append.writeManifestsWith(SameThread.EXECUTOR, 1);
    run("append", Set.of(file.location()), Set.of(), () -> append.commit());
  }

  /** Some files become one. */
  void compact() {
    List<DataFile> live = live();
    if (live.size() < 2) {
      return;
    }
    int from = random.nextInt(live.size() - 1);
    List<DataFile> old = live.subList(from, Math.min(live.size(), from + 2 + random.nextInt(4)));
    List<EventRange> ranges = new ArrayList<>();
    old.forEach(file -> ranges.addAll(world.table.contents(file.location())));
    DataFile compacted = world.table.file(ranges);
    run(
        "compaction",
        Set.of(compacted.location()),
        locations(old),
        () -> {
          Table table = world.table.plain();
          RewriteFiles rewrite = table.newRewrite().addFile(compacted);
          rewrite.scanManifestsWith(SameThread.EXECUTOR);
          rewrite.validateFromSnapshot(table.currentSnapshot().snapshotId());
          old.forEach(rewrite::deleteFile);
          rewrite.commit();
        });
  }

  void delete() {
    List<DataFile> live = live();
    if (live.isEmpty()) {
      return;
    }
    DataFile file = live.get(random.nextInt(live.size()));
    DeleteFiles delete =
        world.table.plain().newDelete().deleteFile(file).scanManifestsWith(SameThread.EXECUTOR);
    run("delete", Set.of(), Set.of(file.location()), delete::commit);
  }

  /** Keeps one to eight snapshots, whatever their age: the hardest that an operator may ask. */
  void expire() {
    int kept = 1 + random.nextInt(8);
    Table table = world.table.withFaultyStorage();
    world.count("foreign expiry");
    world.oracle.foreign(
        Foreign.METADATA_ONLY,
        () ->
            table
                .expireSnapshots()
                .expireOlderThan(System.currentTimeMillis() + 60_000)
                .retainLast(kept)
                .executeDeleteWith(SameThread.EXECUTOR)
                .planWith(SameThread.EXECUTOR)
                .commit());
  }

  void rollBack() {
    TableMetadata metadata = world.table.metadata();
    Snapshot target = metadata.currentSnapshot();
    for (int i = random.nextInt(DEEPEST_ROLLBACK); i >= 0 && target != null; i--) {
      Long parent = target.parentId();
      Snapshot before = parent == null ? null : metadata.snapshot(parent);
      target = before == null ? target : before;
    }
    if (target == null || target == metadata.currentSnapshot()) {
      return;
    }
    long id = target.snapshotId();
    world.count("operator rollback");
    world.oracle.foreign(
        Foreign.OPERATOR, () -> world.table.plain().manageSnapshots().rollbackTo(id).commit());
  }

  /** {@code CREATE OR REPLACE}: main has no history any more. */
  void replace() {
    world.count("foreign replacement");
    world.oracle.foreign(Foreign.OPERATOR, world.table::replace);
  }

  /** Rows are staged, audited, and only then shown. */
  void stageAndPick() {
    DataFile file = newFile();
    Set<String> added = Set.of(file.location());
    Table table = world.table.plain();
    run(
        "staged append",
        added,
        Set.of(),
        () ->
            table
                .newFastAppend()
                .appendFile(file)
                .set("simulated.staged", file.location())
                .stageOnly()
                .commit());
    if (random.nextBoolean()) {
      append();
    }
    for (Snapshot snapshot : world.table.plain().snapshots()) {
      if (file.location().equals(snapshot.summary().get("simulated.staged"))) {
        run("cherry-pick", added, Set.of(), () -> pick(snapshot.snapshotId()));
      }
    }
  }

  /** A writer's commit is rolled back, and its rows come back without their token. */
  void pickWhatWasRolledBack() {
    TableMetadata metadata = world.table.metadata();
    Snapshot head = metadata.currentSnapshot();
    Long parentId = head == null ? null : head.parentId();
    if (head == null || parentId == null || metadata.snapshot(parentId) == null) {
      return;
    }
    Set<String> added = new HashSet<>(world.oracle.files(head.snapshotId()));
    added.removeAll(world.oracle.files(parentId));
    String stream = head.summary().get("firn.stream");
    // The rows of a stream that skips do not follow on what is below them: nobody could vouch.
    if (stream == null || stream.equals(SnapshotHistory.SKIPPING) || added.isEmpty()) {
      return;
    }
    world.oracle.foreign(
        Foreign.OPERATOR,
        () -> world.table.plain().manageSnapshots().rollbackTo(parentId).commit());
    append();
    run("cherry-pick of a writer's rows", added, Set.of(), () -> pick(head.snapshotId()));
  }

  private void pick(long snapshotId) {
    world.table.plain().manageSnapshots().cherrypick(snapshotId).commit();
  }

  /** The table is partitioned anew, or not any more. */
  void evolveSpec() {
    world.count("foreign spec change");
    world.oracle.foreign(
        Foreign.METADATA_ONLY,
        () -> {
          Table table = world.table.plain();
          UpdatePartitionSpec update = table.updateSpec();
          if (table.spec().isUnpartitioned()) {
            update.addField(Expressions.bucket("event", 2 + random.nextInt(3)));
          } else {
            table.spec().fields().forEach(field -> update.removeField(field.name()));
          }
          update.commit();
        });
  }

  void setProperty() {
    world.count("foreign property");
    world.oracle.foreign(
        Foreign.METADATA_ONLY,
        () ->
            world
                .table
                .plain()
                .updateProperties()
                .set("owner", "someone-" + random.nextInt(1000))
                .commit());
  }

  void addColumn() {
    world.count("foreign schema change");
    String name = "column_" + nextColumn++;
    world.oracle.foreign(
        Foreign.METADATA_ONLY,
        () -> world.table.plain().updateSchema().addColumn(name, Types.StringType.get()).commit());
  }

  void rewriteManifests() {
    if (world.table.metadata().currentSnapshot() != null) {
      run(
          "manifest rewrite",
          Set.of(),
          Set.of(),
          () ->
              world
                  .table
                  .plain()
                  .rewriteManifests()
                  .clusterBy(file -> "one")
                  .scanManifestsWith(SameThread.EXECUTOR)
                  .commit());
    }
  }

  private void run(String what, Set<String> added, Set<String> removed, Runnable work) {
    world.count("foreign " + what);
    world.oracle.foreign(new Foreign(added, removed, false), work);
  }

  private DataFile newFile() {
    return world.table.file(
        List.of(new EventRange(EventRange.FOREIGN, "", nextEvent, ++nextEvent)));
  }

  /** In an order that is the same in every run of a seed. */
  private List<DataFile> live() {
    List<DataFile> files = new ArrayList<>();
    for (FileScanTask task :
        world.table.plain().newScan().planWith(SameThread.EXECUTOR).planFiles()) {
      files.add(task.file().copyWithoutStats());
    }
    // By what is in them: some writers' files have random names.
    files.sort(
        Comparator.comparing((DataFile file) -> world.table.contents(file.location()).toString())
            .thenComparing(DataFile::location));
    return files;
  }

  private static Set<String> locations(List<DataFile> files) {
    return Set.copyOf(files.stream().map(DataFile::location).toList());
  }
}
