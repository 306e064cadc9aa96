package dev.firn.internal.ingest;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.CutKeys;
import dev.firn.internal.keys.IndexMemory;
import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.RowLocation;
import dev.firn.internal.resolve.KeyedTable;
import dev.firn.internal.resolve.StagedKeys;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one cut.
 *
 * @param table who will be asked what they replace
 * @param memory what the keys are charged to
 * @param files by number
 */
record KeyedCut(KeyedTable table, CutKeys keys, IndexMemory memory, List<CutFile> files) {

  /**
   * Tells the table which keys come with a stage; all files are sealed. Once only.
   *
   * @param sealed the data files by number; null where none came about
   */
  void expect(UUID stage, List<@Nullable DataFile> sealed) {
    KeyBatch batch = new KeyBatch();
    CutKeys.Last last = keys.last(batch);
    long[] locations = last.places();
    long[] versions = last.versions();
    for (int i = 0; i < batch.size(); i++) {
      long place = locations[i];
      if (place != RowLocation.NONE) {
        int file = RowLocation.segment(place);
        long position = files.get(file).position(RowLocation.position(place));
        locations[i] = RowLocation.of(file, position);
      }
    }
    @Nullable DeletedRows[] superseded = new DeletedRows[files.size()];
    for (CutFile file : files) {
      DeletedRows rows = keys.superseded(file.number());
      superseded[file.number()] = rows == null ? null : file.positions(rows);
    }
    boolean truncates = keys.truncates();
    long late = keys.late();
    keys.clear();
    int longs = locations.length + (versions == null ? 0 : versions.length);
    long bytes = batch.heapBytes() + (long) longs * Long.BYTES;
    memory.charge(bytes);
    table.expect(
        stage,
        new StagedKeys(
            batch,
            locations,
            versions,
            truncates,
            sealed,
            Arrays.asList(superseded),
            late,
            () -> memory.release(bytes)));
  }

  /** Forgets them: the cut will not be committed. */
  void drop(UUID stage) {
    table.forget(stage);
    keys.clear();
  }
}
