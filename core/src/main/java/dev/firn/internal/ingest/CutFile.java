package dev.firn.internal.ingest;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.convert.SortKeys;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a file are whose keys are known: a row gets its place when it comes, but where
 * it ends up depends on the rows that wait with it until the file is sealed. They may be sorted
 * then, and those that are superseded are left out.
 *
 * <p>Sealed by one thread, and asked afterwards.
 */
final class CutFile {

  private static final int LEFT_OUT = -1;

  private final int number;
  private long firstWaiting;
  private @Nullable DeletedRows superseded;

  /** By place among the rows that wait, the place that they have in the end; null if the same. */
  private int @Nullable [] ends;

  CutFile(int number) {
    this.number = number;
  }

  /** Its number in the cut. */
  int number() {
    return number;
  }

  /**
   * From now on it is being sealed.
   *
   * @param encodedRows rows that are in it already
   * @param supersededRows those of its rows that need not be written; null for none
   */
  void seal(long encodedRows, @Nullable DeletedRows supersededRows) {
    firstWaiting = encodedRows;
    superseded = supersededRows == null ? null : supersededRows.copy();
  }

  /** The order in which the rows that wait are to be written; null for as they came. */
  int @Nullable [] order(RowBatch waiting, @Nullable SortKeys sort) {
    int[] order = sort == null ? null : sort.order(waiting);
    DeletedRows leftOut = superseded;
    if (leftOut != null && !leftOut.isEmpty()) {
      int[] all = order == null ? IntStream.range(0, waiting.rows()).toArray() : order;
      order = Arrays.stream(all).filter(row -> !leftOut.contains(firstWaiting + row)).toArray();
    }
    if (order != null) {
      int[] end = new int[waiting.rows()];
      Arrays.fill(end, LEFT_OUT);
      for (int i = 0; i < order.length; i++) {
        end[order[i]] = i;
      }
      ends = end;
    }
    return order;
  }

  /** Where the row with this place is in the sealed file; negative if it was left out. */
  long position(long place) {
    int[] end = ends;
    if (end == null || place < firstWaiting) {
      return place;
    }
    int position = end[(int) (place - firstWaiting)];
    return position == LEFT_OUT ? LEFT_OUT : firstWaiting + position;
  }

  /** Those of {@code rows} that are in the sealed file, by their positions in it. */
  DeletedRows positions(DeletedRows rows) {
    DeletedRows positions = new DeletedRows();
    rows.forEach(
        place -> {
          long position = position(place);
          if (position != LEFT_OUT) {
            positions.add(position);
          }
        });
    return positions;
  }
}
