package dev.firn.internal.buffer;

import java.util.List;

/**
 * A run of rows as columns. Filled by one thread; immutable once handed on, and then safe to read
 * from any.
 */
public final class RowBatch {

  private final List<ColumnShape> shapes;
  private final List<Column> columns;
  private final Growth growth = new Growth();
  private int rows;

  /** An empty batch with a column of each shape. */
  public RowBatch(List<ColumnShape> shapes) {
    this.shapes = List.copyOf(shapes);
    this.columns = shapes.stream().map(ColumnShape::newColumn).toList();
    columns.forEach(column -> column.watch(growth));
  }

  /** A new batch of the same shapes, without rows. */
  public RowBatch emptyCopy() {
    return new RowBatch(shapes);
  }

  /** The columns, in the order of the schema's fields. */
  public List<Column> columns() {
    return columns;
  }

  /** Complete rows. */
  public int rows() {
    return rows;
  }

  /** Ends the row whose values have just been added, one to each column. */
  public void endRow() {
    rows++;
  }

  /** Ends {@code count} rows whose values have just been added to each column. */
  public void endRows(int count) {
    rows += count;
  }

  /** Undoes the row that was begun, and every row from {@code newRows} on. */
  public void truncate(int newRows) {
    for (Column column : columns) {
      column.truncate(newRows);
    }
    rows = newRows;
  }

  /** Adds the rows {@code picked[from..to)} of {@code source}, a batch of the same shapes. */
  public void appendFrom(RowBatch source, int[] picked, int from, int to) {
    for (int c = 0; c < columns.size(); c++) {
      columns.get(c).appendFrom(source.columns.get(c), picked, from, to);
    }
    rows += to - from;
  }

  /** As the other, of all {@code picked} rows, from the columns {@code taken} of {@code source}. */
  public void appendFrom(RowBatch source, int[] taken, int[] picked) {
    for (int c = 0; c < columns.size(); c++) {
      columns.get(c).appendFrom(source.columns.get(taken[c]), picked, 0, picked.length);
    }
    rows += picked.length;
  }

  /** Bytes that {@link #heapBytes} has grown by since the batch was made; costs nothing to ask. */
  public long grownBytes() {
    return growth.bytes;
  }

  /** Bytes of heap that the columns take, used or not. */
  public long heapBytes() {
    long total = 0;
    for (Column column : columns) {
      total += column.heapBytes();
    }
    return total;
  }
}
