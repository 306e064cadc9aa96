package dev.firn.internal.resolve;

import dev.firn.api.error.IndexFullException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.keys.RowLocation;
import dev.firn.internal.keys.RowNumbers;
import dev.firn.internal.scan.KeyScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetadataColumns;
import org.jspecify.annotations.Nullable;

/**
 * The ids of rows that are in the table. A row has the one that its file says in the column {@code
 * _row_id}; where that says nothing, or is not there, the one that its place gives it: the file's
 * first, and its position.
 *
 * <p>What columns say is read when a row of the file is asked for, and kept as long as there is
 * memory; files that were asked for longest ago are no better than others when it is short, so then
 * all go that are not needed now.
 *
 * <p>One thread at a time.
 *
 * <p>Source: the Iceberg spec, "Row Lineage".
 */
final class RowIds {

  /** Of a row that has none: the table was of an older format, and not written to since. */
  static final long NONE = RowNumbers.NONE;

  /** What the columns of files say. */
  private final RowNumbers said;

  private final FileReading reading;

  /** The segments of which it is known what their column says, or that they have none. */
  private final BitSet known = new BitSet();

  /** Those of them that have one. */
  private final BitSet withColumn = new BitSet();

  /** By segment, the id of its first row by place; of those that {@link #know} was called for. */
  private long[] first = new long[16];

  /** Segments whose ids are asked for. */
  private Set<Integer> needed = Set.of();

  RowIds(RowNumbers said, FileReading reading) {
    this.said = said;
    this.reading = reading;
  }

  /**
   * Sees that the ids of all rows of these segments are known, at once.
   *
   * @throws IndexFullException if there is no memory for all of them together
   * @throws StorageException if a file cannot be read
   */
  void know(Set<Integer> segments, TableFiles files) {
    needed = segments;
    List<Integer> unknown = new ArrayList<>();
    for (int segment : segments) {
      if (segment >= first.length) {
        first = Arrays.copyOf(first, Math.max(segment + 1, first.length * 3 / 2));
      }
      Long firstId = files.dataFile(segment).firstRowId();
      first[segment] = firstId == null ? NONE : firstId;
      if (!known.get(segment)) {
        unknown.add(segment);
      }
    }
    reading.eachSmall(
        unknown.size(),
        i -> {
          int segment = unknown.get(i);
          put(segment, read(files.dataFile(segment)));
        });
  }

  /** What the column of a file says; null if it has none. */
  private long @Nullable [] read(DataFile file) {
    try (KeyScan scan = reading.scan(file, List.of(MetadataColumns.ROW_ID))) {
      if (!scan.has(0)) {
        return null;
      }
      long[] ids = begin(file);
      boolean whole = false;
      try {
        while (scan.next()) {
          LongColumn column = (LongColumn) scan.columns().get(0);
          for (int i = 0; i < scan.rows(); i++) {
            ids[(int) scan.firstRow() + i] = column.isNull(i) ? NONE : column.values()[i];
          }
        }
        whole = true;
      } finally {
        if (!whole) {
          said.giveBack(ids);
        }
      }
      return ids;
    }
  }

  /**
   * An array for the ids of the rows of a file, which is charged until it is {@link #put} or {@link
   * #giveBack given back}. If memory is short, what is not needed now goes.
   *
   * @throws IndexFullException if even so there is none
   */
  synchronized long[] begin(DataFile file) {
    if (file.recordCount() > RowNumbers.MOST_ROWS) {
      throw new UnsupportedTableException(
          "The data file "
              + file.location()
              + " has "
              + file.recordCount()
              + " rows, and only "
              + RowNumbers.MOST_ROWS
              + " can keep their ids: rewrite it into smaller files, or use RowLineage.NEW.",
          file.location(),
          null);
    }
    long[] ids;
    try {
      ids = said.begin((int) file.recordCount());
    } catch (IndexFullException e) {
      forgetAllBut(needed);
      ids = said.begin((int) file.recordCount());
    }
    Arrays.fill(ids, NONE);
    return ids;
  }

  void giveBack(long[] ids) {
    said.giveBack(ids);
  }

  /** What the column of a file says, in an array that {@link #begin} gave; null if it has none. */
  synchronized void put(int segment, long @Nullable [] ids) {
    known.set(segment);
    withColumn.set(segment, ids != null);
    if (ids != null) {
      said.put(segment, ids);
    }
  }

  /** The id of the row at a location of a segment that is known. Hot. */
  long of(long location) {
    int segment = RowLocation.segment(location);
    long id = withColumn.get(segment) ? said.of(location) : NONE;
    if (id != NONE || first[segment] == NONE) {
      return id;
    }
    return first[segment] + RowLocation.position(location);
  }

  private void forgetAllBut(Set<Integer> segments) {
    for (int segment = withColumn.nextSetBit(0);
        segment >= 0;
        segment = withColumn.nextSetBit(segment + 1)) {
      if (!segments.contains(segment)) {
        drop(segment);
      }
    }
  }

  /** The segment's file has left the table. */
  void drop(int segment) {
    known.clear(segment);
    withColumn.clear(segment);
    said.drop(segment);
  }

  /** Forgets all but the arrays that were begun and not put. */
  void forgetRows() {
    for (int segment = known.nextSetBit(0); segment >= 0; segment = known.nextSetBit(segment + 1)) {
      said.drop(segment);
    }
    known.clear();
    withColumn.clear();
  }
}
