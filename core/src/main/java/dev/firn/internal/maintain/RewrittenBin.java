package dev.firn.internal.maintain;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.resolve.LiveFiles;
import dev.firn.internal.stage.RowDeletes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.jspecify.annotations.Nullable;

/**
 * New files with the live rows of old ones, in their order. So where a row has gone is its rank: as
 * many rows as lived before it, when the old files were read. That is how rows that others have
 * deleted since are found in the new files.
 *
 * @param sources the old files, in order
 * @param outputs the new ones, in order; none if no row lived
 */
record RewrittenBin(List<Source> sources, List<DataFile> outputs) {

  /**
   * An old file.
   *
   * @param deleted the rows that were deleted when it was read
   * @param firstRank the rank of its first live row in the bin
   */
  record Source(DataFile file, DeletedRows deleted, long firstRank) {

    long liveRows() {
      return file.recordCount() - deleted.count();
    }

    private long rank(long position) {
      return firstRank + position - deleted.countBefore(position);
    }
  }

  /**
   * What a commit on the snapshot of {@code files} is to do.
   *
   * @param deletes the delete files that go with the old files
   * @param deleted the rows of new files that are deleted in that snapshot
   */
  record Forwarded(List<DeleteFile> deletes, List<RowDeletes> deleted) {}

  /** Null if the new files cannot stand in for the old ones in that snapshot. */
  @Nullable Forwarded on(LiveFiles files) {
    List<DeleteFile> deletes = new ArrayList<>();
    DeletedRows ranks = new DeletedRows();
    for (Source source : sources) {
      String path = source.file.location();
      if (!files.has(path)) {
        return null;
      }
      DeletedRows now = files.deleted(path);
      if (!source.deleted.without(now).isEmpty()) {
        return null; // rows have come back
      }
      deletes.addAll(files.deletesOf(path));
      now.without(source.deleted).forEach(position -> ranks.add(source.rank(position)));
    }
    boolean refused = !ranks.isEmpty() && deletes.isEmpty(); // by Iceberg, see Rewrite
    return refused ? null : new Forwarded(deletes, deletesOf(ranks));
  }

  private List<RowDeletes> deletesOf(DeletedRows ranks) {
    Map<Integer, DeletedRows> byOutput = new LinkedHashMap<>();
    long[] ends = new long[outputs.size()];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += outputs.get(i).recordCount();
      ends[i] = end;
    }
    int[] output = {0};
    ranks.forEach(
        rank -> {
          while (rank >= ends[output[0]]) {
            output[0]++;
          }
          long first = output[0] == 0 ? 0 : ends[output[0] - 1];
          byOutput.computeIfAbsent(output[0], i -> new DeletedRows()).add(rank - first);
        });
    List<RowDeletes> deletes = new ArrayList<>();
    byOutput.forEach(
        (i, rows) -> deletes.add(new RowDeletes(outputs.get(i), rows, rows, List.of())));
    return deletes;
  }

  long rows() {
    return outputs.stream().mapToLong(DataFile::recordCount).sum();
  }
}
