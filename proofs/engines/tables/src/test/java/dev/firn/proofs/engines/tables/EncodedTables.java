package dev.firn.proofs.engines.tables;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Every codec, data pages of both versions, pages and row groups of all sizes, Bloom filters and a
 * sort order. Each column takes another road through the encoder: integers that pay no dictionary
 * become DELTA_BINARY_PACKED, few values become a dictionary, one stays plain.
 */
final class EncodedTables {

  static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "step", Types.IntegerType.get()),
          NestedField.optional(3, "wild", Types.LongType.get()),
          NestedField.optional(4, "gaps", Types.LongType.get()),
          NestedField.optional(5, "day", Types.DateType.get()),
          NestedField.optional(6, "at", Types.TimestampType.withZone()),
          NestedField.optional(7, "price", Types.DecimalType.of(9, 2)),
          NestedField.optional(8, "total", Types.DecimalType.of(18, 4)),
          NestedField.optional(9, "real", Types.DoubleType.get()),
          NestedField.optional(10, "unique", Types.StringType.get()),
          NestedField.optional(11, "few", Types.StringType.get()),
          NestedField.optional(12, "flag", Types.BooleanType.get()),
          NestedField.optional(13, "list", Types.ListType.ofOptional(14, Types.LongType.get())));

  /** Those whose values are many and whole: no dictionary, deltas. */
  static final List<String> DELTAS =
      List.of("id", "step", "wild", "gaps", "day", "at", "price", "total");

  private static final int ROWS = 3_000;

  private EncodedTables() {}

  static void write(TablePlan plan) {
    for (String codec : List.of("zstd", "snappy", "gzip", "lz4_raw", "uncompressed")) {
      for (String pages : List.of("v1", "v2")) {
        write(
            plan,
            "encoded." + codec + "_pages_" + pages,
            SortOrder.unsorted(),
            Map.of("write.parquet.compression-codec", codec, "write.parquet.page-version", pages));
      }
    }
    Map<String, String> small =
        Map.of(
            "write.parquet.page-size-bytes", "2048",
            "write.parquet.row-group-size-bytes", "65536");
    write(plan, "encoded.small_pages", SortOrder.unsorted(), small);
    Map<String, String> bloom = new HashMap<>(small);
    for (String column : List.of("wild", "at", "total", "real", "unique", "step")) {
      bloom.put("write.parquet.bloom-filter-enabled.column." + column, "true");
    }
    write(plan, "encoded.bloom", SortOrder.unsorted(), bloom);
    write(
        plan,
        "encoded.plain_integers",
        SortOrder.unsorted(),
        Map.of("firn.parquet.delta-integers", "false"));
    SortOrder order =
        SortOrder.builderFor(SCHEMA)
            .sortBy("few", SortDirection.ASC, NullOrder.NULLS_FIRST)
            .sortBy("real", SortDirection.DESC, NullOrder.NULLS_LAST)
            .build();
    write(plan, "encoded.sorted", order, Map.of("format-version", "3"));
  }

  private static void write(
      TablePlan plan, String name, SortOrder order, Map<String, String> properties) {
    if (!plan.wants(name)) {
      return;
    }
    try (ModelTable table =
        plan.create(name, SCHEMA, PartitionSpec.unpartitioned(), order, properties)) {
      Random random = new Random(plan.seed());
      List<Record> rows = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        rows.add(row(table.schema(), i, random));
      }
      table.commit(rows.subList(0, ROWS / 2));
      table.commit(rows.subList(ROWS / 2, ROWS));
      plan.save(table.facts());
    }
  }

  private static Record row(Schema schema, int i, Random random) {
    GenericRecord row = GenericRecord.create(schema);
    row.set(0, (long) i);
    row.set(1, random.nextInt(50) == 0 ? null : 3 * i + random.nextInt(9));
    row.set(2, random.nextInt(10) == 0 ? null : random.nextLong());
    row.set(3, i / 500 % 3 == 1 ? null : i * 1_000_003L - random.nextInt(1000));
    row.set(4, LocalDate.ofEpochDay(random.nextInt(800_000) - 400_000L));
    row.set(
        5,
        LocalDateTime.of(2024, 1, 1, 0, 0)
            .plus(i * 1_000_000L + random.nextInt(900_000), ChronoUnit.MICROS)
            .atOffset(ZoneOffset.UTC));
    row.set(6, BigDecimal.valueOf(random.nextInt(1_999_999_999) - 999_999_999L, 2));
    row.set(7, BigDecimal.valueOf(random.nextLong() % 1_000_000_000_000_000_000L, 4));
    row.set(8, random.nextInt(20) == 0 ? null : random.nextGaussian());
    row.set(9, "unique-" + i + "-" + Integer.toHexString(random.nextInt()));
    row.set(10, random.nextInt(10) == 0 ? null : "few-" + random.nextInt(7));
    row.set(11, random.nextInt(10) == 0 ? null : random.nextBoolean());
    List<Object> list = new ArrayList<>();
    for (int n = random.nextInt(5); n > 0; n--) {
      list.add(random.nextInt(10) == 0 ? null : random.nextLong());
    }
    row.set(12, random.nextInt(10) == 0 ? null : list);
    return row;
  }
}
