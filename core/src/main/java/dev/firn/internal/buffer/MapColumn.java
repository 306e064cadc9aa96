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

  /** Ends the map whose keys and values, as many of each, have just been added. */
  public void endSlot() {
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, grown(size, size + 1));
    }
    ends[size++] = keys.size();
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
  void appendValueFrom(Column source, int i) {
    MapColumn other = (MapColumn) source;
    keys.appendRange(other.keys, other.start(i), other.ends[i]);
    values.appendRange(other.values, other.start(i), other.ends[i]);
    endSlot();
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
    return keys.heapBytes() + values.heapBytes() + 4L * ends.length + nullHeapBytes();
  }
}
