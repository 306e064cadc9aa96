package dev.firn.internal.buffer;

import java.util.List;

/**
 * Structs: one column per field, each with as many slots as there are structs, null structs too.
 */
public final class StructColumn extends Column {

  /** An array, for a list's iterator would be an object per struct. */
  private final Column[] fields;

  StructColumn(List<Column> fields) {
    this.fields = fields.toArray(Column[]::new);
  }

  /** The columns of the fields, in order. */
  public List<Column> fields() {
    return List.of(fields);
  }

  @Override
  void watch(Growth counter) {
    super.watch(counter);
    for (Column field : fields) {
      field.watch(counter);
    }
  }

  /** Ends the struct whose fields have just been added to each field's column. */
  public void endSlot() {
    size++;
  }

  /**
   * Ends a slot of a column whose fields are all there already: those of many slots, added at once.
   *
   * @param isNull whether the struct is null; its fields have a slot nonetheless
   */
  public void endSlot(boolean isNull) {
    if (isNull) {
      markNull(size);
    }
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
    for (int f = 0; f < fields.length; f++) {
      fields[f].appendRange(other.fields[f], from, to);
    }
    size += to - from;
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    StructColumn other = (StructColumn) source;
    for (int f = 0; f < fields.length; f++) {
      fields[f].appendFrom(other.fields[f], rows, from, to);
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
