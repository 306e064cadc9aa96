package dev.firn.internal.resolve;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.RowLocation;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one staged commit.
 *
 * @param keys each key once
 * @param locations of each key's row: the number of its file in {@code files}, and its position in
 *     it; {@link dev.firn.internal.keys.RowLocation#NONE} for a key that is to have no row
 * @param versions of each key's row, or of its delete; null without an order column, and perhaps if
 *     there are no keys
 * @param truncates whether all keys that are not among these are to have no row
 * @param files the sealed files by number; null where none came about
 * @param superseded by file, the rows in it that are not the one that counts of their key; null for
 *     none
 * @param late rows and deletes that came after newer ones of their key, and are not among these
 * @param release gives back the memory that the keys have taken
 */
@SuppressWarnings("ArrayRecordComponent") // one long a row, never compared and never changed
public record StagedKeys(
    KeyBatch keys,
    long[] locations,
    long @Nullable [] versions,
    boolean truncates,
    List<@Nullable DataFile> files,
    List<@Nullable DeletedRows> superseded,
    long late,
    Runnable release) {

  /** These without some keys: their rows are superseded, and they change nothing. */
  StagedKeys without(BitSet keysByNumber) {
    if (keysByNumber.isEmpty()) {
      return this;
    }
    List<@Nullable DeletedRows> gone = new ArrayList<>();
    superseded.forEach(rows -> gone.add(rows == null ? null : rows.copy()));
    keysByNumber.stream().forEach(key -> supersede(locations[key], gone));
    BitSet others = new BitSet();
    others.set(0, keys.size());
    others.andNot(keysByNumber);
    return new StagedKeys(
        keys.only(others),
        others.stream().mapToLong(key -> locations[key]).toArray(),
        versions == null ? null : others.stream().mapToLong(key -> versions[key]).toArray(),
        truncates,
        files,
        gone,
        late + keysByNumber.cardinality(),
        release);
  }

  /**
   * These with other files of the same rows.
   *
   * @param standIns by the location of the file that each stands in for
   */
  StagedKeys with(Map<String, DataFile> standIns) {
    if (standIns.isEmpty()) {
      return this;
    }
    List<@Nullable DataFile> others = new ArrayList<>();
    files.forEach(
        file -> others.add(file == null ? null : standIns.getOrDefault(file.location(), file)));
    return new StagedKeys(keys, locations, versions, truncates, others, superseded, late, release);
  }

  /** Adds the row at {@code location}, if it is one, to those of its file. */
  static void supersede(long location, List<@Nullable DeletedRows> byFile) {
    if (location == RowLocation.NONE) {
      return;
    }
    int file = RowLocation.segment(location);
    DeletedRows rows = byFile.get(file);
    if (rows == null) {
      rows = new DeletedRows();
      byFile.set(file, rows);
    }
    rows.add(RowLocation.position(location));
  }
}
