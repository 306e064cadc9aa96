package dev.firn.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.internal.buffer.RowBatch;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

/** Every row that is taken has a partition that a manifest can hold. */
class TruncatedDecimalsTest {

  @Test
  void aValueWhoseTruncationHasTooManyDigitsIsRejected() {
    for (int precision : new int[] {1, 9, 10, 18, 19, 38}) {
      Schema schema =
          new Schema(
              NestedField.optional(
                  1,
                  "in",
                  Types.StructType.of(
                      NestedField.optional(
                          2, "d", Types.DecimalType.of(precision, 1 % precision)))));
      for (int width : new int[] {1, 7, 10, 1_000_000_007}) {
        check(schema, precision, width);
      }
    }
  }

  private static void check(Schema schema, int precision, int width) {
    PartitionSpec spec = PartitionSpec.builderFor(schema).truncate("in.d", width).build();
    ConversionPlan plan = ConversionPlan.of(schema);
    RowCursor cursor = plan.newCursor(spec);
    RowBatch batch = new RowBatch(plan.shapes());
    cursor.attach(batch);
    BigInteger highest = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
    BigInteger unit = BigInteger.valueOf(width);
    BigInteger lowest = highest.subtract(highest.mod(unit)).negate();
    append(cursor, lowest, precision);
    append(cursor, highest, precision);
    append(cursor, BigInteger.ZERO, precision);
    cursor.append(0, (record, row) -> row.setNull(0));
    assertThat(batch.rows()).isEqualTo(4);
    if (lowest.compareTo(highest.negate()) > 0) {
      assertThatThrownBy(() -> append(cursor, lowest.subtract(BigInteger.ONE), precision))
          .isInstanceOfSatisfying(
              RecordRejectedException.class, e -> assertThat(e.field()).isEqualTo("in.d"))
          .hasMessageContaining("partitions are truncated");
      assertThat(batch.rows()).isEqualTo(4);
    }
    append(cursor, BigInteger.ONE, precision);
    assertThat(batch.rows()).isEqualTo(5);
  }

  private static void append(RowCursor cursor, BigInteger unscaled, int precision) {
    cursor.append(
        new BigDecimal(unscaled, 1 % precision),
        (value, row) -> row.beginStruct(0).setDecimal(0, value));
  }
}
