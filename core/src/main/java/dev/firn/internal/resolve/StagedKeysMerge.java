package dev.firn.internal.resolve;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.KeyDefinition;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.Locations;
import dev.firn.internal.keys.MemoryIndex;
import dev.firn.internal.keys.RowLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * Several staged commits that become one: of a key that more than one of them has, the last counts,
 * or, where they have versions, of those with the highest the last.
 */
final class StagedKeysMerge {

  private StagedKeysMerge() {}

  /** {@code staged} as one, in this order. */
  static StagedKeys of(List<StagedKeys> staged, KeyDefinition definition) {
    if (staged.size() == 1) {
      return staged.get(0);
    }
    IndexBudget memory = new IndexBudget(Long.MAX_VALUE); // of the commit, for moments
    MemoryIndex latest = new MemoryIndex(definition.keyClass(), memory);
    List<@Nullable DataFile> files = new ArrayList<>();
    List<@Nullable DeletedRows> superseded = new ArrayList<>();
    // An entry is the number of a row to be found in rows: a key that is to have no row has one
    // too.
    List<long[]> rows = new ArrayList<>();
    List<long @Nullable []> versions = new ArrayList<>();
    long late = 0;
    Locations earlier = new Locations();
    boolean truncates = false;
    for (StagedKeys each : staged) {
      int firstFile = files.size();
      if (each.truncates()) {
        truncates = true;
        latest.clear();
        deleteAll(files, superseded);
        late = 0;
      }
      files.addAll(each.files());
      each.superseded().forEach(deleted -> superseded.add(deleted == null ? null : deleted.copy()));
      long[] row = new long[each.keys().size()];
      long[] numbers = new long[row.length];
      for (int i = 0; i < row.length; i++) {
        long location = each.locations()[i];
        row[i] =
            location == RowLocation.NONE
                ? location
                : RowLocation.of(
                    firstFile + RowLocation.segment(location), RowLocation.position(location));
        numbers[i] = RowLocation.of(rows.size(), i);
      }
      rows.add(row);
      versions.add(each.versions());
      earlier.begin(each.keys());
      latest.put(each.keys(), numbers, 0, KeyIndex.SHARDS, earlier);
      int lateHere = 0;
      for (int i = 0; i < row.length; i++) {
        long number = earlier.byKey()[i];
        if (number == RowLocation.NONE) {
          continue;
        }
        if (isOlder(numbers[i], number, versions)) {
          StagedKeys.supersede(row[i], superseded);
          numbers[i] = number;
          lateHere++;
        } else {
          StagedKeys.supersede(row(rows, number), superseded);
        }
      }
      if (lateHere > 0) {
        earlier.begin(each.keys());
        latest.put(each.keys(), numbers, 0, KeyIndex.SHARDS, earlier);
      }
      late += each.late() + lateHere;
    }
    KeyBatch keys = new KeyBatch();
    long[] locations = latest.copyTo(keys, new long[0]);
    boolean ordered = versions.stream().anyMatch(Objects::nonNull);
    long[] ofKeys = ordered ? new long[keys.size()] : null;
    for (int i = 0; i < keys.size(); i++) {
      if (ofKeys != null) {
        ofKeys[i] = version(versions, locations[i]);
      }
      locations[i] = row(rows, locations[i]);
    }
    return new StagedKeys(keys, locations, ofKeys, truncates, files, superseded, late, () -> {});
  }

  /** Whether the row with a number has a lower version than another. */
  private static boolean isOlder(long number, long other, List<long @Nullable []> versions) {
    return versions.get(RowLocation.segment(number)) != null
        && version(versions, number) < version(versions, other);
  }

  private static long version(List<long @Nullable []> versions, long number) {
    long[] ofStage = Objects.requireNonNull(versions.get(RowLocation.segment(number)));
    return ofStage[(int) RowLocation.position(number)];
  }

  private static long row(List<long[]> rows, long number) {
    return rows.get(RowLocation.segment(number))[(int) RowLocation.position(number)];
  }

  private static void deleteAll(
      List<@Nullable DataFile> files, List<@Nullable DeletedRows> superseded) {
    for (int i = 0; i < files.size(); i++) {
      DataFile file = files.get(i);
      superseded.set(i, file == null ? null : DeletedRows.first(file.recordCount()));
    }
  }
}
