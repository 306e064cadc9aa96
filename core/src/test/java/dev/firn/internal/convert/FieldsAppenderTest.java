package dev.firn.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.firn.api.record.ListAppender;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What setters cost. */
class FieldsAppenderTest {

  @Test
  void plainValuesAreSetWithoutAllocation() {
    TestRows rows =
        TestRows.of(
            NestedField.required(1, "l", Types.LongType.get()),
            NestedField.required(2, "i", Types.IntegerType.get()),
            NestedField.optional(3, "d", Types.DoubleType.get()),
            NestedField.optional(4, "f", Types.FloatType.get()),
            NestedField.optional(5, "b", Types.BooleanType.get()),
            NestedField.optional(6, "s", Types.StringType.get()),
            NestedField.optional(7, "t", Types.TimestampType.withZone()),
            NestedField.optional(8, "m", Types.DecimalType.of(18, 2)),
            NestedField.optional(
                9,
                "list",
                Types.ListType.ofOptional(
                    10, Types.StructType.of(NestedField.optional(11, "v", Types.LongType.get())))));
    Instant instant = Instant.now().truncatedTo(ChronoUnit.MICROS);
    int count = 2_000;
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      rows.batch.truncate(0);
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < count; i++) {
        RowCursor row = rows.cursor;
        row.beginRow();
        row.setLong(0, i).setInt("i", i).setDouble(2, i).setFloat(3, i).setBoolean(4, true);
        row.setString(5, "grün").setInstant(6, instant).setUnscaledDecimal(7, i);
        ListAppender list = row.beginList(8);
        list.addStruct().setLong(0, i);
        list.addNull();
        row.endRow();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least / count).as("bytes per row").isZero();
  }

  @Test
  @Timeout(20)
  void unknownNameOfAnySizeIsRefusedQuickly() {
    List<NestedField> fields = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      fields.add(
          NestedField.optional(i + 1, "a_column_of_a_wide_table_" + i, Types.LongType.get()));
    }
    assertThat(new TestRows(new Schema(fields)).reject(row -> row.setInt("z".repeat(500_000), 1)))
        .hasMessageContaining("(500000 characters)")
        .hasMessageContaining("the columns are a_column_of_a_wide_table_0, ")
        .hasMessageEndingWith(", ...");
  }
}
