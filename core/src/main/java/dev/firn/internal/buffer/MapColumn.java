package dev.firn.internal.buffer;

import java.util.Arrays;

/** Maps: keys and values of all maps one behind the other, and where each map ends. */
public final class MapColumn extends Column {

  private final Column keys;
  private final Column values;
  private int[] ends = {};

  MapColumn(Column keys, Column values) {
    this.keys = keys;
    this.values = values;
  }

  /** All keys of all maps. */
  public Column keys() {
    return keys;
  }

  /** All values of all maps; the n-th belongs to the n-th key. */
  public Column values() {
    return values;
  }

  @Override
  void watch(Growth counter) {
    super.watch(counter);
    keys.watch(counter);
    values.watch(counter);
  }

  /** Ends the map whose keys and values, as many of each, have just been added. */
  public void endSlot() {
    ensureEnds(size + 1);
    ends[size++] = keys.size();
  }

  /**
   * Ends a slot of a column whose entries are all there already: those of many slots, added at
   * once.
   *
   * @param end behind the last of them, counted over all slots
   * @param isNull whether the slot is null; it has no entries then
   */
  public void endSlot(int end, boolean isNull) {
    ensureEnds(size + 1);
    if (isNull) {
      markNull(size);
    }
    ends[size++] = end;
  }

  private void ensureEnds(int slots) {
    if (slots > ends.length) {
      int before = ends.length;
      ends = Arrays.copyOf(ends, grown(before, slots));
      grew(4L * (ends.length - before));
    }
  }

  /** The first entry of slot {@code i}. */
  public int start(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }

  /** Behind the last entry of slot {@code i}. */
  public int end(int i) {
    return ends[i];
  }

  /** The ends of all slots. Not to be changed. */
  public int[] ends() {
    return ends;
  }

  @Override
  void appendGap() {
    truncateEntries(size == 0 ? 0 : ends[size - 1]);
    endSlot();
  }

  @Override
  void appendValues(Column source, int from, int to) {
    MapColumn other = (MapColumn) source;
    if (to > from) {
      int start = other.start(from);
      int shift = keys.size() - start;
      keys.appendRange(other.keys, start, other.ends[to - 1]);
      values.appendRange(other.values, start, other.ends[to - 1]);
      ensureEnds(size + to - from);
      for (int i = from; i < to; i++) {
        ends[size++] = other.ends[i] + shift;
      }
    }
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    MapColumn other = (MapColumn) source;
    ensureEnds(size + to - from);
    for (int k = from; k < to; k++) {
      int start = other.start(rows[k]);
      int end = other.ends[rows[k]];
      keys.appendRange(other.keys, start, end);
      values.appendRange(other.values, start, end);
      ends[size++] = keys.size();
    }
  }

  @Override
  void truncateValues(int newSize) {
    truncateEntries(newSize == 0 ? 0 : ends[newSize - 1]);
  }

  private void truncateEntries(int entries) {
    keys.truncate(entries);
    values.truncate(entries);
  }

  @Override
  public long heapBytes() {
    return keys.heapBytes() + values.heapBytes() + 4L * ends.length + ownHeapBytes();
  }
}
