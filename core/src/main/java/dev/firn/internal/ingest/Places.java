package dev.firn.internal.ingest;

import dev.firn.internal.keys.RowLocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which place in which file each row gets, for rows that have a key. Files are numbered as they are
 * begun, from 0 in every cut. Hot.
 */
final class Places {

  private static final int NONE = -1;

  private List<CutFile> files = new ArrayList<>();

  /** By ordinal of partition, the number of the file that is open, and its rows so far. */
  private int[] open = {};

  private long[] rows = {};

  private long[] last = {};

  /** Gives places to rows of one partition. */
  void place(int count) {
    last = new long[count];
    for (int i = 0; i < count; i++) {
      last[i] = next(0);
    }
  }

  /** Gives places to rows, of which each is of the partition {@code ordinals[i]}. */
  void place(int count, int[] ordinals) {
    last = new long[count];
    for (int i = 0; i < count; i++) {
      last[i] = next(ordinals[i]);
    }
  }

  private long next(int ordinal) {
    if (ordinal >= open.length) {
      int before = open.length;
      open = Arrays.copyOf(open, Math.max(ordinal + 1, 2 * before));
      rows = Arrays.copyOf(rows, open.length);
      Arrays.fill(open, before, open.length, NONE);
    }
    if (open[ordinal] == NONE) {
      open[ordinal] = files.size();
      rows[ordinal] = 0;
      files.add(new CutFile(files.size()));
    }
    return RowLocation.of(open[ordinal], rows[ordinal]++);
  }

  /** The places of the rows that came last. */
  long[] last() {
    return last;
  }

  /** The file of a partition with rows is sealed: those that come now go into another. */
  CutFile seal(int ordinal) {
    CutFile file = files.get(open[ordinal]);
    open[ordinal] = NONE;
    return file;
  }

  /** The files so far, by number; the next one is of a new cut. */
  List<CutFile> cut() {
    List<CutFile> all = files;
    files = new ArrayList<>();
    Arrays.fill(open, NONE);
    return all;
  }
}
