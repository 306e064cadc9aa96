package dev.firn.internal.ingest;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.CutKeys;
import dev.firn.internal.keys.IndexMemory;
import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.RowLocation;
import dev.firn.internal.resolve.KeyedTable;
import dev.firn.internal.resolve.StagedKeys;
import dev.firn.internal.stage.RowDeletes;
import dev.firn.internal.stage.StagedDeletes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one cut.
 *
 * @param upserts how they take the place of others
 * @param memory what the keys are charged to
 * @param files by number
 * @param equality the deletes of the keys; null if their rows are looked for in the table
 */
record KeyedCut(
    Upserts upserts,
    CutKeys keys,
    IndexMemory memory,
    List<CutFile> files,
    @Nullable EqualityCut equality) {

  /** The files of deletes that are to be sealed with the rows. */
  List<SealTask> deleteFiles() {
    return equality == null ? List.of() : equality.files();
  }

  /** Of the key, if the committer is to look for rows. */
  long fingerprint() {
    return equality == null ? upserts.key().fingerprint() : 0;
  }

  /**
   * Passes on which keys come with a stage: to the table, which will look for their rows, or as
   * deletes that go with the stage. All files are sealed. Once only.
   *
   * @param sealed the data files by number; null where none came about
   */
  StagedDeletes passOn(UUID stage, List<@Nullable DataFile> sealed) {
    StagedDeletes deletes = StagedDeletes.NONE;
    if (equality != null) {
      deletes = new StagedDeletes(equality.writerId(), equality.deletes(), superseded(sealed));
      keys.clear();
    } else if (upserts.table() != null) {
      expect(upserts.table(), stage, sealed);
    }
    return deletes;
  }

  private List<RowDeletes> superseded(List<@Nullable DataFile> sealed) {
    List<RowDeletes> deletes = new ArrayList<>();
    for (CutFile file : files) {
      DataFile written = sealed.get(file.number());
      DeletedRows rows = superseded(file);
      if (written != null && rows != null && !rows.isEmpty()) {
        deletes.add(new RowDeletes(written, rows, rows, List.of()));
      }
    }
    return deletes;
  }

  private @Nullable DeletedRows superseded(CutFile file) {
    DeletedRows rows = keys.superseded(file.number());
    return rows == null ? null : file.positions(rows);
  }

  private void expect(KeyedTable table, UUID stage, List<@Nullable DataFile> sealed) {
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
      superseded[file.number()] = superseded(file);
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
    if (upserts.table() != null) {
      upserts.table().forget(stage);
    }
    keys.clear();
  }
}
