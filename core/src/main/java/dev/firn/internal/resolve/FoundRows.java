package dev.firn.internal.resolve;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.RowLocation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows that a batch of keys has been found at, gathered by segment. They are found in the order of
 * the keys, and positions have none in that: so they are kept as they come, and become sets at the
 * end, all at once. Hot.
 */
final class FoundRows {

  private final Map<Integer, Positions> found = new HashMap<>();

  /** Rows of one segment. */
  private static final class Positions {

    private int[] bits = new int[16];
    private int count;

    void add(int bit) {
      if (count == bits.length) {
        bits = Arrays.copyOf(bits, 2 * count);
      }
      bits[count++] = bit;
    }

    DeletedRows rows() {
      return DeletedRows.ofBits(Arrays.copyOf(bits, count));
    }
  }

  /** Adds the row at {@code location}. */
  void add(long location) {
    found
        .computeIfAbsent(RowLocation.segment(location), segment -> new Positions())
        .add(DeletedRows.bit(RowLocation.position(location)));
  }

  /** The rows of each segment that has any, in the order of segments. */
  Map<Integer, DeletedRows> bySegment() {
    Map<Integer, DeletedRows> rows = new TreeMap<>();
    found.forEach((segment, positions) -> rows.put(segment, positions.rows()));
    return rows;
  }
}
