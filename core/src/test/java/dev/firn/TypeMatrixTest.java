package dev.firn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.Cells;
import dev.firn.testkit.DuckDbReader;
import dev.firn.testkit.GenericsReader;
import dev.firn.testkit.RecordMaps;
import dev.firn.testkit.RowModel;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every type through every mapper and the public face, read back by readers that are not Firn. */
class TypeMatrixTest {

  private static final int ROWS = 300;

  @TempDir Path directory;
  private JdbcCatalog catalog;

  @BeforeEach
  void openCatalog() {
    catalog = Firn.openEmbedded(directory, Map.of("firn.local.sync", "false"));
  }

  @AfterEach
  void closeCatalog() {
    catalog.close();
  }

  @Test
  void everyTypeThroughIcebergsRecords() {
    for (int version = 2; version <= 3; version++) {
      RowModel model = new RowModel(version).without(TypeID.VARIANT);
      Table table = create("records" + version, model.everyType(version), version);
      List<Record> rows = model.rows(table.schema(), ROWS);
      append(table, Firn.recordMapper(), rows);
      check(table, Cells.of(table.schema().asStruct(), rows));
    }
  }

  @Test
  void everyTypeThroughMaps() {
    for (int version = 2; version <= 3; version++) {
      RowModel model = new RowModel(10 + version).without(TypeID.VARIANT);
      Table table = create("maps" + version, model.everyType(version), version);
      Types.StructType struct = table.schema().asStruct();
      List<Record> rows = model.rows(table.schema(), ROWS);
      append(
          table, Firn.mapMapper(), rows.stream().map(row -> RecordMaps.of(struct, row)).toList());
      check(table, Cells.of(struct, rows));
    }
  }

