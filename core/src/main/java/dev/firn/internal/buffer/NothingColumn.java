package dev.firn.internal.buffer;

/** A column of which every slot is null: Iceberg's type {@code unknown}. */
public final class NothingColumn extends Column {

  @Override
  void appendGap() {
    size++;
  }

  @Override
  void appendValueFrom(Column source, int i) {
    throw new IllegalStateException("a column of nothing has no values");
  }

  @Override
  public long heapBytes() {
    return nullHeapBytes();
  }
}
