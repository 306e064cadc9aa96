package dev.firn.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.testkit.Cells;
import dev.firn.testkit.DuckDbReader;
import dev.firn.testkit.MemoryFileIO;
import dev.firn.testkit.RowModel;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes into an encoder, strangers read back from the file. */
class DataFileEncoderTest {

  private final MemoryFileIO io = new MemoryFileIO();
  private final TestFiles files = new TestFiles(io, "memory://data");

  @Test
  void everyTypeReadsBackCellForCell() {
    RowModel model = new RowModel(1);
    Schema schema = model.everyType(3);
    List<Record> rows = model.rows(schema, 700);

    DataFile file = files.write(schema, Map.of(), rows, 300);

    assertThat(files.read(schema, file.location())).isEqualTo(TestFiles.cells(schema, rows));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomNestedSchemasUnderRandomPropertiesReadBackCellForCell(long seed) {
    randomTablesReadBack(files, new RowModel(seed).nullShare(seed % 3 == 0 ? 0.8 : 0.15), seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void aCrewWritesTheSameRows(long seed) {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      TestFiles withCrew = new TestFiles(io, "memory://crew", new Crew(pool, 3));
      randomTablesReadBack(withCrew, new RowModel(seed), seed);
    } finally {
      pool.shutdownNow();
    }
  }

  private static void randomTablesReadBack(TestFiles writing, RowModel model, long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 3; round++) {
      Schema schema = model.schema(3, 8, 3);
      List<Record> rows = model.rows(schema, 1 + random.nextInt(800));
      Map<String, String> properties = randomProperties(random);

      DataFile file = writing.write(schema, properties, rows, 1 + random.nextInt(500));

      assertThat(writing.read(schema, file.location()))
          .as("seed %s, round %s, schema %s, properties %s", seed, round, schema, properties)
          .isEqualTo(TestFiles.cells(schema, rows));
    }
  }

  private static Map<String, String> randomProperties(Random random) {
    Map<String, String> properties = new HashMap<>();
    String[] codecs = {"zstd", "snappy", "gzip", "lz4_raw", "uncompressed"};
    properties.put("write.parquet.compression-codec", codecs[random.nextInt(codecs.length)]);
    properties.put("write.parquet.page-version", random.nextBoolean() ? "v1" : "v2");
    properties.put("write.parquet.page-row-limit", String.valueOf(1 + random.nextInt(300)));
    properties.put("write.parquet.page-size-bytes", String.valueOf(1 << random.nextInt(20)));
    properties.put("write.parquet.dict-size-bytes", String.valueOf(1 << random.nextInt(20)));
    properties.put("write.parquet.row-group-size-bytes", String.valueOf(1 << random.nextInt(24)));
    properties.put("write.parquet.row-group-check-min-record-count", "10");
    properties.put("parquet.enable.dictionary", String.valueOf(random.nextInt(4) > 0));
    properties.put("firn.parquet.delta-integers", String.valueOf(random.nextInt(4) > 0));
    return properties;
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "snappy", "gzip", "lz4_raw", "uncompressed", "none"})
  void everyCodecIsReadByIcebergAndByDuckDb(String codec, @TempDir Path folder) throws Exception {
    for (String version : new String[] {"v1", "v2"}) {
      RowModel model = new RowModel(7);
      Schema schema = flat();
      List<Record> rows = model.rows(schema, 3000);
      Map<String, String> properties =
          Map.of(
              "write.parquet.compression-codec",
              codec,
              "write.parquet.page-version",
              version,
              "write.parquet.page-row-limit",
              "700");

      DataFile file = files.write(schema, properties, rows, 1000);

      List<List<Object>> expected = TestFiles.cells(schema, rows);
      assertThat(files.read(schema, file.location())).isEqualTo(expected);
      assertThat(DuckDbReader.rows(schema, List.of(copy(file, folder)))).isEqualTo(expected);
    }
  }

  @Test
  void duckDbReadsEveryTypeAndNestingThatItKnows(@TempDir Path folder) throws Exception {
    RowModel model = new RowModel(3);
    Schema all = model.everyType(3);
    Schema schema =
        new Schema(
            all.columns().stream().filter(field -> DuckDbReader.reads(field.type())).toList());
    List<Record> rows = model.rows(schema, 1000);

    DataFile file =
        files.write(schema, Map.of("write.parquet.row-group-size-bytes", "100000"), rows, 300);

    assertThat(file.splitOffsets()).hasSizeGreaterThan(2);
    assertThat(Cells.sorted(DuckDbReader.rows(schema, List.of(copy(file, folder)))))
        .isEqualTo(Cells.sorted(TestFiles.cells(schema, rows)));
  }

