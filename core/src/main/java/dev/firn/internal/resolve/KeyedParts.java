package dev.firn.internal.resolve;

import dev.firn.internal.encode.FileNames;
import dev.firn.internal.keys.IndexMemory;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.RowNumbers;
import dev.firn.internal.keys.TableOrder;
import dev.firn.internal.keys.Tombstones;
import org.jspecify.annotations.Nullable;

/**
 * The parts that see to it that no key is lost. Not final, nor are they: the simulation of upserts
 * takes one safety away at a time, and must notice.
 */
class KeyedParts {

  /** What the index may take of the heap. */
  IndexMemory memory(long limitBytes) {
    return new IndexBudget(limitBytes);
  }

  /** The index, or one that stands in for it. */
  KeyIndex index(KeyIndex index) {
    return index;
  }

  KeyVersions versions(TableOrder order, RowNumbers rows, Tombstones tombstones) {
    return new KeyVersions(order, rows, tombstones);
  }

  Lineage lineage(RowIds ids, FileReading reading, FileNames names) {
    return new Lineage(ids, reading, names);
  }

  IndexedFiles files(
      KeyIndex index,
      FileReading reading,
      @Nullable KeyVersions versions,
      @Nullable Lineage lineage) {
    return new IndexedFiles(index, reading, versions, lineage);
  }
}
