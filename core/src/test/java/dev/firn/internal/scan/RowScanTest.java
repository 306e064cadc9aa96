package dev.firn.internal.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.DoubleColumn;
import dev.firn.internal.buffer.FloatColumn;
import dev.firn.internal.encode.TestFiles;
import dev.firn.testkit.MemoryFileIO;
import dev.firn.testkit.RowModel;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.ListType;
import org.apache.iceberg.types.Types.MapType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of files of Firn and of Iceberg, read back, written again, and read by Iceberg. */
class RowScanTest {

  private final MemoryFileIO io = new MemoryFileIO();
  private final TestFiles files = new TestFiles(io, "memory://data");
  private final RowCopies copies = new RowCopies(io);

  private static RowModel model(long seed) {
    return new RowModel(seed).without(TypeID.VARIANT);
  }

  /** With ids in the order in which a catalog gives them: no part of a column has the id of one. */
  private static Schema numbered(Schema schema) {
    return TypeUtil.assignFreshIds(schema, new AtomicInteger()::incrementAndGet);
  }

  @ParameterizedTest
  @CsvSource({
    "zstd, v1",
    "zstd, v2",
    "gzip, v1",
    "gzip, v2",
    "snappy, v1",
    "snappy, v2",
    "lz4_raw, v1",
    "lz4_raw, v2",
    "uncompressed, v1",
    "uncompressed, v2"
  })
  void everyTypeReadsBackCellForCellWithEveryCodec(String codec, String version) {
    RowModel model = model(codec.hashCode() + version.hashCode());
    Schema schema = numbered(model.everyType(3));
    List<Record> rows = model.rows(schema, 3_000);
    Map<String, String> properties =
        Map.of(
            "write.parquet.compression-codec",
            codec,
            "write.parquet.page-version",
            version,
            "write.parquet.page-row-limit",
            "333",
            "write.parquet.row-group-size-bytes",
            "1000000");

    String firn = files.write(schema, properties, rows, 1_000).location();

    assertThat(copies.cells(io.newInputFile(firn), schema, null))
        .isEqualTo(TestFiles.cells(schema, rows));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void everyTypeOfIcebergsWriterReadsBackCellForCell(String version) {
    RowModel model = model(version.hashCode());
    Schema schema = numbered(model.everyType(3));
    List<Record> rows = model.rows(schema, 3_000);

    String iceberg =
        files
            .writeWithIceberg(
                schema,
                Map.of(
                    "write.parquet.page-version", version,
                    "write.parquet.page-row-limit", "500",
                    "write.parquet.row-group-size-bytes", "1000000"),
                rows)
            .location();

    assertThat(copies.cells(io.newInputFile(iceberg), schema, null))
        .isEqualTo(TestFiles.cells(schema, rows));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void randomNestedSchemasUnderRandomPropertiesReadBackCellForCell(long seed) {
    Random random = new Random(seed);
    RowModel model = model(seed).nullShare(seed % 4 == 0 ? 0.8 : seed % 4 == 1 ? 0 : 0.15);
    for (int round = 0; round < 4; round++) {
      Schema schema = numbered(model.schema(3, 8, 4));
      List<Record> rows = model.rows(schema, 1 + random.nextInt(900));
      Map<String, String> properties = randomProperties(random);
      List<List<Object>> expected = TestFiles.cells(schema, rows);

      String firn = files.write(schema, properties, rows, 1 + random.nextInt(500)).location();
      String iceberg = files.writeWithIceberg(schema, properties, rows).location();

      for (String location : List.of(firn, iceberg)) {
        assertThat(copies.cells(io.newInputFile(location), schema, null))
            .as("seed %s, round %s, %s, %s, %s", seed, round, location, schema, properties)
            .isEqualTo(expected);
      }
    }
  }

  private static Map<String, String> randomProperties(Random random) {
    Map<String, String> properties = new HashMap<>();
    properties.put("write.parquet.page-version", random.nextBoolean() ? "v1" : "v2");
    properties.put("write.parquet.page-row-limit", String.valueOf(1 + random.nextInt(300)));
    properties.put("write.parquet.page-size-bytes", String.valueOf(64 << random.nextInt(14)));
    properties.put("write.parquet.dict-size-bytes", String.valueOf(64 << random.nextInt(14)));
    properties.put(
        "write.parquet.row-group-size-bytes", String.valueOf(1024 << random.nextInt(14)));
    properties.put("write.parquet.row-group-check-min-record-count", "10");
    properties.put("parquet.enable.dictionary", String.valueOf(random.nextInt(4) > 0));
    properties.put("firn.parquet.delta-integers", String.valueOf(random.nextInt(4) > 0));
    return properties;
  }

  @Test
  void moreRowsThanABatchInOnePageAndInOneList() {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "many", ListType.ofOptional(3, Types.IntegerType.get())),
            NestedField.optional(4, "name", Types.StringType.get()));
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      Record row = GenericRecord.create(schema);
      row.setField("id", (long) i);
      List<Integer> many = new ArrayList<>();
      for (int k = 0; k < (i == 9_000 ? 20_000 : i % 4); k++) {
        many.add(k % 3 == 0 ? null : k);
      }
      row.setField("many", i % 10 == 0 ? null : many);
      row.setField("name", i % 7 == 0 ? null : "name " + i % 50);
      rows.add(row);
    }
    String location =
        files
            .writeWithIceberg(schema, Map.of("write.parquet.page-row-limit", "1000000"), rows)
            .location();

