package dev.firn.internal.scan;

import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.parquet.ParquetInput;
import dev.firn.internal.parquet.SchemaNode;
import java.io.IOException;
import java.util.function.LongUnaryOperator;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** A top-level column of longs that has a value of its row's position where the file has none. */
final class NumberedScan implements ColumnScan {

  private final FlatScan read;
  private final LongColumn found = new LongColumn();
  private final LongColumn column;
  private final LongUnaryOperator ifNull;

  NumberedScan(
      String location,
      NestedField field,
      @Nullable SchemaNode leaf,
      Column column,
      LongUnaryOperator ifNull) {
    this.read = new FlatScan(location, field, leaf, found);
    this.column = (LongColumn) column;
    this.ifNull = ifNull;
  }

  @Override
  public void begin(ParquetInput file, ParquetInput.Source source, int rowGroup)
      throws IOException {
    read.begin(file, source, rowGroup);
  }

  @Override
  public void fill(long firstRow, int rows) throws IOException {
    read.fill(firstRow, rows);
    column.truncate(0);
    if (found.nullCount() == 0) {
      column.append(found.values(), 0, rows);
      return;
    }
    for (int i = 0; i < rows; i++) {
      column.append(found.isNull(i) ? ifNull.applyAsLong(firstRow + i) : found.values()[i]);
    }
  }
}
