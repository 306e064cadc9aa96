package dev.firn.internal.resolve;

import dev.firn.internal.encode.FileNames;
import dev.firn.internal.encode.GivenUpFile;
import dev.firn.internal.encode.RowIdFile;
import dev.firn.internal.keys.RowLocation;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.TableMetadata;

/**
 * Rows that keep their ids when others take their place.
 *
 * <p>Which ids those are is true of one snapshot only, like all that a commit replaces: another
 * engine may have given a key's row to another key meanwhile, and no two rows may have one id. So
 * files are sealed without, and those that need ids are written once more when the commit is
 * resolved; for another base that gives the same ids what was written is used again.
 *
 * <p>One thread at a time. Not final: see {@link KeyedParts}.
 */
class Lineage {

  private final RowIds ids;
  private final FileReading reading;
  private final FileNames names;

  /** What was written for the commit at hand, by location of the staged file. */
  private Map<String, Rewritten> rewritten = new HashMap<>();

  /**
   * A staged file with ids.
   *
   * @param ids of its rows, in memory that {@link RowIds} has asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // one long a row
  private record Rewritten(long[] ids, DataFile file) {}

  Lineage(RowIds ids, FileReading reading, FileNames names) {
    this.ids = ids;
    this.reading = reading;
    this.names = names;
  }

  /**
   * Writes the files of {@code staged} once more whose rows take the place of others.
   *
   * @param replaced of each key, where the row is whose place its own takes; {@link
   *     RowLocation#NONE} for none
   * @param late keys whose rows do not come in
   * @return the files that stand in for staged ones, by the location of these
   * @throws dev.firn.api.error.FirnException if ids cannot be read, kept or written; what was
   *     written is kept for the next call
   */
  Map<String, DataFile> preserve(
      StagedKeys staged, BitSet late, long[] replaced, TableFiles files, TableMetadata base) {
    IdentityHashMap<DataFile, long[]> wanted = wanted(staged, late, replaced, files);
    Map<String, Rewritten> before = rewritten;
    rewritten = new HashMap<>();
    wanted
        .entrySet()
        .removeIf(
            each -> {
              Rewritten known = before.get(each.getKey().location());
              if (known == null || !Arrays.equals(known.ids, each.getValue())) {
                return false;
              }
              rewritten.put(each.getKey().location(), known);
              before.remove(each.getKey().location());
              ids.giveBack(each.getValue());
              return true;
            });
    before.values().forEach(each -> ids.giveBack(each.ids));
    write(wanted, base);
    Map<String, DataFile> standIns = new HashMap<>();
    rewritten.forEach((location, each) -> standIns.put(location, each.file));
    return standIns;
  }

  /**
   * By staged file, the ids that its rows are to have; files whose rows are all new are not in it.
   */
  private IdentityHashMap<DataFile, long[]> wanted(
      StagedKeys staged, BitSet late, long[] replaced, TableFiles files) {
    BitSet keeping = new BitSet();
    Set<Integer> segments = new HashSet<>();
    for (int key = late.nextClearBit(0); key < replaced.length; key = late.nextClearBit(key + 1)) {
      if (replaced[key] != RowLocation.NONE && staged.locations()[key] != RowLocation.NONE) {
        keeping.set(key);
        segments.add(RowLocation.segment(replaced[key]));
      }
    }
    ids.know(segments, files);
    IdentityHashMap<DataFile, long[]> wanted = new IdentityHashMap<>();
    try {
      for (int key = keeping.nextSetBit(0); key >= 0; key = keeping.nextSetBit(key + 1)) {
        long id = ids.of(replaced[key]);
        DataFile file = staged.files().get(RowLocation.segment(staged.locations()[key]));
        if (id != RowIds.NONE && file != null) {
          wanted
                  .computeIfAbsent(file, ids::begin)[
                  (int) RowLocation.position(staged.locations()[key])] =
              id;
        }
      }
    } catch (RuntimeException | Error e) {
      wanted.values().forEach(ids::giveBack);
      throw e;
    }
    return wanted;
  }

  private void write(IdentityHashMap<DataFile, long[]> wanted, TableMetadata base) {
    if (wanted.isEmpty()) {
      return;
    }
    RowIdFile writer = new RowIdFile(base.specsById(), base.properties(), reading.io(), names);
    List<DataFile> files = List.copyOf(wanted.keySet());
    try {
      reading.eachSmall(
          files.size(),
          i -> {
            DataFile file = files.get(i);
            long[] ofRows = Objects.requireNonNull(wanted.get(file));
            DataFile with = writer.write(file, ofRows);
            synchronized (wanted) {
              rewritten.put(file.location(), new Rewritten(ofRows, with));
            }
          });
    } finally {
      files.stream()
          .filter(file -> !rewritten.containsKey(file.location()))
          .forEach(file -> ids.giveBack(Objects.requireNonNull(wanted.get(file))));
    }
  }

  /**
   * The commit has landed: takes note of the ids that its rows have, and deletes the files that
   * others stand in for.
   *
   * @param segments of the commit's files, by path
   */
  void landed(Map<String, Integer> segments) {
    Map<String, long[]> byPath = new HashMap<>();
    rewritten.values().forEach(each -> byPath.put(each.file.location(), each.ids));
    List<String> staged = List.copyOf(rewritten.keySet());
    rewritten = new HashMap<>();
    segments.forEach((path, segment) -> ids.put(segment, byPath.remove(path)));
    byPath.values().forEach(ids::giveBack); // of files whose rows are all gone
    reading.eachSmall(staged.size(), i -> GivenUpFile.delete(reading.io(), staged.get(i)));
  }

  /** There will be no such commit, or it is not known what it has become. */
  void forgetCommit() {
    rewritten.values().forEach(each -> ids.giveBack(each.ids));
    rewritten = new HashMap<>();
  }

  /** The segment's file has left the table. */
  void drop(int segment) {
    ids.drop(segment);
  }

  /** Everything about rows of the table is read again. */
  void forgetRows() {
    ids.forgetRows();
  }

  /** Forgets all, and gives the memory back. Harmless twice. */
  void clear() {
    forgetCommit();
    ids.forgetRows();
  }
}
