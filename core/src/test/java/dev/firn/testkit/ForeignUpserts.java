package dev.firn.testkit;

import dev.firn.testkit.ForeignFiles.Doomed;
import dev.firn.testkit.KeyedReader.LiveFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * Other engines and operators on an upserted table. They append keys that are there already,
 * compact, delete and rewrite rows, roll back, expire, and change what the table is, by plain
 * Iceberg and without faults in their catalog.
 */
final class ForeignUpserts {

  private static final int DEEPEST_ROLLBACK = 4;
  private static final int MOST_BRANCHES = 2;

  private final UpsertWorld world;
  private final Random random;
  private final KeyedReader reader;
  private final ForeignFiles files;
  private long lastEvent;
  private int columns;
  private int branches;

  ForeignUpserts(UpsertWorld world) {
    this.world = world;
    this.random = world.random;
    this.reader = new KeyedReader(world.table.shape(), world.table.io());
    this.files = new ForeignFiles(world.table.shape(), reader);
  }

  /** Something that readers see. */
  void changeRows() {
    world.oracle.foreign(this::changeAnyRows);
  }

  private void changeAnyRows() {
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> append();
      case 4, 5 -> compact();
      case 6, 7, 8 -> deleteRows();
      case 9 -> deleteFile();
      default -> copyOnWrite();
    }
  }

  /** Something about the table itself. */
  void changeTable() {
    world.oracle.foreign(this::changeAnything);
  }

  private void changeAnything() {
    switch (random.nextInt(12)) {
      case 0, 1 -> addColumn();
      case 2, 3 -> evolveSpec();
      case 4, 5, 6 -> rewriteManifests();
      case 7, 8 -> branch();
      case 9 -> upgrade();
      default -> setProperty();
    }
  }

  /** Rows of any keys, some of them there already, and some perhaps twice. */
  private void append() {
    Table table = world.table.plain();
    List<KeyedRow> rows = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      rows.add(newRow(random.nextInt(world.table.shape().keys())));
    }
    List<DataFile> added = files.write(table, rows);
    AppendFiles append = random.nextBoolean() ? table.newAppend() : table.newFastAppend();
    added.forEach(append::appendFile);
    commit("append", append);
  }

  private KeyedRow newRow(int key) {
    return new KeyedRow(key, random.nextInt(KeyedShape.REGIONS), --lastEvent);
  }

  /** The rows that live in some files move into others, and the deletes of those go. */
  private void compact() {
    Table table = world.table.plain();
    List<LiveFile> live = reader.files(table);
    if (live.size() < 2) {
      return;
    }
    int from = random.nextInt(live.size() - 1);
    List<LiveFile> old = live.subList(from, Math.min(live.size(), from + 2 + random.nextInt(6)));
    List<KeyedRow> rows = new ArrayList<>();
    old.forEach(file -> rows.addAll(file.liveRows()));
    List<DataFile> compacted = files.write(table, rows);
    RewriteFiles rewrite = table.newRewrite();
    rewrite.validateFromSnapshot(table.currentSnapshot().snapshotId());
    old.forEach(
        file -> {
          rewrite.deleteFile(file.file());
          ownDeletes(file).forEach(rewrite::deleteFile);
        });
    compacted.forEach(rewrite::addFile);
    commit("compaction", rewrite);
  }

  /** Delete files that speak of this file alone. */
  private static List<DeleteFile> ownDeletes(LiveFile file) {
    return file.deletes().stream()
        .filter(delete -> ContentFileUtil.referencedDataFileLocation(delete) != null)
        .toList();
  }

  /** A few rows of a few files. */
  private void deleteRows() {
    Table table = world.table.plain();
    List<Doomed> doomed = new ArrayList<>();
    List<LiveFile> live = new ArrayList<>(reader.files(table));
    for (int i = random.nextInt(3); i >= 0 && !live.isEmpty(); i--) {
      LiveFile file = live.remove(random.nextInt(live.size()));
      List<Long> positions = someOf(file.rows().size());
      doomed.add(new Doomed(file, positions));
    }
    if (doomed.isEmpty()) {
      return;
    }
    RowDelta delta = table.newRowDelta();
    delta.validateFromSnapshot(table.currentSnapshot().snapshotId());
    if (version(table) > 2) {
      boolean together = world.table.isGuarded() && random.nextBoolean();
      DeleteWriteResult vectors = files.vectors(table, doomed, together);
      vectors.deleteFiles().forEach(delta::addDeletes);
      vectors.rewrittenDeleteFiles().forEach(delta::removeDeletes);
      commit("delete by vector", delta);
    } else {
      positionDeletes(table, doomed).forEach(delta::addDeletes);
      commit("delete by position", delta);
    }
  }

  /** One file for all of a partition, or one for each data file. */
  private List<DeleteFile> positionDeletes(Table table, List<Doomed> doomed) {
    List<List<Doomed>> groups = new ArrayList<>();
    boolean together = random.nextBoolean();
    for (Doomed one : doomed) {
      List<Doomed> group =
          groups.stream()
              .filter(others -> together && samePartition(one, others.get(0)))
              .findFirst()
              .orElseGet(
                  () -> {
                    groups.add(new ArrayList<>());
                    return groups.get(groups.size() - 1);
                  });
      group.add(one);
    }
    return groups.stream().map(group -> files.positionDeletes(table, group)).toList();
  }

  private static boolean samePartition(Doomed one, Doomed other) {
    DataFile a = one.file().file();
    DataFile b = other.file().file();
    return a.specId() == b.specId() && a.partition().toString().equals(b.partition().toString());
  }

  private List<Long> someOf(int rows) {
    List<Long> positions = new ArrayList<>();
    long sure = random.nextInt(rows);
    for (long at = 0; at < rows; at++) {
      if (at == sure || random.nextInt(4) == 0) {
        positions.add(at);
      }
    }
    return positions;
  }

  private void deleteFile() {
    Table table = world.table.plain();
    List<LiveFile> live = reader.files(table);
    if (!live.isEmpty()) {
      LiveFile file = live.get(random.nextInt(live.size()));
      commit("delete of a file", table.newDelete().deleteFile(file.file()));
    }
  }

  /** A file is written anew: some of its rows are others now, and some are gone. */
  private void copyOnWrite() {
    Table table = world.table.plain();
    List<LiveFile> live = reader.files(table);
    if (live.isEmpty()) {
      return;
    }
    LiveFile old = live.get(random.nextInt(live.size()));
    List<KeyedRow> rows = new ArrayList<>();
    for (KeyedRow row : old.liveRows()) {
      switch (random.nextInt(4)) {
        case 0 -> rows.add(newRow(row.key()));
        case 1 -> {} // gone
        default -> rows.add(row);
      }
    }
    OverwriteFiles overwrite = table.newOverwrite().deleteFile(old.file());
    files.write(table, rows).forEach(overwrite::addFile);
    commit("copy on write", overwrite);
  }

  private static int version(Table table) {
    return ((HasTableOperations) table).operations().current().formatVersion();
  }

  private <T extends SnapshotUpdate<T>> void commit(String what, T update) {
    update.scanManifestsWith(SameThread.EXECUTOR);
    update.writeManifestsWith(SameThread.EXECUTOR, 1);
    world.count("foreign " + what);
    update.commit();
  }

  private void run(String what, Runnable work) {
    world.count("foreign " + what);
    world.oracle.foreign(work);
  }

  /** Keeps one to eight snapshots, whatever their age: the hardest that an operator may ask. */
  void expire() {
    int kept = 1 + random.nextInt(8);
    run(
        "expiry",
        () ->
            world
                .table
                .plain()
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
    run("rollback", () -> world.table.plain().manageSnapshots().rollbackTo(id).commit());
  }

  private void rewriteManifests() {
    if (world.table.metadata().currentSnapshot() != null) {
      world.count("foreign manifest rewrite");
      world
          .table
          .plain()
          .rewriteManifests()
          .clusterBy(file -> "one")
          .scanManifestsWith(SameThread.EXECUTOR)
          .commit();
    }
  }

  private void addColumn() {
    world.count("foreign schema change");
    String name = "column_" + columns++;
    world.table.plain().updateSchema().addColumn(name, Types.StringType.get()).commit();
  }

  /** The table is partitioned by region, or not any more; a bucket of its key stays. */
  private void evolveSpec() {
    world.count("foreign spec change");
    Table table = world.table.plain();
    UpdatePartitionSpec update = table.updateSpec();
    if (table.spec().fields().stream().anyMatch(field -> field.name().equals("region"))) {
      update.removeField("region");
    } else {
      update.addField(Expressions.ref("region"));
    }
    update.commit();
  }

  /** Pins what there is, and keeps Iceberg's expiry from its short cut. */
  private void branch() {
    Snapshot head = world.table.metadata().currentSnapshot();
    if (head != null && branches < MOST_BRANCHES) {
      world.count("foreign branch");
      String name = "side_" + branches++;
      world.table.plain().manageSnapshots().createBranch(name, head.snapshotId()).commit();
    }
  }

  /** To format version 3, once. */
  private void upgrade() {
    if (version(world.table.plain()) == 2) {
      world.count("foreign upgrade");
      set("format-version", "3");
    }
  }

  private void setProperty() {
    world.count("foreign property");
    set("owner", "someone-" + random.nextInt(1000));
  }

  private void set(String property, String value) {
    world.table.plain().updateProperties().set(property, value).commit();
  }
}
