package dev.firn.internal.convert;

import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.FixedColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.buffer.StructColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.types.Types.DecimalType;

/**
 * A decimal column that partitions are truncated from. Truncating goes down, so the lowest values
 * of the column fall below what its precision holds: -9.5 in a decimal(2, 1), truncated to 10
 * tenths, is -10.0. No manifest can hold that, so a row with such a value could never be committed
 * and is refused when it is taken.
 */
final class TruncatedDecimals {

  private static final TruncatedDecimals[] NONE = {};

  private final FieldPlan plan;
  private final Rejections rejections;
  private final int[] path;
  private final int scale;
  private final BigInteger width;

  /** Whether rows that stand for deletes have a partition too. */
  private final boolean deletesToo;

  /** The lowest value whose truncation the precision holds, unscaled. */
  private final BigInteger lowest;

  private TruncatedDecimals(
      FieldPlan plan, Rejections rejections, int[] path, int width, boolean deletesToo) {
    this.deletesToo = deletesToo;
    this.plan = plan;
    this.rejections = rejections;
    this.path = path;
    DecimalType type = (DecimalType) plan.type();
    this.scale = type.scale();
    this.width = BigInteger.valueOf(width);
    BigInteger highest = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
    this.lowest = highest.divide(this.width).multiply(this.width).negate();
  }

  /**
   * Those of {@code spec}; mostly none.
   *
   * @param deletesToo whether rows that stand for deletes have a partition too
   */
  static TruncatedDecimals[] of(
      PartitionSpec spec, StructPlan row, Rejections rejections, boolean deletesToo) {
    List<TruncatedDecimals> found = new ArrayList<>();
    for (PartitionField field : spec.fields()) {
      int[] path = KeyColumn.path(row.schema().columns(), field.sourceId());
      if (path.length == 0) {
        continue; // void, of a column that was dropped; others were refused before
      }
      FieldPlan source = row.fields().get(path[0]);
      for (int i = 1; i < path.length; i++) {
        source = Objects.requireNonNull(source.struct()).fields().get(path[i]);
      }
      KeyTransform transform = KeyTransform.of(field.transform(), source.type(), field.name());
      if (transform.kind() == KeyTransform.Kind.TRUNCATE && source.type() instanceof DecimalType) {
        found.add(new TruncatedDecimals(source, rejections, path, transform.width(), deletesToo));
      }
    }
    return found.toArray(NONE);
  }

  /**
   * Checks the row that {@code batch} is about to end. A row that stands for a delete mostly goes
   * into no partition, and may have any value.
   *
   * @throws dev.firn.api.error.RecordRejectedException if its value has no truncation
   */
  void check(RowBatch batch) {
    int row = batch.rows();
    Column column = batch.columns().get(path[0]);
    for (int i = 1; i < path.length; i++) {
      column = ((StructColumn) column).fields().get(path[i]);
    }
    if (column.isNull(row) || (rejections.onlyKeyCounts() && !deletesToo)) {
      return;
    }
    BigInteger unscaled = unscaled(column, row);
    if (unscaled.compareTo(lowest) < 0) {
      throw rejections.refuse(
          plan,
          "cannot hold "
              + new BigDecimal(unscaled, scale)
              + ", for partitions are truncated from it to multiples of "
              + new BigDecimal(width, scale)
              + ", and the one below has too many digits",
          "send at least " + new BigDecimal(lowest, scale) + " or widen the column's precision");
    }
  }

  private static BigInteger unscaled(Column column, int row) {
    if (column instanceof IntColumn ints) {
      return BigInteger.valueOf(ints.values()[row]);
    } else if (column instanceof LongColumn longs) {
      return BigInteger.valueOf(longs.values()[row]);
    }
    FixedColumn fixed = (FixedColumn) column;
    return new BigInteger(fixed.bytes(), row * fixed.width(), fixed.width());
  }
}
