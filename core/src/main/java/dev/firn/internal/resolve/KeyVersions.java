package dev.firn.internal.resolve;

import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.Liveness;
import dev.firn.internal.keys.Locations;
import dev.firn.internal.keys.RowLocation;
import dev.firn.internal.keys.RowNumbers;
import dev.firn.internal.keys.TableOrder;
import dev.firn.internal.keys.Tombstones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How new what a key has is, for tables with an order column.
 *
 * <p><strong>The rule.</strong> A key is as new as its newest row that is in the table, whoever
 * wrote it; without a row, as this writer's last delete of it. Versions of rows are facts of the
 * files, so nothing that others do to the table makes them wrong. A delete has no row to be looked
 * at, so it holds only as long as the snapshot that made it is known to be in the branch's history:
 * after a rollback no row is refused for the sake of a delete that did not happen.
 *
 * <p>One thread at a time, but for {@link #rows}. Not final: see {@link KeyedParts}.
 */
class KeyVersions {

  private static final Logger LOG = LoggerFactory.getLogger(KeyVersions.class);

  /** Instead of a segment: the file did not come in. */
  private static final int NOT_THERE = -1;

  private final TableOrder order;
  private final RowNumbers rows;
  private final Tombstones tombstones;

  /** The snapshot whose history has all deletes that are known; null for none. */
  private @Nullable Long deletesOf;

  KeyVersions(TableOrder order, RowNumbers rows, Tombstones tombstones) {
    this.order = order;
    this.rows = rows;
    this.tombstones = tombstones;
  }

  TableOrder order() {
    return order;
  }

  RowNumbers rows() {
    return rows;
  }

  Tombstones tombstones() {
    return tombstones;
  }

  /** Goes on with the deletes that another life has known at this snapshot. */
  void restored(long snapshotId) {
    deletesOf = snapshotId;
  }

  /**
   * The keys of {@code staged}, by number, that the table has something newer of.
   *
   * @param found where rows of these keys are, or were
   */
  BitSet late(StagedKeys staged, Locations found, Liveness liveness) {
    BitSet late = new BitSet();
    long[] versions = staged.versions();
    if (versions == null || staged.truncates()) {
      return late;
    }
    long[] newest = tombstones.find(staged.keys());
    BitSet withRow = new BitSet();
    for (int key = 0; key < versions.length; key++) {
      meet(key, found.byKey()[key], liveness, newest, withRow);
    }
    for (int i = 0; i < found.otherCount(); i++) {
      meet(found.otherKey(i), found.other(i), liveness, newest, withRow);
    }
    for (int key = 0; key < versions.length; key++) {
      late.set(key, versions[key] < newest[key]);
    }
    return late;
  }

  private void meet(int key, long location, Liveness liveness, long[] newest, BitSet withRow) {
    if (liveness.isLive(location)) {
      long version = rows.of(location);
      newest[key] = withRow.get(key) ? Math.max(newest[key], version) : version;
      withRow.set(key);
    }
  }

  /**
   * Sees that what comes with a commit can be put in when it has landed.
   *
   * @throws dev.firn.api.error.IndexFullException if there is no memory for it
   */
  void ensureRoom(StagedKeys staged) {
    KeyBatch deleted = staged.keys().withoutLocation(staged.locations());
    if (deleted.size() > 0) {
      tombstones.ensureRoom(deleted);
    }
    long count = 0;
    for (DataFile file : staged.files()) {
      count += file == null ? 0 : file.recordCount();
    }
    rows.ensureRoom(count); // last, for it takes nothing
  }

  /**
   * Puts in the versions of the rows that a commit has brought. Rows of its files that do not live
   * have none.
   *
   * @param segments of its files, by path
   */
  void putRows(StagedKeys staged, Map<String, Integer> segments) {
    int[] segmentOf = new int[staged.files().size()];
    List<long[]> ofFiles = new ArrayList<>();
    for (int number = 0; number < segmentOf.length; number++) {
      DataFile file = staged.files().get(number);
      segmentOf[number] =
          file == null ? NOT_THERE : segments.getOrDefault(file.location(), NOT_THERE);
      boolean there = file != null && segmentOf[number] != NOT_THERE;
      long[] ofFile = rows.begin(there ? (int) file.recordCount() : 0);
      Arrays.fill(ofFile, TableOrder.LOWEST);
      ofFiles.add(ofFile);
    }
    long[] versions = staged.versions();
    for (int key = 0; versions != null && key < versions.length; key++) {
      long location = staged.locations()[key];
      if (location != RowLocation.NONE) {
        long[] ofFile = ofFiles.get(RowLocation.segment(location));
        ofFile[(int) RowLocation.position(location)] = versions[key];
      }
    }
    for (int number = 0; number < segmentOf.length; number++) {
      if (segmentOf[number] != NOT_THERE) {
        rows.put(segmentOf[number], ofFiles.get(number));
      }
    }
  }

  /** Takes note of what a commit has deleted, for which there is room. */
  void putDeletes(StagedKeys staged, Snapshot snapshot) {
    if (staged.truncates()) {
      tombstones.clear();
    }
    long[] versions = staged.versions();
    if (versions != null) {
      BitSet deletes = new BitSet();
      for (int key = 0; key < versions.length; key++) {
        deletes.set(key, staged.locations()[key] == RowLocation.NONE);
      }
      long[] ofDeletes = deletes.stream().mapToLong(key -> versions[key]).toArray();
      if (ofDeletes.length > 0) {
        KeyBatch deleted = staged.keys().only(deletes);
        tombstones.ensureRoom(deleted);
        tombstones.put(deleted, ofDeletes);
      }
      deletes.flip(0, versions.length);
      if (!tombstones.isEmpty()) {
        tombstones.remove(staged.keys().only(deletes));
      }
    }
    deletesOf = snapshot.snapshotId();
  }

  /** The head is {@code snapshot} now: deletes that are not known to be in its history go. */
  void follow(@Nullable Snapshot snapshot, TableMetadata base) {
    if (!tombstones.isEmpty() && !isInHistory(snapshot, base)) {
      forgetDeletes(
          "snapshot "
              + deletesOf
              + " is not in the history of the table's branch, for it was rolled back or has"
              + " expired");
    }
    deletesOf = snapshot == null ? null : snapshot.snapshotId();
  }

  private boolean isInHistory(@Nullable Snapshot head, TableMetadata base) {
    Snapshot at = head;
    while (at != null && !Objects.equals(deletesOf, at.snapshotId())) {
      Long parent = at.parentId();
      if (Objects.equals(deletesOf, parent)) {
        return parent != null; // which need not be there any more
      }
      at = parent == null ? null : base.snapshot(parent);
    }
    return at != null;
  }

  /** Whether the deletes that are known are those of this very snapshot. */
  boolean isOf(@Nullable Snapshot snapshot) {
    return snapshot != null && Objects.equals(deletesOf, snapshot.snapshotId());
  }

  /** Which deletes count cannot be told, for this reason: none does. */
  void forgetDeletes(String why) {
    if (!tombstones.isEmpty()) {
      LOG.warn(
          "{} deleted keys are forgotten, and older rows of theirs are taken again: {}",
          tombstones.count(),
          why);
      tombstones.clear();
    }
  }

  /** Everything about rows is read again. */
  void forgetRows() {
    rows.clear();
  }

  /** Forgets all, and gives the memory back. Harmless twice. */
  void clear() {
    rows.clear();
    tombstones.clear();
  }
}
