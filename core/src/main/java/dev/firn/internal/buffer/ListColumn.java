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

  /** Ends the list whose elements have just been added to {@link #elements()}. */
  public void endSlot() {
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, grown(size, size + 1));
    }
    ends[size++] = elements.size();
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
  void appendValueFrom(Column source, int i) {
    ListColumn other = (ListColumn) source;
    elements.appendRange(other.elements, other.start(i), other.ends[i]);
    endSlot();
  }

  @Override
  void truncateValues(int newSize) {
    elements.truncate(newSize == 0 ? 0 : ends[newSize - 1]);
  }

  @Override
  public long heapBytes() {
    return elements.heapBytes() + 4L * ends.length + nullHeapBytes();
  }
}
