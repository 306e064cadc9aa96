package dev.firn.internal.buffer;

import java.util.Arrays;

/** Lists: the elements of all lists one behind the other, and where each list ends. */
public final class ListColumn extends Column {

  private final Column elements;
  private int[] ends = {};

  ListColumn(Column elements) {
    this.elements = elements;
  }

  /** All elements of all lists. */
  public Column elements() {
    return elements;
  }

  @Override
  void watch(Growth counter) {
    super.watch(counter);
    elements.watch(counter);
  }

  /** Ends the list whose elements have just been added to {@link #elements()}. */
  public void endSlot() {
    ensureEnds(size + 1);
    ends[size++] = elements.size();
  }

  /**
   * Ends a slot of a column whose elements are all there already: those of many slots, added at
   * once.
   *
   * @param end behind the last of them, counted over all slots
   * @param isNull whether the slot is null; it has no elements then
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

  /** The first element of slot {@code i}. */
  public int start(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }

  /** Behind the last element of slot {@code i}. */
  public int end(int i) {
    return ends[i];
  }

  /** The ends of all slots. Not to be changed. */
  public int[] ends() {
    return ends;
  }

  @Override
  void appendGap() {
    elements.truncate(size == 0 ? 0 : ends[size - 1]);
    endSlot();
  }

  @Override
  void appendValues(Column source, int from, int to) {
    ListColumn other = (ListColumn) source;
    if (to > from) {
      int shift = elements.size() - other.start(from);
      elements.appendRange(other.elements, other.start(from), other.ends[to - 1]);
      ensureEnds(size + to - from);
      for (int i = from; i < to; i++) {
        ends[size++] = other.ends[i] + shift;
      }
    }
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    ListColumn other = (ListColumn) source;
    ensureEnds(size + to - from);
    for (int k = from; k < to; k++) {
      elements.appendRange(other.elements, other.start(rows[k]), other.ends[rows[k]]);
      ends[size++] = elements.size();
    }
  }

  @Override
  void truncateValues(int newSize) {
    elements.truncate(newSize == 0 ? 0 : ends[newSize - 1]);
  }

  @Override
  public long heapBytes() {
    return elements.heapBytes() + 4L * ends.length + ownHeapBytes();
  }
}
