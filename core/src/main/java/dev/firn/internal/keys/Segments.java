package dev.firn.internal.keys;

import dev.firn.internal.buffer.DeletedRows;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the numbers in a {@link RowLocation} stand for. A segment is a batch of rows until it is
 * sealed, and a file afterwards, under the same number: sealing moves no entry. It lives until its
 * file leaves the table. Numbers are not used again, so that entries of a dead segment stay dead: a
 * file that comes back, after a rollback say, gets a new number.
 *
 * <p>Not thread-safe: one thread changes it, and others read only while it does not.
 */
public final class Segments implements Liveness {

  private final Map<String, Integer> liveByPath = new HashMap<>();
  private final BitSet live = new BitSet();
  private @Nullable String[] paths = new String[16];
  private long[] rows = new long[16];
  private long[] deadRows = new long[16];
  private @Nullable DeletedRows[] deleted = new DeletedRows[16];
  private int size;
  private long liveRows;

  /** A new segment of rows that are in no file yet. */
  public int begin() {
    if (size > RowLocation.MAX_SEGMENT) {
      throw new IllegalStateException(
          "all " + size + " numbers of segments are used up; build the index anew");
    }
    if (size == paths.length) {
      int capacity = size + (size >> 1);
      paths = Arrays.copyOf(paths, capacity);
      rows = Arrays.copyOf(rows, capacity);
      deadRows = Arrays.copyOf(deadRows, capacity);
      deleted = Arrays.copyOf(deleted, capacity);
    }
    live.set(size);
    return size++;
  }

  /** The rows of {@code segment} are a file now. */
  public void seal(int segment, String path, long rowsInFile) {
    requireLive(segment);
    if (paths[segment] != null || liveByPath.putIfAbsent(path, segment) != null) {
      throw new IllegalStateException(
          "segment " + segment + " or the file " + path + " is sealed already");
    }
    paths[segment] = path;
    rows[segment] = rowsInFile;
    liveRows += rowsInFile - deadRows[segment];
  }

  /** A new segment for a file that is there. */
  public int add(String path, long rowsInFile) {
    int segment = begin();
    seal(segment, path, rowsInFile);
    return segment;
  }

  /**
   * Sets which rows of a live segment are deleted, null for none. They are kept, not copied: who
   * deletes more sets them again, so that they are counted.
   */
  public void deletedRows(int segment, @Nullable DeletedRows rowsDeleted) {
    requireLive(segment);
    long count = rowsDeleted == null ? 0 : rowsDeleted.count();
    if (paths[segment] != null) {
      if (count > rows[segment]) {
        throw new IllegalArgumentException(
            count + " rows of " + paths[segment] + " cannot be deleted, it has " + rows[segment]);
      }
      liveRows += deadRows[segment] - count;
    }
    deadRows[segment] = count;
    deleted[segment] = rowsDeleted;
  }

  /** The file has left the table, or the batch was dropped; every entry of it is dead. */
  public void retire(int segment) {
    requireLive(segment);
    live.clear(segment);
    deleted[segment] = null;
    String path = paths[segment];
    if (path != null) {
      liveByPath.remove(path);
      liveRows -= rows[segment] - deadRows[segment];
    }
  }

  private void requireLive(int segment) {
    if (!live.get(segment)) {
      throw new IllegalStateException("segment " + segment + " is not live");
    }
  }

  /** The live segment of a file, or -1. */
  public int segment(String path) {
    Integer segment = liveByPath.get(path);
    return segment == null ? -1 : segment;
  }

  /** The file of a segment, dead or alive; null before it is sealed. */
  public @Nullable String path(int segment) {
    return paths[segment];
  }

  /** Rows in the file of a segment, deleted or not; 0 before it is sealed. */
  public long rows(int segment) {
    return rows[segment];
  }

  /** Which rows of a segment are deleted; null if none are, or if it does not live. */
  public @Nullable DeletedRows deletedRows(int segment) {
    return deleted[segment];
  }

  /** How many rows of a segment are deleted, or were when it was retired. */
  public long deadRows(int segment) {
    return deadRows[segment];
  }

  /** Whether a segment's rows are in the table, or will be. */
  public boolean lives(int segment) {
    return live.get(segment);
  }

  /** Whether the segment of a location lives and its row is not deleted. Hot. */
  @Override
  public boolean isLive(long location) {
    int segment = RowLocation.segment(location);
    if (!live.get(segment)) {
      return false;
    }
    DeletedRows rowsDeleted = deleted[segment];
    return rowsDeleted == null || !rowsDeleted.contains(RowLocation.position(location));
  }

  /**
   * Rows of all live files that are not deleted: what an index must have live entries for, and not
   * one more or less.
   */
  public long liveRows() {
    return liveRows;
  }

  /** Segments so far, dead or alive: their numbers are those below. */
  public int size() {
    return size;
  }
}
