package dev.firn.proofs.engines.tables;

import dev.firn.testkit.RowModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * One table for each type of each format version, so that a type which an engine does not have
 * costs no other. The rows are sorted by the column that predicates ask for and go into files one
 * stretch each: bounds then tell the files apart.
 */
final class TypeTables {

  private static final int ROWS = 240;
  private static final int FILES = 6;
  private static final int RANDOM_SCHEMAS = 8;

  private TypeTables() {}

  static void write(TablePlan plan) {
    for (int version = 2; version <= 3; version++) {
      RowModel model = new RowModel(plan.seed() + version).without(TypeID.VARIANT);
      int number = 0;
      for (Type type : model.types(version)) {
        String name =
            "types.v%d_%s_%d"
                .formatted(version, type.typeId().name().toLowerCase(Locale.ROOT), number++);
        write(plan, name, schema(type), version, plan.seed() + 1000 * version + number);
      }
    }
    for (int i = 0; i < RANDOM_SCHEMAS; i++) {
      RowModel model = new RowModel(plan.seed() + 100 + i).without(TypeID.VARIANT);
      if (i % 4 != 0) { // three of four with the types that every engine has
        model.without(
            TypeID.TIME, TypeID.TIMESTAMP_NANO, TypeID.UNKNOWN, TypeID.GEOMETRY, TypeID.GEOGRAPHY);
      }
      Schema random = model.schema(3, 6, 3);
      List<NestedField> columns = new ArrayList<>(random.columns());
      columns.add(0, NestedField.required(9_999, "id", Types.LongType.get()));
      write(plan, "types.random_" + i, new Schema(columns), 3, plan.seed() + 200 + i);
    }
  }

  private static Schema schema(Type type) {
    List<NestedField> columns = new ArrayList<>();
    columns.add(NestedField.required(1, "id", Types.LongType.get()));
    columns.add(NestedField.optional(2, "opt", type));
    if (type.typeId() != TypeID.UNKNOWN) {
      columns.add(NestedField.required(3, "req", type));
      columns.add(NestedField.optional(4, "list", Types.ListType.ofOptional(5, type)));
      columns.add(
          NestedField.optional(
              6, "map", Types.MapType.ofOptional(7, 8, Types.StringType.get(), type)));
      columns.add(
          NestedField.optional(
              9, "struct", Types.StructType.of(NestedField.optional(10, "inner", type))));
      columns.add(
          NestedField.optional(
              11,
              "deep",
              Types.ListType.ofOptional(
                  12,
                  Types.StructType.of(
                      NestedField.optional(
                          13,
                          "by_number",
                          Types.MapType.ofOptional(
                              14,
                              15,
                              Types.IntegerType.get(),
                              Types.ListType.ofOptional(16, type)))))));
    }
    return new Schema(columns);
  }

  private static void write(TablePlan plan, String name, Schema schema, int version, long seed) {
    if (!plan.wants(name)) {
      return;
    }
    Map<String, String> properties =
        version == 2
            ? Map.of("format-version", "2")
            : Map.of("format-version", "3", "write.parquet.page-row-limit", "16");
    try (ModelTable table = plan.create(name, schema, PartitionSpec.unpartitioned(), properties)) {
      List<Record> rows = rows(table.schema(), new RowModel(seed));
      int each = ROWS / FILES;
      for (int i = 0; i < FILES; i++) {
        table.commit(rows.subList(i * each, (i + 1) * each));
      }
      plan.save(table.facts());
    }
  }

  private static List<Record> rows(Schema schema, RowModel model) {
    List<Record> rows = new ArrayList<>(model.rows(schema, ROWS));
    for (int i = 0; i < ROWS; i++) {
      rows.get(i).setField("id", (long) i);
    }
    Type asked = schema.columns().get(1).type();
    if (asked.isPrimitiveType() && asked.typeId() != TypeID.UNKNOWN) {
      rows.sort((a, b) -> order(a.get(1), b.get(1)));
    }
    return rows;
  }

  private static int order(Object a, Object b) {
    if (a == null || b == null) {
      return Boolean.compare(a == null, b == null);
    }
    // NaN has no place in the order of SQL, but sorting wants one.
    return a instanceof Float || a instanceof Double
        ? Double.compare(((Number) a).doubleValue(), ((Number) b).doubleValue())
        : ModelPredicates.compare(a, b);
  }
}
