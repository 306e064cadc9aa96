package dev.firn.internal.buffer;

import java.util.List;

/**
 * Structs: one column per field, each with as many slots as there are structs, null structs too.
 */
public final class StructColumn extends Column {

  private final List<Column> fields;

  StructColumn(List<Column> fields) {
    this.fields = List.copyOf(fields);
  }

  /** The columns of the fields, in order. */
  public List<Column> fields() {
    return fields;
  }

  /** Ends the struct whose fields have just been added to each field's column. */
  public void endSlot() {
    size++;
  }

  @Override
  void appendGap() {
    for (Column field : fields) {
      field.truncate(size);
      field.appendNull();
    }
    size++;
  }

  @Override
  void appendValues(Column source, int from, int to) {
    StructColumn other = (StructColumn) source;
    for (int f = 0; f < fields.size(); f++) {
      fields.get(f).appendRange(other.fields.get(f), from, to);
    }
    size += to - from;
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    StructColumn other = (StructColumn) source;
    for (int f = 0; f < fields.size(); f++) {
      fields.get(f).appendFrom(other.fields.get(f), rows, from, to);
    }
    size += to - from;
  }

  @Override
  void truncateValues(int newSize) {
    for (Column field : fields) {
      field.truncate(newSize);
    }
  }

  @Override
  public long heapBytes() {
    long total = ownHeapBytes();
    for (Column field : fields) {
      total += field.heapBytes();
    }
    return total;
  }
}
