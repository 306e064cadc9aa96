package dev.firn.internal.keys;

import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.FixedColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.RowBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch of rows that are given as lists of cells. */
final class KeyRows {

  final RowBatch batch;

  KeyRows(ColumnShape... shapes) {
    this.batch = new RowBatch(List.of(shapes));
  }

  /** Adds a row of {@code Boolean}, {@code Integer}, {@code Long}, {@code byte[]} or null. */
  KeyRows add(@Nullable Object... cells) {
    for (int c = 0; c < cells.length; c++) {
      append(batch.columns().get(c), cells[c]);
    }
    batch.endRow();
    return this;
  }

  private static void append(Column column, @Nullable Object cell) {
    if (cell == null) {
      column.appendNull();
    } else if (column instanceof BooleanColumn bits) {
      bits.append((Boolean) cell);
    } else if (column instanceof IntColumn ints) {
      ints.append((Integer) cell);
    } else if (column instanceof LongColumn longs) {
      longs.append((Long) cell);
    } else if (column instanceof FixedColumn fixed) {
      fixed.append((byte[]) cell, 0);
    } else {
      byte[] bytes = (byte[]) cell;
      ((BytesColumn) column).append(bytes, 0, bytes.length);
    }
  }
}
