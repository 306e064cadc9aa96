package dev.firn.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testkit.MemoryFileIO;
import dev.firn.testkit.RowModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics are what Iceberg's generic writer reports for the same rows. */
class FileMetricsTest {

  private final MemoryFileIO io = new MemoryFileIO();
  private final TestFiles files = new TestFiles(io, "memory://metrics");

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 300})
  void ofEveryTypeAreIcebergs(int count) {
    RowModel model = new RowModel(count);
    Schema schema = model.everyType(3);

    assertSame(schema, Map.of(), model.rows(schema, count));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void ofRandomSchemasAreIcebergs(long seed) {
    RowModel model = new RowModel(seed).nullShare(seed % 2 == 0 ? 0.15 : 0.9);
    for (int round = 0; round < 3; round++) {
      Schema schema = model.schema(3, 8, 3);
      assertSame(schema, Map.of(), model.rows(schema, 200));
    }
  }

  static Stream<Map<String, String>> modes() {
    return Stream.of(
        Map.of("write.metadata.metrics.default", "none"),
        Map.of("write.metadata.metrics.default", "counts"),
        Map.of("write.metadata.metrics.default", "full"),
        Map.of("write.metadata.metrics.default", "truncate(1)"),
        Map.of("write.metadata.metrics.default", "truncate(3)"),
        Map.of("write.metadata.metrics.max-inferred-column-defaults", "3"),
        Map.of(
            "write.metadata.metrics.default",
            "none",
            "write.metadata.metrics.column.string_14",
            "full",
            "write.metadata.metrics.column.double_4",
            "counts",
            "write.metadata.metrics.column.float_3_struct.inner",
            "truncate(2)"),
        Map.of("write.parquet.row-group-size-bytes", "6000"),
        Map.of(
            "write.parquet.stats-enabled.column.string_14",
            "false",
            "write.parquet.stats-enabled.column.integer_1",
            "false",
            "write.parquet.stats-enabled.column.double_4",
            "false"));
  }

  @ParameterizedTest
  @MethodSource("modes")
  void obeyTheTablesModes(Map<String, String> properties) {
    RowModel model = new RowModel(99);
    Schema schema = model.everyType(3);

    assertSame(schema, properties, model.rows(schema, 60));
  }

  @Test
  void ofColumnsWithNamesThatTheFileCannotHaveAreIcebergs() {
    Schema schema =
        new Schema(
            NestedField.optional(1, "a b", Types.StringType.get()),
            NestedField.optional(2, "c-d", Types.DoubleType.get()),
            NestedField.optional(3, "plain", Types.LongType.get()),
            NestedField.optional(
                4,
                "s t",
                Types.StructType.of(NestedField.optional(5, "9", Types.StringType.get()))));
    List<Record> rows = new RowModel(5).rows(schema, 100);

    assertSame(schema, Map.of(), rows);
    assertSame(
        schema,
        Map.of(
            "write.metadata.metrics.default",
            "counts",
            "write.metadata.metrics.column.a b",
            "truncate(2)",
            "write.metadata.metrics.column.c-d",
            "none",
            "write.metadata.metrics.column.s t.9",
            "full"),
        rows);
  }

  @Test
  void ofColumnsOfNansInfinitiesZerosAndNullsAreIcebergs() {
    Schema schema =
        new Schema(
            NestedField.optional(1, "d", Types.DoubleType.get()),
            NestedField.optional(2, "f", Types.FloatType.get()),
            NestedField.required(3, "r", Types.DoubleType.get()));
    double[][] columns = {
      {Double.NaN, Double.NaN},
      {Double.NaN, 1},
      {1, Double.NaN, -1},
      {0.0, -0.0},
      {-0.0, -0.0},
      {0.0},
      {Double.POSITIVE_INFINITY},
      {Double.NEGATIVE_INFINITY, Double.NaN, Double.POSITIVE_INFINITY},
    };
    for (double[] values : columns) {
      List<Record> rows = new ArrayList<>();
      for (double value : values) {
        rows.add(TestFiles.record(schema, value, (float) value, value));
        rows.add(TestFiles.record(schema, null, null, value));
      }
      assertSame(schema, Map.of(), rows);
    }
    assertSame(schema, Map.of(), List.of(TestFiles.record(schema, null, null, 1.0)));
  }

  private void assertSame(Schema schema, Map<String, String> properties, List<Record> rows) {
    DataFile firn = files.write(schema, properties, rows, 97);
    DataFile iceberg = files.writeWithIceberg(schema, properties, rows);

    assertThat(firn.recordCount()).isEqualTo(iceberg.recordCount());
    assertThat(firn.valueCounts()).as("value counts").isEqualTo(iceberg.valueCounts());
    assertThat(firn.nullValueCounts()).as("null counts").isEqualTo(iceberg.nullValueCounts());
    assertThat(firn.nanValueCounts()).as("NaN counts").isEqualTo(iceberg.nanValueCounts());
    assertThat(firn.lowerBounds()).as("lower bounds").isEqualTo(iceberg.lowerBounds());
    assertThat(firn.upperBounds()).as("upper bounds").isEqualTo(iceberg.upperBounds());
    assertThat(ids(firn)).as("column sizes").isEqualTo(ids(iceberg));
    assertThat(firn.sortOrderId()).isEqualTo(iceberg.sortOrderId());
    assertThat(firn.specId()).isEqualTo(iceberg.specId());
    assertThat(firn.format()).isEqualTo(iceberg.format());
    assertThat(firn.keyMetadata()).isEqualTo(iceberg.keyMetadata());
    assertThat(files.read(schema, firn.location())).isEqualTo(TestFiles.cells(schema, rows));
  }

  private static Set<Integer> ids(DataFile file) {
    return file.columnSizes() == null ? Set.of() : file.columnSizes().keySet();
  }
}