    assertThat(copies.cells(io.newInputFile(location), schema, null))
        .isEqualTo(TestFiles.cells(schema, rows));
  }

  private static final Schema OLD =
      new Schema(
          NestedField.required(1, "id", Types.IntegerType.get()),
          NestedField.optional(2, "ratio", Types.FloatType.get()),
          NestedField.optional(3, "price", Types.DecimalType.of(9, 2)),
          NestedField.optional(4, "amount", Types.DecimalType.of(18, 2)),
          NestedField.optional(5, "dropped", Types.StringType.get()),
          NestedField.optional(
              6,
              "place",
              StructType.of(
                  NestedField.optional(7, "x", Types.IntegerType.get()),
                  NestedField.optional(8, "gone", Types.StringType.get()),
                  NestedField.optional(9, "tags", ListType.ofOptional(10, Types.FloatType.get())))),
          NestedField.optional(
              11,
              "lines",
              ListType.ofOptional(
                  12,
                  StructType.of(
                      NestedField.required(13, "n", Types.IntegerType.get()),
                      NestedField.optional(14, "gone", Types.LongType.get())))),
          NestedField.optional(
              15,
              "parts",
              MapType.ofOptional(
                  16,
                  17,
                  Types.StringType.get(),
                  StructType.of(NestedField.optional(18, "d", Types.DecimalType.of(9, 3))))));

  private static NestedField withDefault(int id, String name, int value) {
    return NestedField.optional(name)
        .withId(id)
        .ofType(Types.IntegerType.get())
        .withInitialDefault(Literal.of(value))
        .build();
  }

  /**
   * Every promotion, a rename and an addition at each place; drops with nothing left of a struct.
   */
  private static final Schema NEW =
      new Schema(
          NestedField.optional(
              15,
              "pieces",
              MapType.ofOptional(
                  16,
                  17,
                  Types.StringType.get(),
                  StructType.of(
                      withDefault(103, "e", 3),
                      NestedField.optional(18, "d", Types.DecimalType.of(20, 3))))),
          NestedField.optional(101, "added", Types.StringType.get()),
          NestedField.required(1, "number", Types.LongType.get()),
          NestedField.optional(2, "ratio", Types.DoubleType.get()),
          NestedField.optional(3, "price", Types.DecimalType.of(12, 2)),
          NestedField.optional(4, "amount", Types.DecimalType.of(38, 2)),
          NestedField.optional(
              6,
              "place",
              StructType.of(
                  NestedField.optional(104, "y", Types.LongType.get()),
                  NestedField.optional(
                      9, "labels", ListType.ofOptional(10, Types.DoubleType.get())),
                  NestedField.optional(7, "x", Types.LongType.get()),
                  NestedField.optional(105, "deep", StructType.of(withDefault(106, "z", 9))))),
          NestedField.optional(
              11,
              "lines",
              ListType.ofOptional(
                  12,
                  StructType.of(
                      withDefault(107, "m", -1),
                      NestedField.optional(
                          108, "more", ListType.ofOptional(109, Types.LongType.get()))))),
          withDefault(102, "seven", 7));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void columnsAndNestedFieldsComeAsTheTableHasThemNow(long seed) throws IOException {
    List<Record> rows = model(seed).rows(OLD, 3_000);
    String location =
        files.write(OLD, Map.of("write.parquet.page-row-limit", "700"), rows, 1_000).location();
    InputFile file = io.newInputFile(location);

    List<List<Object>> found = copies.cells(file, NEW, null);

    assertThat(found).hasSize(rows.size()).isEqualTo(RowCopies.byIceberg(file, NEW, null));
    assertThat(found.get(0)).contains(7L);
  }

  @Test
  void nanBitsAndNegativeZerosStay() {
    Schema schema =
        new Schema(
            NestedField.required(1, "f", Types.FloatType.get()),
            NestedField.required(2, "d", Types.DoubleType.get()));
    int[] floats = {0x7fc00001, 0xffc12345, 0x80000000, 0, 0x7f800000};
    long[] doubles = {
      0x7ff8000000000001L, 0xfff8123456789abcL, 0x8000000000000000L, 0, 0x7ff0000000000000L
    };
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < floats.length; i++) {
      Record row = GenericRecord.create(schema);
      row.setField("f", Float.intBitsToFloat(floats[i]));
      row.setField("d", Double.longBitsToDouble(doubles[i]));
      rows.add(row);
    }
    for (String dictionary : List.of("true", "false")) {
      String location =
          files
              .write(schema, Map.of("parquet.enable.dictionary", dictionary), rows, 1_000)
              .location();
      try (RowScan scan =
          RowScan.open(io.newInputFile(location), schema.columns(), null, Map.of())) {
        assertThat(scan.next()).isTrue();
        for (int i = 0; i < floats.length; i++) {
          FloatColumn f = (FloatColumn) scan.batch().columns().get(0);
          DoubleColumn d = (DoubleColumn) scan.batch().columns().get(1);
          assertThat(Float.floatToRawIntBits(f.values()[i])).isEqualTo(floats[i]);
          assertThat(Double.doubleToRawLongBits(d.values()[i])).isEqualTo(doubles[i]);
        }
        assertThat(scan.next()).isFalse();
        assertThat(scan.rows()).isZero();
      }
    }
  }

  @Test
  void aNullIsMadeOfTheRowsPositionWhereThatIsAskedFor() {
    Schema schema =
        new Schema(
            NestedField.optional(1, "id", Types.LongType.get()),
            NestedField.optional(2, "version", Types.LongType.get()));
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      Record row = GenericRecord.create(schema);
      row.setField("id", i % 3 == 0 ? null : -(long) i);
      row.setField("version", i % 5 == 0 ? null : 5L);
      rows.add(row);
    }
    Schema today =
        new Schema(
            NestedField.optional(1, "id", Types.LongType.get()),
            NestedField.optional(2, "version", Types.LongType.get()),
            NestedField.required(3, "new", Types.LongType.get()));
    String location =
        files
            .write(schema, Map.of("write.parquet.row-group-size-bytes", "50000"), rows, 3_000)
            .location();

    List<List<Object>> found =
        copies.cells(
            io.newInputFile(location),
            today,
            null,
            Map.of(1, position -> 1_000_000 + position, 3, position -> 2 * position));

    for (int i = 0; i < rows.size(); i++) {
      List<Object> expected = new ArrayList<>();
      expected.add(i % 3 == 0 ? 1_000_000L + i : -(long) i);
      expected.add(i % 5 == 0 ? null : 5L);
      expected.add(2L * i);
      assertThat(found.get(i)).isEqualTo(expected);
    }
  }

  @Test
  void aColumnOfTypeUnknownIsNullWhateverTheFileHas() {
    Record row = GenericRecord.create(OLD);
    row.setField("id", 1);
    String location = files.write(OLD, Map.of(), List.of(row), 10).location();
    NestedField unknown = NestedField.optional(1, "id", Types.UnknownType.get());

    try (RowScan scan = RowScan.open(io.newInputFile(location), List.of(unknown), null, Map.of())) {
      assertThat(scan.next()).isTrue();
      assertThat(scan.batch().rows()).isEqualTo(1);
      assertThat(scan.batch().columns().get(0).isNull(0)).isTrue();
    }
  }

  @Test
  void whatCannotBeReadBackIsRefused() {
    Record row = GenericRecord.create(OLD);
    row.setField("id", 1);
    row.setField("price", new BigDecimal("1.25"));
    String location = files.write(OLD, Map.of(), List.of(row), 10).location();

    refused(location, NestedField.optional(1, "v", Types.VariantType.get()), "does not read");
    refused(location, NestedField.optional(1, "v", Types.StringType.get()), "kept as INT32");
    refused(location, NestedField.optional(1, "v", Types.TimestampType.withZone()), "as INT32");
    refused(location, NestedField.optional(3, "v", Types.DecimalType.of(9, 3)), "kept as INT32");
    refused(location, NestedField.optional(6, "v", Types.LongType.get()), "a group of columns");
    refused(
        location,
        NestedField.optional(6, "v", ListType.ofOptional(50, Types.LongType.get())),
        "a group of columns");
    refused(
        location,
        NestedField.optional(
            11, "v", MapType.ofOptional(50, 51, Types.LongType.get(), Types.LongType.get())),
        "a group of columns");
    refused(
        location,
        NestedField.optional(
            6, "v", StructType.of(NestedField.optional(7, "x", Types.UUIDType.get()))),
        "'v.x' of type uuid is kept as INT32");
    refused(location, NestedField.required(99, "v", Types.LongType.get()), "lacks the column 'v'");
    refused(
        location,
        NestedField.optional(
            6, "v", StructType.of(NestedField.required(99, "x", Types.UUIDType.get()))),
        "lacks the column 'v.x'");
  }

  private void refused(String location, NestedField field, String why) {
    assertThatThrownBy(
            () -> RowScan.open(io.newInputFile(location), List.of(field), null, Map.of()))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aFileThatIsGoneIsNotFound() {
    assertThatThrownBy(
            () ->
                RowScan.open(io.newInputFile("memory://data/gone"), OLD.columns(), null, Map.of()))
        .isInstanceOf(NotFoundException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "uncompressed"})
  void damagedFilesAreRefusedAndNeverCrash(String codec) throws IOException {
    String location =
        files
            .write(
                OLD,
                Map.of("write.parquet.compression-codec", codec),
                model(5).rows(OLD, 2_000),
                1_000)
            .location();
    byte[] bytes;
    try (var in = io.newInputFile(location).newStream()) {
      bytes = in.readAllBytes();
    }
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      byte[] damaged = bytes.clone();
      int end = random.nextBoolean() ? damaged.length : Math.min(damaged.length, 4_000);
      for (int k = random.nextInt(3); k >= 0; k--) {
        damaged[damaged.length - 1 - random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
      }
      String copy = "memory://damaged/" + codec + i;
      try (OutputStream out = io.newOutputFile(copy).create()) {
        out.write(damaged);
      }
      try (RowScan scan = RowScan.open(io.newInputFile(copy), OLD.columns(), null, Map.of())) {
        while (scan.next()) {
          assertThat(scan.rows()).isPositive();
        }
      } catch (StorageException | UnsupportedTableException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(50, 600);
  }
}
