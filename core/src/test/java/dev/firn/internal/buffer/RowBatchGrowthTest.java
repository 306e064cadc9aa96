package dev.firn.internal.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.internal.buffer.ColumnShape.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowBatchGrowthTest {

  @Test
  void growthIsWhatTheHeapBytesHaveGrownBy() {
    ColumnShape strings = ColumnShape.of(Kind.BYTES);
    RowBatch batch =
        new RowBatch(
            List.of(
                ColumnShape.of(Kind.BOOLEAN),
                ColumnShape.of(Kind.INT),
                ColumnShape.of(Kind.LONG),
                ColumnShape.of(Kind.FLOAT),
                ColumnShape.of(Kind.DOUBLE),
                strings,
                ColumnShape.fixed(16),
                ColumnShape.nested(Kind.STRUCT, List.of(strings)),
                ColumnShape.nested(Kind.LIST, List.of(strings)),
                ColumnShape.nested(Kind.MAP, List.of(strings, strings)),
                ColumnShape.of(Kind.NOTHING)));
    long before = batch.heapBytes();
    byte[] value = new byte[1000];
    for (int row = 0; row < 5000; row++) {
      for (Column column : batch.columns()) {
        fill(column, value, row);
      }
      batch.endRow();
    }
    assertThat(batch.grownBytes()).isPositive().isEqualTo(batch.heapBytes() - before);
  }

  private static void fill(Column column, byte[] value, int row) {
    if (row % 3 == 0) {
      column.appendNull();
    } else if (column instanceof BooleanColumn booleans) {
      booleans.append(true);
    } else if (column instanceof IntColumn ints) {
      ints.append(row);
    } else if (column instanceof LongColumn longs) {
      longs.append(row);
    } else if (column instanceof FloatColumn floats) {
      floats.append(row);
    } else if (column instanceof DoubleColumn doubles) {
      doubles.append(row);
    } else if (column instanceof BytesColumn bytes) {
      bytes.append(value, 0, row % value.length);
    } else if (column instanceof FixedColumn fixed) {
      fixed.append(value, 0);
    } else if (column instanceof StructColumn struct) {
      fill(struct.fields().get(0), value, row);
      struct.endSlot();
    } else if (column instanceof ListColumn list) {
      fill(list.elements(), value, row);
      list.endSlot();
    } else if (column instanceof MapColumn map) {
      fill(map.keys(), value, row);
      fill(map.values(), value, row);
      map.endSlot();
    } else {
      column.appendNull();
    }
  }
}
