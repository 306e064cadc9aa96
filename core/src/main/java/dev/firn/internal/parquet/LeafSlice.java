package dev.firn.internal.parquet;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A run of rows of one leaf column: its levels, and its non-null values. Only views on arrays that
 * belong to others; made once per thread and pointed at slice after slice.
 *
 * <p>Levels come in one of three forms, none of them copied: none at all (a required column at top
 * level), null bits (flat and optional), or one byte of definition, and of repetition if the column
 * repeats, per entry. Values come in the array of their kind, without gaps, from {@link #first} on;
 * byte strings as ranges of an array, so that strings can be picked without being moved.
 */
public final class LeafSlice {

  private static final byte[] NO_BYTES = {};
  private static final int[] NO_INTS = {};
  private static final long[] NO_LONGS = {};
  private static final float[] NO_FLOATS = {};
  private static final double[] NO_DOUBLES = {};

  int rows;

  /** Levels: values and nulls, of all rows together. */
  int entries;

  long @Nullable [] nullBits;
  int nullBitsFrom;
  byte @Nullable [] definitions;
  byte @Nullable [] repetitions;

  /** How many entries are values. */
  int values;

  int first;
  int[] ints = NO_INTS;
  long[] longs = NO_LONGS;
  float[] floats = NO_FLOATS;
  double[] doubles = NO_DOUBLES;
  long[] bits = NO_LONGS;
  byte[] bytes = NO_BYTES;
  int[] starts = NO_INTS;
  int[] ends = NO_INTS;

  /** A flat column without a null in these rows. */
  public void levelsWithoutNulls(int rows) {
    levels(rows, rows, null, null);
    nullBits = null;
  }

  /** A flat optional column; row {@code i} is null where bit {@code from + i} is set. */
  public void levelsOfNullBits(int rows, long[] nullBits, int from) {
    levels(rows, rows, null, null);
    this.nullBits = nullBits;
    this.nullBitsFrom = from;
  }

  /** A nested column. {@code repetitions} is null where nothing on its path repeats. */
  public void levelsOfBytes(
      int rows, int entries, byte[] definitions, byte @Nullable [] repetitions) {
    levels(rows, entries, definitions, repetitions);
    nullBits = null;
  }

  private void levels(
      int newRows,
      int newEntries,
      byte @Nullable [] newDefinitions,
      byte @Nullable [] newRepetitions) {
    rows = newRows;
    entries = newEntries;
    definitions = newDefinitions;
    repetitions = newRepetitions;
  }

  private void values(int newFirst, int count) {
    first = newFirst;
    values = count;
  }

  public void ints(int[] source, int from, int count) {
    ints = source;
    values(from, count);
  }

  public void longs(long[] source, int from, int count) {
    longs = source;
    values(from, count);
  }

  public void floats(float[] source, int from, int count) {
    floats = source;
    values(from, count);
  }

  public void doubles(double[] source, int from, int count) {
    doubles = source;
    values(from, count);
  }

  /** Booleans: value {@code i} is bit {@code from + i}. */
  public void booleans(long[] source, int from, int count) {
    bits = source;
    values(from, count);
  }

  /** Byte strings: value {@code i} is {@code source[starts[i]..ends[i])}. */
  public void strings(byte[] source, int[] starts, int[] ends, int count) {
    bytes = source;
    this.starts = starts;
    this.ends = ends;
    values(0, count);
  }

  /** Byte strings of one length, one behind the other; {@code from} counts values. */
  public void fixed(byte[] source, int from, int count) {
    bytes = source;
    values(from, count);
  }

  /** Lets go of all arrays, so that a thread's slice does not keep a batch alive. */
  public void clear() {
    levels(0, 0, null, null);
    nullBits = null;
    values(0, 0);
    ints = NO_INTS;
    longs = NO_LONGS;
    floats = NO_FLOATS;
    doubles = NO_DOUBLES;
    bits = NO_LONGS;
    bytes = NO_BYTES;
    starts = NO_INTS;
    ends = NO_INTS;
  }

  /** How many values there are. */
  public int valueCount() {
    return values;
  }

  /** Byte string {@code i}, counted from the first; a view. */
  public ByteBuffer string(int i) {
    return ByteBuffer.wrap(bytes, starts[first + i], ends[first + i] - starts[first + i]).slice();
  }
}
