package dev.firn.internal.buffer;

/** A column of which every slot is null: Iceberg's type {@code unknown}. */
public final class NothingColumn extends Column {

  @Override
  void appendGap() {
    size++;
  }

  @Override
  void appendValues(Column source, int from, int to) {
    size += to - from;
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    size += to - from;
  }

  @Override
  public long heapBytes() {
    return ownHeapBytes();
  }
}
