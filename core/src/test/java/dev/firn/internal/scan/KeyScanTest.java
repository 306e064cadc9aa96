package dev.firn.internal.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.testkit.MemoryFileIO;
import dev.firn.testkit.RowModel;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Key columns of files that Firn wrote are read back, without a single Hadoop class. */
@Tag("no-hadoop")
class KeyScanTest {

  private static final int ROWS = 20_000;

  @TempDir Path directory;

  static boolean mayBeKey(Type type) {
    return type.isPrimitiveType()
        && !List.of(TypeID.FLOAT, TypeID.DOUBLE, TypeID.UNKNOWN, TypeID.GEOMETRY, TypeID.GEOGRAPHY)
            .contains(type.typeId());
  }

  static List<List<Object>> cells(List<Record> rows, List<NestedField> fields) {
    return rows.stream()
        .map(
            row -> {
              List<Object> cells = new ArrayList<>();
              fields.forEach(f -> cells.add(KeyCells.cell(row.getField(f.name()), f.type())));
              return cells;
            })
        .toList();
  }

  /** The one file of a new table with these rows. */
  private InputFile write(Schema schema, List<Record> rows, Map<String, String> properties)
      throws IOException {
    try (JdbcCatalog catalog = Firn.openEmbedded(directory, Map.of("firn.local.sync", "false"))) {
      Map<String, String> all = new HashMap<>(properties);
      all.put("format-version", "3");
      Table table =
          Firn.createTableIfAbsent(
              catalog,
              TableIdentifier.of("db", "keys"),
              schema,
              PartitionSpec.unpartitioned(),
              SortOrder.unsorted(),
              all);
      try (StreamingTableWriter<Record> writer =
          Firn.openWriter(
              table,
              Firn.recordMapper(),
              WriterOptions.builder("keys").commitPolicy(CommitPolicy.manual()).build())) {
        rows.forEach(writer::append);
        writer.mark(rows.size());
        writer.commit();
      }
      table.refresh();
      try (CloseableIterable<FileScanTask> files = table.newScan().planFiles()) {
        return table.io().newInputFile(files.iterator().next().file().location());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip", "snappy", "lz4_raw", "uncompressed"})
  void everyTypeThatMayBeAKeyIsReadWithEveryCodec(String codec) throws IOException {
    RowModel model = new RowModel(new Random().nextLong());
    Schema every = model.everyType(3);
    Schema schema = // with ids as the catalog gives them
        TypeUtil.assignFreshIds(
            new Schema(every.columns().stream().filter(f -> mayBeKey(f.type())).toList()),
            new AtomicInteger()::incrementAndGet);
    List<Record> rows = model.rows(schema, 3_000);
    InputFile file =
        write(
            schema,
            rows,
            Map.of(
                "write.parquet.compression-codec",
                codec,
                "write.parquet.row-group-size-bytes",
                "100000"));

    assertThat(KeyCells.read(file, schema.columns(), null))
        .isEqualTo(cells(rows, schema.columns()));
  }

  private static List<Record> numbered(Schema schema) {
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      Record row = GenericRecord.create(schema);
      row.setField("id", i % 7 == 0 ? i : 3 * i);
      row.setField("price", BigDecimal.valueOf(i - 500, 2));
      row.setField("name", i % 5 == 0 ? null : "name " + i % 100);
      rows.add(row);
    }
    return rows;
  }

  private static final Schema NUMBERED =
      new Schema(
          NestedField.required(1, "id", Types.IntegerType.get()),
          NestedField.optional(2, "price", Types.DecimalType.of(9, 2)),
          NestedField.optional(3, "name", Types.StringType.get()));

  @Test
  void columnsComeInTheOrderAskedForAndAsTheTableHasThemNow() throws IOException {
    List<Record> rows = numbered(NUMBERED);
    InputFile file = write(NUMBERED, rows, Map.of());
    List<NestedField> today =
        List.of(
            NestedField.optional(3, "renamed", Types.StringType.get()),
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "price", Types.DecimalType.of(25, 2)),
            NestedField.optional(9, "later", Types.LongType.get()),
            NestedField.optional("much_later")
                .withId(10)
                .ofType(Types.StringType.get())
                .withInitialDefault(Literal.of("unknown"))
                .build());

    List<List<Object>> found = KeyCells.read(file, today, null);

    assertThat(found).hasSize(ROWS);
    for (int i = 0; i < ROWS; i++) {
      Record row = rows.get(i);
      List<Object> expected = new ArrayList<>();
      expected.add(KeyCells.cell(row.getField("name"), Types.StringType.get()));
      expected.add(KeyCells.cell(row.getField("id"), Types.LongType.get()));
      expected.add(KeyCells.cell(row.getField("price"), Types.DecimalType.of(25, 2)));
      expected.add(null);
      expected.add(KeyCells.cell("unknown", Types.StringType.get()));
      assertThat(found.get(i)).isEqualTo(expected);
    }
  }

  @Test
  void floatingColumnsAreRefusedAndSoIsATypeThatTheFileCannotBecome() throws IOException {
    InputFile file = write(NUMBERED, numbered(NUMBERED), Map.of());

    assertThatThrownBy(
            () ->
                KeyScan.open(
                    file, List.of(NestedField.optional(1, "x", Types.DoubleType.get())), null))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("Column 'x' of type double cannot be part of a key");
    assertThatThrownBy(
            () ->
                KeyScan.open(
                    file, List.of(NestedField.optional(3, "name", Types.LongType.get())), null))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("is kept as BINARY in");
  }

  @Test
  void damagedFilesAreRefusedAndNeverCrash() throws IOException {
    InputFile file = write(NUMBERED, numbered(NUMBERED), Map.of());
    byte[] bytes;
    try (var in = file.newStream()) {
      bytes = in.readAllBytes();
    }
    MemoryFileIO io = new MemoryFileIO();
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] damaged = bytes.clone();
      int end = random.nextBoolean() ? damaged.length : Math.min(damaged.length, 4_000);
      for (int k = random.nextInt(3); k >= 0; k--) {
        damaged[damaged.length - 1 - random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
      }
      String location = "memory://damaged/" + i;
      try (OutputStream out = io.newOutputFile(location).create()) {
        out.write(damaged);
      }
      try {
        KeyCells.read(io.newInputFile(location), NUMBERED.columns(), null);
      } catch (StorageException | UnsupportedTableException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(50, 500);
  }

  @Test
  void namesAreMappedOnlyWhereThereAreNoIds() throws IOException {
    List<Record> rows = numbered(NUMBERED);
    InputFile file = write(NUMBERED, rows, Map.of());
    NameMapping crossed =
        NameMapping.of(MappedField.of(3, "id"), MappedField.of(1, "name"), MappedField.of(2, "x"));

    assertThat(KeyCells.read(file, NUMBERED.columns(), crossed))
        .isEqualTo(cells(rows, NUMBERED.columns()));
  }
}
