package dev.firn.proofs.fuzz;

import dev.firn.api.CommitToken;
import dev.firn.api.WriterOptions;
import dev.firn.testkit.MemoryCatalog;
import dev.firn.testkit.RowModel;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * Records as nobody should send them, by Iceberg's records, maps and setters, into a table of a
 * random schema. Each is taken or rejected with a typed error; after a rejection the writer takes
 * good records as before; and what was taken reads back equal.
 */
final class Records implements Target {

  private static final TableIdentifier NAME = TableIdentifier.of("db", "t");
  private static final int MOST_RECORDS = 12;

  @Override
  public String name() {
    return "records";
  }

  @Override
  public List<byte[]> seeds() {
    return Script.seeds(60, 10);
  }

  @Override
  public long allowedBytes(byte[] input) {
    return Road.allowedBytes(input);
  }

  @Override
  public void run(byte[] input) {
    Script script = new Script(input);
    RowModel model = new RowModel(script.number()).without(TypeID.VARIANT);
    int version = 2 + script.below(2);
    Schema schema = numbered(model.schema(version, 1 + script.below(8), script.below(4)));
    Table table =
        new MemoryCatalog()
            .buildTable(NAME, schema)
            .withProperty("format-version", Integer.toString(version))
            .create();
    Types.StructType struct = table.schema().asStruct();
    WriterOptions options = WriterOptions.builder("s").build();
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < MOST_RECORDS && !script.isOver(); i++) {
      attempts.add(
          script.flag()
              ? NamedAttempt.drawn(script, model, struct, i)
              // Each has bytes of its own: its decisions fall when it is mapped.
              : new ScriptedAttempt(new Script(script.take(8 + script.below(250))), struct, i));
    }
    attempts.add(NamedAttempt.good(model, struct, MOST_RECORDS));
    Road.travel(table, options, CommitToken.of(1), Road.open(table, options), attempts);
  }

  /** With a column in front that tells rows apart. */
  private static Schema numbered(Schema schema) {
    List<Types.NestedField> fields = new ArrayList<>();
    fields.add(Types.NestedField.required(100_000, "n", Types.LongType.get()));
    fields.addAll(schema.columns());
    return new Schema(fields);
  }
}