  @Test
  void randomNestedSchemasThroughRecordsAndMaps() {
    for (int seed = 0; seed < 12; seed++) {
      RowModel model = new RowModel(seed).without(TypeID.VARIANT);
      Table table = create("random" + seed, model.schema(3, 6, 3), 3);
      Types.StructType struct = table.schema().asStruct();
      List<Record> rows = model.rows(table.schema(), 1 + seed * 20);
      try {
        if (seed % 2 == 0) {
          append(table, Firn.recordMapper(), rows);
        } else {
          append(
              table,
              Firn.mapMapper(),
              rows.stream().map(row -> RecordMaps.of(struct, row)).toList());
        }
        check(table, Cells.of(struct, rows));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", " + table.schema(), e);
      }
    }
  }

  record Inner(int number, Optional<String> streetName) {}

  record Everything(
      boolean flag,
      @Nullable Integer whole,
      long big,
      @Nullable Float single,
      double real,
      @Nullable BigDecimal small,
      @Nullable BigDecimal wide,
      @Nullable LocalDate day,
      @Nullable LocalTime time,
      @Nullable LocalDateTime localTime,
      @Nullable OffsetDateTime instant,
      @Nullable LocalDateTime localNanos,
      @Nullable OffsetDateTime instantNanos,
      @Nullable String text,
      @Nullable UUID uuid,
      byte @Nullable [] fixed,
      @Nullable ByteBuffer binary,
      @Nullable ByteBuffer place,
      @Nullable Inner inner,
      @Nullable List<@Nullable Inner> inners,
      @Nullable Map<String, @Nullable Inner> innersByName,
      @Nullable List<@Nullable Long> numbers) {}

  private static Types.StructType inner(int id) {
    return Types.StructType.of(
        NestedField.required(id, "number", Types.IntegerType.get()),
        NestedField.optional(id + 1, "street_name", Types.StringType.get()));
  }

  private static final Schema EVERYTHING =
      new Schema(
          NestedField.required(1, "flag", Types.BooleanType.get()),
          NestedField.optional(2, "whole", Types.IntegerType.get()),
          NestedField.required(3, "big", Types.LongType.get()),
          NestedField.optional(4, "single", Types.FloatType.get()),
          NestedField.required(5, "real", Types.DoubleType.get()),
          NestedField.optional(6, "small", Types.DecimalType.of(9, 2)),
          NestedField.optional(7, "wide", Types.DecimalType.of(38, 10)),
          NestedField.optional(8, "day", Types.DateType.get()),
          NestedField.optional(9, "time", Types.TimeType.get()),
          NestedField.optional(10, "local_time", Types.TimestampType.withoutZone()),
          NestedField.optional(11, "instant", Types.TimestampType.withZone()),
          NestedField.optional(12, "local_nanos", Types.TimestampNanoType.withoutZone()),
          NestedField.optional(13, "instant_nanos", Types.TimestampNanoType.withZone()),
          NestedField.optional(14, "text", Types.StringType.get()),
          NestedField.optional(15, "uuid", Types.UUIDType.get()),
          NestedField.optional(16, "fixed", Types.FixedType.ofLength(17)),
          NestedField.optional(17, "binary", Types.BinaryType.get()),
          NestedField.optional(18, "place", Types.GeometryType.crs84()),
          NestedField.optional(19, "inner", inner(30)),
          NestedField.optional(20, "inners", Types.ListType.ofOptional(40, inner(41))),
          NestedField.optional(
              21,
              "inners_by_name",
              Types.MapType.ofOptional(50, 51, Types.StringType.get(), inner(52))),
          NestedField.optional(22, "numbers", Types.ListType.ofOptional(60, Types.LongType.get())));

  @Test
  void everyTypeThroughJavaRecords() {
    Table table = create("java_records", EVERYTHING, 3);
    List<Record> rows = new RowModel(77).rows(table.schema(), ROWS);
    append(
        table,
        Firn.javaRecordMapper(Everything.class),
        rows.stream().map(TypeMatrixTest::everything).toList());
    check(table, Cells.of(table.schema().asStruct(), rows));
  }

  @SuppressWarnings("unchecked")
  private static Everything everything(Record row) {
    List<@Nullable Inner> inners = null;
    if (row.getField("inners") instanceof List<?> list) {
      inners = new ArrayList<>();
      for (Object element : list) {
        inners.add(inner(element));
      }
    }
    Map<String, @Nullable Inner> innersByName = null;
    if (row.getField("inners_by_name") instanceof Map<?, ?> map) {
      innersByName = new LinkedHashMap<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        innersByName.put((String) entry.getKey(), inner(entry.getValue()));
      }
    }
    return new Everything(
        (boolean) row.getField("flag"),
        (Integer) row.getField("whole"),
        (long) row.getField("big"),
        (Float) row.getField("single"),
        (double) row.getField("real"),
        (BigDecimal) row.getField("small"),
        (BigDecimal) row.getField("wide"),
        (LocalDate) row.getField("day"),
        (LocalTime) row.getField("time"),
        (LocalDateTime) row.getField("local_time"),
        (OffsetDateTime) row.getField("instant"),
        (LocalDateTime) row.getField("local_nanos"),
        (OffsetDateTime) row.getField("instant_nanos"),
        (String) row.getField("text"),
        (UUID) row.getField("uuid"),
        (byte[]) row.getField("fixed"),
        (ByteBuffer) row.getField("binary"),
        (ByteBuffer) row.getField("place"),
        inner(row.getField("inner")),
        inners,
        innersByName,
        (List<@Nullable Long>) row.getField("numbers"));
  }

  private static @Nullable Inner inner(@Nullable Object value) {
    return value instanceof Record record
        ? new Inner(
            (int) record.getField("number"),
            Optional.ofNullable((String) record.getField("street_name")))
        : null;
  }

  private Table create(String name, Schema schema, int version) {
    return Firn.createTableIfAbsent(
        catalog,
        TableIdentifier.of("types", name),
        schema,
        PartitionSpec.unpartitioned(),
        SortOrder.unsorted(),
        Map.of("format-version", String.valueOf(version)));
  }

  private static <T> void append(Table table, RecordMapper<T> mapper, List<? extends T> rows) {
    WriterOptions options =
        WriterOptions.builder("matrix").commitPolicy(CommitPolicy.manual()).build();
    try (StreamingTableWriter<T> writer = Firn.openWriter(table, mapper, options)) {
      rows.forEach(writer::append);
      writer.mark(rows.size());
      writer.commit();
    }
  }

  private static void check(Table table, List<List<@Nullable Object>> expected) {
    compare(table.schema(), GenericsReader.rows(table), expected, false);
    compare(table.schema(), DuckDbReader.rows(table), expected, true);
  }

  /** Column by column, so that a difference names its column; in order, for there is one file. */
  private static void compare(
      Schema schema,
      List<List<@Nullable Object>> rows,
      List<List<@Nullable Object>> expected,
      boolean duckDb) {
    assertThat(rows).hasSameSizeAs(expected);
    for (int c = 0; c < schema.columns().size(); c++) {
      NestedField field = schema.columns().get(c);
      if (!duckDb || DuckDbReader.reads(field.type())) {
        int column = c;
        assertThat(rows.stream().map(row -> row.get(column)))
            .as("%s, read by %s", field, duckDb ? "DuckDB" : "Iceberg")
            .containsExactlyElementsOf(
                IntStream.range(0, rows.size())
                    .mapToObj(i -> expected.get(i).get(column))
                    .toList());
      }
    }
  }
}