  @Test
  void duckDbReadsWhatItKnowsBesideTypesThatItDoesNot(@TempDir Path folder) throws Exception {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "place", Types.GeometryType.crs84()),
            NestedField.optional(3, "region", Types.GeographyType.crs84()),
            NestedField.optional(4, "any", Types.VariantType.get()),
            NestedField.optional(5, "nothing", Types.UnknownType.get()));
    List<Record> rows = new RowModel(12).rows(schema, 200);
    DataFile file = files.write(schema, Map.of(), rows, 100);

    Schema known = schema.select("id");
    assertThat(DuckDbReader.rows(known, List.of(copy(file, folder))))
        .isEqualTo(TestFiles.cells(known, rows));
  }

  @Test
  void duckDbReadsDeepNesting(@TempDir Path folder) throws Exception {
    for (long seed = 21; seed < 24; seed++) {
      RowModel model = new RowModel(seed);
      Schema any = model.schema(2, 8, 4);
      Schema schema =
          new Schema(
              any.columns().stream().filter(field -> DuckDbReader.reads(field.type())).toList());
      List<Record> rows = model.rows(schema, 300);

      DataFile file = files.write(schema, Map.of("write.parquet.page-row-limit", "64"), rows, 1000);

      assertThat(DuckDbReader.rows(schema, List.of(copy(file, folder))))
          .as("seed %s, %s", seed, schema)
          .isEqualTo(TestFiles.cells(schema, rows));
    }
  }

  @Test
  void columnsOfNullsAndSingleRowsReadBack() {
    RowModel model = new RowModel(4).nullShare(1);
    Schema schema = model.everyType(3);
    for (int count : new int[] {1, 8, 65, 1000}) {
      List<Record> rows = model.rows(schema, count);

      DataFile file = files.write(schema, Map.of(), rows, 500);

      assertThat(files.read(schema, file.location())).isEqualTo(TestFiles.cells(schema, rows));
    }
  }

  @Test
  void listsOfManyElementsAndRowsLargerThanAPageReadBack() {
    Schema schema =
        new Schema(
            NestedField.optional(1, "many", Types.ListType.ofOptional(2, Types.StringType.get())),
            NestedField.required(3, "large", Types.StringType.get()));
    Random random = new Random(5);
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      List<String> many = new ArrayList<>();
      for (int k = random.nextInt(3000); k > 0; k--) {
        many.add(random.nextInt(5) == 0 ? null : "element " + random.nextInt(100_000));
      }
      rows.add(TestFiles.record(schema, many, "x".repeat(random.nextInt(20_000))));
    }

    DataFile file =
        files.write(
            schema,
            Map.of(
                "write.parquet.page-size-bytes", "8000", "write.parquet.dict-size-bytes", "9000"),
            rows,
            20);

    assertThat(files.read(schema, file.location())).isEqualTo(TestFiles.cells(schema, rows));
  }

  @Test
  void aDictionaryThatOutgrowsItsPageIsClosedAndTheRestIsPlain() {
    Schema schema =
        new Schema(
            NestedField.optional(1, "s", Types.StringType.get()),
            NestedField.optional(2, "l", Types.LongType.get()),
            NestedField.optional(3, "i", Types.IntegerType.get()),
            NestedField.optional(4, "d", Types.DoubleType.get()),
            NestedField.optional(5, "f", Types.FloatType.get()));
    List<Record> rows = new ArrayList<>();
    Random random = new Random(6);
    for (int i = 0; i < 40_000; i++) {
      int value = random.nextInt(i < 20_000 ? 200 : 20_000);
      rows.add(
          i % 11 == 0
              ? TestFiles.record(schema, null, null, null, null, null)
              : TestFiles.record(
                  schema, "value " + value, (long) value, value, value / 8.0, value / 8f));
    }

    DataFile file =
        files.write(
            schema,
            Map.of(
                "write.parquet.dict-size-bytes", "10000", "write.parquet.page-row-limit", "5000"),
            rows,
            20_000);

    assertThat(files.read(schema, file.location())).isEqualTo(TestFiles.cells(schema, rows));
  }

  @Test
  void rowsArePickedInTheOrderThatIsGiven() {
    RowModel model = new RowModel(8);
    Schema schema = model.everyType(3);
    List<Record> rows = model.rows(schema, 500);
    RowBatch batch = BatchFill.batch(schema, rows);
    List<Integer> picked = new ArrayList<>();
    for (int i = 0; i < 500; i += 2) {
      picked.add(i);
    }
    Collections.shuffle(picked, new Random(8));
    DataFileEncoder encoder =
        new DataFileEncoder(
            files.settings(schema, Map.of("write.parquet.page-row-limit", "100")),
            Partition.unpartitioned(0));

    encoder.add(batch, picked.stream().mapToInt(Integer::intValue).toArray());
    DataFile file = encoder.seal().dataFile();

    assertThat(files.read(schema, file.location()))
        .isEqualTo(TestFiles.cells(schema, picked.stream().map(rows::get).toList()));
  }

  @Test
  void theFileSaysItsSchemaWithIds() throws Exception {
    Schema schema = new RowModel(9).everyType(3);
    DataFile file = files.write(schema, Map.of(), new RowModel(9).rows(schema, 10), 10);

    try (var reader = files.open(file.location())) {
      assertThat(reader.getFileMetaData().getKeyValueMetaData())
          .containsEntry("iceberg.schema", SchemaParser.toJson(schema));
      assertThat(reader.getFileMetaData().getSchema().getColumns())
          .allMatch(
              column ->
                  column.getPrimitiveType().getId() != null
                      || column.getPath()[column.getPath().length - 1].matches("metadata|value"));
    }
    assertThat(file.recordCount()).isEqualTo(10);
    assertThat(file.fileSizeInBytes()).isEqualTo(io.newInputFile(file.location()).getLength());
  }

  @Test
  void rowGroupsEndNearTheirSizeAndSplitOffsetsAreTheirStarts() throws Exception {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.required(2, "noise", Types.DoubleType.get()));
    Random random = new Random(10);
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      rows.add(TestFiles.record(schema, random.nextLong(), random.nextDouble()));
    }

    DataFile file =
        files.write(
            schema,
            Map.of(
                "write.parquet.row-group-size-bytes",
                "200000",
                "write.parquet.compression-codec",
                "snappy"),
            rows,
            20_000);

    try (var reader = files.open(file.location())) {
      List<Long> starts = new ArrayList<>();
      for (var block : reader.getFooter().getBlocks()) {
        starts.add(block.getStartingPos());
        assertThat(block.getCompressedSize()).isLessThan(230_000);
      }
      assertThat(file.splitOffsets()).isEqualTo(starts).hasSizeBetween(8, 10);
    }
  }

  @Test
  void heldBytesAndTheEstimateFollowWhatWasAdded() {
    Schema schema = flat();
    RowModel model = new RowModel(11);
    DataFileEncoder encoder =
        new DataFileEncoder(files.settings(schema, Map.of()), Partition.unpartitioned(0));
    assertThat(encoder.heldBytes()).isZero();

    long before = 0;
    for (int i = 0; i < 5; i++) {
      encoder.add(BatchFill.batch(schema, model.rows(schema, 2000)));
      assertThat(encoder.heldBytes()).isGreaterThan(before);
      before = encoder.heldBytes();
    }
    long estimate = encoder.estimatedFileBytes();
    assertThat(encoder.rows()).isEqualTo(10_000);
    SealedFile file = encoder.seal();

    assertThat(file.rows()).isEqualTo(10_000);
    assertThat((double) estimate / file.bytes()).isBetween(0.8, 1.3);
    assertThat(encoder.heldBytes()).isZero();
    assertThatThrownBy(encoder::seal).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aNullInARequiredFieldIsNeverWritten() {
    Schema schema = new Schema(NestedField.required(1, "id", Types.LongType.get()));
    DataFileEncoder encoder =
        new DataFileEncoder(files.settings(schema, Map.of()), Partition.unpartitioned(0));
    RowBatch batch = BatchFill.batch(schema, List.of(TestFiles.record(schema, (Object) null)));

    assertThatThrownBy(() -> encoder.add(batch)).hasMessageContaining("id");
  }

  private static Schema flat() {
    return new Schema(
        NestedField.required(1, "id", Types.LongType.get()),
        NestedField.optional(2, "flag", Types.BooleanType.get()),
        NestedField.optional(3, "number", Types.IntegerType.get()),
        NestedField.optional(4, "real", Types.DoubleType.get()),
        NestedField.optional(5, "small", Types.FloatType.get()),
        NestedField.optional(6, "text", Types.StringType.get()),
        NestedField.optional(7, "money", Types.DecimalType.of(38, 10)),
        NestedField.optional(8, "uuid", Types.UUIDType.get()),
        NestedField.optional(9, "at", Types.TimestampType.withZone()),
        NestedField.optional(10, "bytes", Types.BinaryType.get()),
        NestedField.required(11, "day", Types.DateType.get()));
  }

  private String copy(DataFile file, Path folder) throws Exception {
    Path target = folder.resolve("copy-" + System.nanoTime() + ".parquet");
    ByteBuffer bytes = ByteBuffer.allocate((int) file.fileSizeInBytes());
    try (var in = io.newInputFile(file.location()).newStream()) {
      bytes.put(in.readAllBytes());
    }
    Files.write(target, bytes.array());
    return target.toString();
  }
}
