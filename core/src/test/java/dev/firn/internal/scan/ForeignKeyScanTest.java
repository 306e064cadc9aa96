package dev.firn.internal.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testkit.MemoryFileIO;
import dev.firn.testkit.RowModel;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.Files;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Key columns of files that others wrote. */
class ForeignKeyScanTest {

  private static final int ROWS = 5_000;

  private final MemoryFileIO io = new MemoryFileIO();

  @ParameterizedTest
  @EnumSource(WriterVersion.class)
  void filesOfIcebergWithPagesOfBothVersions(WriterVersion version) throws Exception {
    RowModel model = new RowModel(new Random().nextLong());
    Schema schema = model.everyType(2);
    List<NestedField> keys =
        schema.columns().stream().filter(field -> KeyScanTest.mayBeKey(field.type())).toList();
    List<Record> rows = model.rows(schema, ROWS);
    String location = "memory://foreign/" + version;
    try (FileAppender<Record> writer =
        Parquet.write(io.newOutputFile(location))
            .schema(schema)
            .writerVersion(version)
            .set("write.parquet.row-group-size-bytes", "200000")
            .createWriterFunc(GenericParquetWriter::create)
            .<Record>build()) {
      rows.forEach(writer::add);
    }

    assertThat(KeyCells.read(io.newInputFile(location), keys, null))
        .isEqualTo(KeyScanTest.cells(rows, keys));
  }

  @Test
  void filesWithoutFieldIdsGoByNamesOrByPlaces(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("duck.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          "COPY (SELECT struct_pack(a := i, b := 'x') AS nested, i::BIGINT AS id, 'name ' || i % 10"
              + " AS name FROM range("
              + ROWS
              + ") t(i)) TO '"
              + file
              + "' (FORMAT parquet)");
    }
    List<NestedField> byPlace =
        List.of(
            NestedField.optional(3, "name", Types.StringType.get()),
            NestedField.optional(2, "id", Types.LongType.get()));
    List<NestedField> byName =
        List.of(
            NestedField.optional(8, "name", Types.StringType.get()),
            NestedField.optional(7, "id", Types.LongType.get()));
    NameMapping names = NameMapping.of(MappedField.of(7, "id"), MappedField.of(8, "name"));
    List<List<Object>> expected = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      expected.add(
          List.of(KeyCells.cell("name " + i % 10, Types.StringType.get()), BigInteger.valueOf(i)));
    }

    assertThat(KeyCells.read(Files.localInput(file.toFile()), byPlace, null)).isEqualTo(expected);
    assertThat(KeyCells.read(Files.localInput(file.toFile()), byName, names)).isEqualTo(expected);
  }
}
