package dev.firn.internal.scan;

import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.FlatShapes;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.RowBatch;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Stub. */
public final class RowScan implements AutoCloseable {
  private final KeyScan scan;
  private final List<NestedField> fields;
  private final Map<Integer, LongUnaryOperator> ifNull;
  private final RowBatch batch;

  private RowScan(KeyScan scan, List<NestedField> fields, Map<Integer, LongUnaryOperator> ifNull) {
    this.scan = scan;
    this.fields = fields;
    this.ifNull = ifNull;
    this.batch =
        new RowBatch(
            fields.stream().map(f -> Objects.requireNonNull(FlatShapes.of(f.type()))).toList());
  }

  public static RowScan open(
      InputFile input,
      List<NestedField> fields,
      @Nullable NameMapping names,
      Map<Integer, LongUnaryOperator> ifNull) {
    return new RowScan(KeyScan.open(input, fields, names), fields, ifNull);
  }

  public boolean next() {
    if (!scan.next()) {
      return false;
    }
    batch.truncate(0);
    int[] all = IntStream.range(0, scan.rows()).toArray();
    for (int c = 0; c < fields.size(); c++) {
      Column from = scan.columns().get(c);
      LongUnaryOperator op = ifNull.get(fields.get(c).fieldId());
      if (op == null) {
        batch.columns().get(c).appendFrom(from, all, 0, all.length);
      } else {
        for (int i : all) {
          ((LongColumn) batch.columns().get(c))
              .append(
                  from.isNull(i)
                      ? op.applyAsLong(scan.firstRow() + i)
                      : ((LongColumn) from).values()[i]);
        }
      }
    }
    for (int ignored : all) {
      batch.endRow();
    }
    return true;
  }

  public long firstRow() {
    return scan.firstRow();
  }

  public int rows() {
    return scan.rows();
  }

  public RowBatch batch() {
    return batch;
  }

  @Override
  public void close() {
    scan.close();
  }
}
