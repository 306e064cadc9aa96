package dev.firn.benchmarks.kafka;

import java.util.Arrays;
import java.util.Objects;

/**
 * Which rows there are, in any order: for each of some thousand groups of keys the number of rows
 * and the sum of their hashes. A lost, doubled or changed row makes another tally.
 */
final class Tally {

  private static final int GROUPS = 4_096;
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  private final int keyColumn;
  private final long[] counts = new long[GROUPS];
  private final long[] sums = new long[GROUPS];
  private long rows;

  Tally(int keyColumn) {
    this.keyColumn = keyColumn;
  }

  void add(Object[] values) {
    long hash = 1;
    for (Object value : values) {
      hash = (hash ^ Objects.hashCode(value)) * PRIME;
      hash ^= hash >>> 29;
    }
    int group = Math.floorMod(Objects.hashCode(values[keyColumn]), GROUPS);
    counts[group]++;
    sums[group] += hash;
    rows++;
  }

  long rows() {
    return rows;
  }

  /** Throws if {@code other} is not of the same rows. */
  void requireSame(String writer, Tally other) {
    if (rows != other.rows) {
      throw new IllegalStateException(writer + " wrote " + other.rows + " rows, expected " + rows);
    }
    int group = Arrays.mismatch(counts, other.counts);
    if (group < 0) {
      group = Arrays.mismatch(sums, other.sums);
    }
    if (group >= 0) {
      throw new IllegalStateException(
          String.format(
              "%s wrote other rows: of key group %d there are %d with checksum %x, expected %d with"
                  + " %x",
              writer, group, other.counts[group], other.sums[group], counts[group], sums[group]));
    }
  }
}
