package dev.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.internal.local.LocalFileIO;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both readers show what Iceberg's own writer wrote; so a difference is the writer's under test.
 */
class StrangeReadersTest {

  @TempDir Path directory;

  private final LocalFileIO io = new LocalFileIO();
  private final JdbcCatalog catalog = new JdbcCatalog();

  @BeforeEach
  void openCatalog() {
    catalog.initialize(
        "sqlite",
        Map.of(
            CatalogProperties.URI,
            "jdbc:sqlite:" + directory + "/catalog.db",
            CatalogProperties.WAREHOUSE_LOCATION,
            directory.toString(),
            CatalogProperties.FILE_IO_IMPL,
            LocalFileIO.class.getName()));
  }

  @AfterEach
  void closeCatalog() {
    catalog.close();
  }

  @Test
  void bothReadersShowEveryTypeAsItWasWritten() throws IOException {
    for (int version = 2; version <= 3; version++) {
      RowModel model = new RowModel(version);
      check(version, model.everyType(version), model, 150);
    }
  }

  @Test
  void bothReadersShowRandomNestedSchemas() throws IOException {
    for (int seed = 0; seed < 24; seed++) {
      RowModel model = new RowModel(seed);
      int version = 2 + seed % 2;
      Schema schema = model.schema(version, 6, 3);
      try {
        check(version, schema, model, 1 + seed * 3);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", " + schema, e);
      }
    }
  }

  private void check(int version, Schema schema, RowModel model, int count) throws IOException {
    Table table =
        catalog
            .buildTable(TableIdentifier.of("t" + System.nanoTime()), schema)
            .withProperty("format-version", String.valueOf(version))
            .create();
    List<Record> rows = model.rows(table.schema(), count);
    List<List<@Nullable Object>> expected = Cells.of(table.schema().asStruct(), rows);
    DataFile file = write(table.schema(), rows);
    table.newAppend().appendFile(file).commit();
    assertThat(GenericsReader.rows(table)).isEqualTo(expected);
    assertThat(GenericsReader.rows(table, "main")).isEqualTo(expected);
    assertThat(GenericsReader.rows(table, "no such branch")).isEmpty();

    List<List<@Nullable Object>> duck = DuckDbReader.rows(table);
    for (int column = 0; column < table.schema().columns().size(); column++) {
      Types.NestedField field = table.schema().columns().get(column);
      for (int row = 0; row < count; row++) {
        Object shown = duck.get(row).get(column);
        if (DuckDbReader.reads(field.type())) {
          assertThat(shown).as("%s, row %d", field, row).isEqualTo(expected.get(row).get(column));
        } else {
          assertThat(shown).isNull();
        }
      }
    }
  }

  private DataFile write(Schema schema, List<Record> rows) throws IOException {
    OutputFile out = io.newOutputFile(directory + "/" + System.nanoTime() + ".parquet");
    DataWriter<Record> writer =
        Parquet.writeData(out)
            .schema(schema)
            .createWriterFunc(GenericParquetWriter::create)
            .withSpec(PartitionSpec.unpartitioned())
            .build();
    try (writer) {
      writer.write(rows);
    }
    return writer.toDataFile();
  }

  @Test
  void aReaderSeesADifferenceInOneCell() throws IOException {
    Schema schema = new Schema(Types.NestedField.optional(1, "x", Types.DoubleType.get()));
    Record record = GenericRecord.create(schema);
    record.set(0, -0.0);
    DataFile file = write(schema, List.of(record));
    List<List<@Nullable Object>> read = DuckDbReader.rows(schema, List.of(file.location()));
    assertThat(read).isEqualTo(Cells.of(schema.asStruct(), List.of(record)));
    record.set(0, 0.0);
    assertThat(read).isNotEqualTo(Cells.of(schema.asStruct(), List.of(record)));
  }

  @Test
  void theModelDrawsEdgesNullsAndEveryType() {
    RowModel model = new RowModel(5);
    Schema schema = model.everyType(3);
    List<Type> found = new ArrayList<>();
    schema.columns().forEach(field -> found.add(field.type()));
    assertThat(found).containsAll(model.types(3));
    assertThat(model.types(2)).doesNotContain(Types.UnknownType.get());
    assertThat(new RowModel(1).without(Type.TypeID.VARIANT).types(3))
        .doesNotContain(Types.VariantType.get());
    List<Record> rows = model.rows(schema, 200);
    assertThat(rows.stream().map(row -> row.getField("double_4")))
        .contains(null, Double.NaN, -0.0, Double.NEGATIVE_INFINITY);
    assertThat(rows.stream().map(row -> row.getField("double_4_required"))).doesNotContainNull();
    assertThat(Cells.of(schema.asStruct(), new RowModel(6).rows(schema, 50)))
        .isEqualTo(Cells.of(schema.asStruct(), new RowModel(6).rows(schema, 50)));
  }
}
