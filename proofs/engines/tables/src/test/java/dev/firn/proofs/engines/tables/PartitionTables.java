package dev.firn.proofs.engines.tables;

import dev.firn.testkit.RowModel;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * One table for each transform and each type that it takes: a handful of values from the edges of
 * the type, and null. A wrong partition value and an engine that looks for the value does not open
 * the file; where the transform is the identity, engines even take the value itself from there.
 */
final class PartitionTables {

  private static final int VALUES = 8;
  private static final int ROWS = 54;

  /** A file name has 255 bytes, in which the value stands with three for each. */
  private static final int LONGEST_NAME = 180;

  private static final List<Type> ALL =
      List.of(
          Types.BooleanType.get(),
          Types.IntegerType.get(),
          Types.LongType.get(),
          Types.FloatType.get(),
          Types.DoubleType.get(),
          Types.DecimalType.of(9, 2),
          Types.DecimalType.of(18, 4),
          Types.DecimalType.of(38, 10),
          Types.DateType.get(),
          Types.TimeType.get(),
          Types.TimestampType.withoutZone(),
          Types.TimestampType.withZone(),
          Types.StringType.get(),
          Types.UUIDType.get(),
          Types.FixedType.ofLength(5),
          Types.BinaryType.get(),
          Types.TimestampNanoType.withoutZone(),
          Types.TimestampNanoType.withZone());

  private PartitionTables() {}

  static void write(TablePlan plan) {
    Map<String, BiFunction<PartitionSpec.Builder, String, PartitionSpec.Builder>> transforms =
        Map.of(
            "identity", PartitionSpec.Builder::identity,
            "bucket", (builder, column) -> builder.bucket(column, 5),
            "truncate", (builder, column) -> builder.truncate(column, 3),
            "year", PartitionSpec.Builder::year,
            "month", PartitionSpec.Builder::month,
            "day", PartitionSpec.Builder::day,
            "hour", PartitionSpec.Builder::hour,
            "void", PartitionSpec.Builder::alwaysNull);
    for (String transform : transforms.keySet().stream().sorted().toList()) {
      for (Type type : ALL) {
        Schema schema = schema(type);
        PartitionSpec spec;
        try {
          spec = transforms.get(transform).apply(PartitionSpec.builderFor(schema), "v").build();
        } catch (RuntimeException e) {
          continue; // Iceberg has no such transform of the type
        }
        String name =
            "parts.%s_%s"
                .formatted(
                    transform, type.toString().toLowerCase(Locale.ROOT).replaceAll("\\W+", "_"));
        write(plan, name, schema, spec);
      }
    }
    writeManyFields(plan);
  }

  private static Schema schema(Type type) {
    return new Schema(
        NestedField.required(1, "id", Types.LongType.get()),
        NestedField.optional(2, "v", type),
        NestedField.optional(3, "tag", Types.StringType.get()));
  }

  private static void write(TablePlan plan, String name, Schema schema, PartitionSpec spec) {
    if (!plan.wants(name)) {
      return;
    }
    boolean v3 = schema.columns().get(1).type().typeId() == TypeID.TIMESTAMP_NANO;
    try (ModelTable table =
        plan.create(name, schema, spec, Map.of("format-version", v3 ? "3" : "2"))) {
      List<Record> rows = rows(table.schema(), new RowModel(plan.seed()).nullShare(0));
      table.commit(rows.subList(0, ROWS / 2));
      table.commit(rows.subList(ROWS / 2, ROWS));
      plan.save(table.facts());
    }
  }

  private static List<Record> rows(Schema schema, RowModel model) {
    List<Object> values = values(model, schema.columns().get(1).type());
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      GenericRecord row = GenericRecord.create(schema);
      row.set(0, (long) i);
      row.set(1, values.get(i % values.size()));
      row.set(2, i % 4 == 0 ? null : "tag-" + i);
      rows.add(row);
    }
    return rows;
  }

  private static List<Object> values(RowModel model, Type type) {
    List<Object> values = new ArrayList<>();
    values.add(null);
    Types.StructType one = Types.StructType.of(NestedField.required(1, "v", type));
    while (values.size() <= VALUES) {
      Object value = model.row(one).get(0);
      if (!(value instanceof String text)
          || URLEncoder.encode(text, StandardCharsets.UTF_8).length() < LONGEST_NAME) {
        values.add(value);
      }
    }
    return values;
  }

  private static void writeManyFields(TablePlan plan) {
    if (!plan.wants("parts.many_fields")) {
      return;
    }
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "at", Types.TimestampType.withZone()),
            NestedField.optional(3, "name", Types.StringType.get()),
            NestedField.optional(4, "amount", Types.DecimalType.of(18, 4)),
            NestedField.optional(
                5,
                "place",
                Types.StructType.of(NestedField.optional(6, "zip", Types.IntegerType.get()))));
    PartitionSpec spec =
        PartitionSpec.builderFor(schema)
            .bucket("id", 3)
            .year("at")
            .truncate("name", 2)
            .alwaysNull("amount")
            .identity("place.zip")
            .build();
    try (ModelTable table =
        plan.create("parts.many_fields", schema, spec, Map.of("format-version", "2"))) {
      List<Record> rows = new ArrayList<>(new RowModel(plan.seed()).rows(table.schema(), ROWS));
      rows.removeIf(row -> row.get(2) instanceof String name && !name.startsWith("value"));
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).set(0, (long) i);
      }
      table.commit(rows);
      plan.save(table.facts());
    }
  }
}
