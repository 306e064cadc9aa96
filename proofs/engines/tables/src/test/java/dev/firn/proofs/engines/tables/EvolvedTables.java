package dev.firn.proofs.engines.tables;

import dev.firn.testkit.RowModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Tables that became others while they were written: specs, schemas, defaults, a branch. */
final class EvolvedTables {

  private static final int ROWS = 40;

  private final TablePlan plan;
  private RowModel model;
  private long lastId;

  EvolvedTables(TablePlan plan) {
    this.plan = plan;
  }

  void write() {
    for (String version : List.of("2", "3")) {
      writeSpecs(version);
      writeSchemas(version);
      writeBranch(version);
    }
    writeDefaults();
  }

  /** Each table's rows are the same, whichever others are written. */
  private boolean begins(String name) {
    model = new RowModel(plan.seed() + name.hashCode());
    lastId = 0;
    return plan.wants(name);
  }

  /** The writer stays open while others change the spec under it. */
  private void writeSpecs(String version) {
    String name = "evolved.specs_v" + version;
    if (!begins(name)) {
      return;
    }
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "kind", Types.IntegerType.get()),
            NestedField.optional(3, "at", Types.TimestampType.withoutZone()),
            NestedField.optional(4, "flag", Types.BooleanType.get()));
    try (ModelTable table =
        plan.create(
            name, schema, PartitionSpec.unpartitioned(), Map.of("format-version", version))) {
      table.commit(rows(table));
      table.table().updateSpec().addField(Expressions.bucket("id", 4)).commit();
      table.commit(rows(table));
      table.table().updateSpec().addField(Expressions.year("at")).commit();
      table.commit(rows(table));
      table.table().updateSpec().removeField(Expressions.bucket("id", 4)).commit();
      table.commit(rows(table));
      table.table().updateSpec().removeField("at_year").addField("flag").commit();
      table.commit(rows(table));
      table.table().updateSpec().removeField("flag").commit();
      table.commit(rows(table));
      plan.save(table.facts());
    }
  }

  /** Columns are added, renamed, widened, moved, dropped, and come back under an old name. */
  private void writeSchemas(String version) {
    String name = "evolved.schemas_v" + version;
    if (!begins(name)) {
      return;
    }
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.required(2, "whole", Types.IntegerType.get()),
            NestedField.optional(3, "single", Types.FloatType.get()),
            NestedField.optional(4, "amount", Types.DecimalType.of(9, 2)),
            NestedField.optional(5, "name", Types.StringType.get()),
            NestedField.optional(6, "doomed", Types.StringType.get()),
            NestedField.optional(
                7,
                "place",
                Types.StructType.of(NestedField.optional(8, "zip", Types.IntegerType.get()))));
    try (ModelTable table =
        plan.create(
            name,
            schema,
            PartitionSpec.builderFor(schema).truncate("whole", 1_000_000_000).build(),
            Map.of("format-version", version))) {
      table.commit(rows(table));
      step(table, s -> s.addColumn("more", Types.DateType.get()).renameColumn("name", "title"));
      step(
          table,
          s ->
              s.updateColumn("whole", Types.LongType.get())
                  .updateColumn("single", Types.DoubleType.get())
                  .updateColumn("amount", Types.DecimalType.of(18, 2))
                  .updateColumn("place.zip", Types.LongType.get()));
      step(table, s -> s.deleteColumn("doomed").makeColumnOptional("whole"));
      step(
          table,
          s ->
              s.addColumn("doomed", Types.LongType.get())
                  .addColumn("place", "town", Types.StringType.get())
                  .moveFirst("amount"));
      step(
          table,
          s ->
              s.addColumn(
                  "tags",
                  Types.MapType.ofOptional(
                      100, 101, Types.StringType.get(), Types.DoubleType.get())));
      plan.save(table.facts());
    }
  }

  private void step(ModelTable table, Consumer<UpdateSchema> change) {
    table.table().refresh();
    UpdateSchema update = table.table().updateSchema();
    change.accept(update);
    update.commit();
    table.reopen();
    table.commit(rows(table));
  }

  private void writeDefaults() {
    if (!begins("evolved.defaults_v3")) {
      return;
    }
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "v", Types.IntegerType.get()));
    try (ModelTable table =
        plan.create(
            "evolved.defaults_v3",
            schema,
            PartitionSpec.unpartitioned(),
            Map.of("format-version", "3"))) {
      table.commit(rows(table));
      step(
          table,
          s ->
              s.addRequiredColumn("grade", Types.IntegerType.get(), Literal.of(7))
                  .addColumn("note", Types.StringType.get(), null, Literal.of("none yet")));
      plan.save(table.facts());
    }
  }

  private void writeBranch(String version) {
    String name = "evolved.branch_v" + version;
    if (!begins(name)) {
      return;
    }
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "v", Types.StringType.get()));
    try (ModelTable main =
        plan.create(
            name, schema, PartitionSpec.unpartitioned(), Map.of("format-version", version))) {
      main.commit(rows(main));
      try (ModelTable audit = main.branch("audit")) {
        audit.commit(rows(audit));
        main.commit(rows(main));
        audit.commit(rows(audit));
        plan.save(main.facts());
        plan.save(audit.facts());
      }
    }
  }

  private List<Record> rows(ModelTable table) {
    Schema schema = table.table().schema();
    int id = schema.columns().indexOf(schema.findField("id"));
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      GenericRecord row = (GenericRecord) model.row(schema.asStruct());
      row.set(id, lastId++);
      rows.add(row);
    }
    return rows;
  }
}
