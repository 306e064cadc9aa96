package dev.firn.internal.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.testkit.Cells;
import dev.firn.testkit.MemoryFileIO;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.Files;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.MappedFields;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.ListType;
import org.apache.iceberg.types.Types.MapType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of files that neither Firn nor Iceberg wrote. */
class ForeignRowScanTest {

  private static final int ROWS = 3_000;

  @TempDir Path directory;
  private final RowCopies copies = new RowCopies(new MemoryFileIO());

  private InputFile write(String message, Consumer<List<Group>> rows) throws Exception {
    return write(message, WriterVersion.PARQUET_1_0, true, rows);
  }

  /** A file with just this schema. */
  private InputFile write(
      String message, WriterVersion version, boolean dictionary, Consumer<List<Group>> rows)
      throws Exception {
    MessageType schema = MessageTypeParser.parseMessageType(message);
    Path file = directory.resolve("foreign-" + System.nanoTime() + ".parquet");
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      groups.add(new SimpleGroup(schema));
    }
    rows.accept(groups);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(schema)
            .withWriterVersion(version)
            .withDictionaryEncoding(dictionary)
            .withPageRowCountLimit(400)
            .build()) {
      for (Group group : groups) {
        writer.write(group);
      }
    }
    return Files.localInput(file.toFile());
  }

  /** The copy of a file says what Iceberg reads in the file. */
  private void check(InputFile file, Schema schema, NameMapping names) throws Exception {
    assertThat(copies.cells(file, schema, names))
        .hasSize(ROWS)
        .isEqualTo(RowCopies.byIceberg(file, schema, names));
  }

  @Test
  void listsOfTwoLevelsAndMapsOfAnyName() throws Exception {
    List<List<Object>> expected = new ArrayList<>();
    InputFile file =
        write(
            """
            message old {
              optional group plain (LIST) = 1 { repeated int32 item = 2; }
              optional group pairs (LIST) = 3 {
                repeated group item = 4 { required int32 a = 5; optional binary b (UTF8) = 6; }
              }
              required group arrays (LIST) = 7 {
                repeated group array = 8 { optional int64 n = 9; }
              }
              optional group tuples (LIST) = 10 {
                repeated group tuples_tuple = 11 { optional int64 n = 12; }
              }
              optional group nested (LIST) = 13 {
                repeated group array (LIST) = 14 { repeated int32 array = 15; }
              }
              optional group newer (LIST) = 16 {
                repeated group bag { optional int32 array_element = 17; }
              }
              optional group entries (MAP_KEY_VALUE) = 18 {
                repeated group map {
                  required binary k (UTF8) = 19;
                  optional group v = 20 { optional int32 x = 21; }
                }
              }
            }
            """,
            rows -> {
              Random random = new Random(1);
              for (Group row : rows) {
                expected.add(fillOldLists(row, random));
              }
            });
    Schema schema =
        new Schema(
            NestedField.optional(
                18,
                "entries",
                MapType.ofOptional(
                    19,
                    20,
                    Types.StringType.get(),
                    StructType.of(NestedField.optional(21, "x", Types.IntegerType.get())))),
            NestedField.optional(1, "plain", ListType.ofRequired(2, Types.LongType.get())),
            NestedField.optional(
                3,
                "pairs",
                ListType.ofRequired(
                    4,
                    StructType.of(
                        NestedField.optional(6, "b", Types.StringType.get()),
                        NestedField.required(5, "a", Types.IntegerType.get())))),
            NestedField.required(
                7,
                "arrays",
                ListType.ofRequired(
                    8, StructType.of(NestedField.optional(9, "n", Types.LongType.get())))),
            NestedField.optional(
                10,
                "tuples",
                ListType.ofRequired(
                    11, StructType.of(NestedField.optional(12, "n", Types.LongType.get())))),
            NestedField.optional(
                13,
                "nested",
                ListType.ofRequired(14, ListType.ofRequired(15, Types.IntegerType.get()))),
            NestedField.optional(16, "newer", ListType.ofOptional(17, Types.IntegerType.get())));

    assertThat(copies.cells(file, schema, null)).isEqualTo(expected);
  }

  /** Fills a row; returns its cells in the order of the schema above. */
  private static List<Object> fillOldLists(Group row, Random random) {
    List<Object> plain = random.nextInt(4) == 0 ? null : new ArrayList<>();
    if (plain != null) {
      Group list = row.addGroup("plain");
      for (int k = random.nextInt(4); k > 0; k--) {
        list.add("item", -k);
        plain.add((long) -k);
      }
    }
    List<Object> pairs = random.nextInt(4) == 0 ? null : new ArrayList<>();
    if (pairs != null) {
      Group list = row.addGroup("pairs");
      for (int k = random.nextInt(4); k > 0; k--) {
        Group item = list.addGroup("item").append("a", k);
        if (k % 2 == 0) {
          item.add("b", "b" + k);
        }
        pairs.add(Arrays.asList(k % 2 == 0 ? "b" + k : null, (long) k));
      }
    }
    List<Object> arrays = structs(row.addGroup("arrays"), "array", random);
    List<Object> tuples =
        random.nextInt(4) == 0 ? null : structs(row.addGroup("tuples"), "tuples_tuple", random);
    List<Object> nested = random.nextInt(4) == 0 ? null : new ArrayList<>();
    if (nested != null) {
      Group list = row.addGroup("nested");
      for (int k = random.nextInt(4); k > 0; k--) {
        Group array = list.addGroup("array");
        List<Object> inner = new ArrayList<>();
        for (int j = random.nextInt(3); j > 0; j--) {
          array.add("array", j);
          inner.add((long) j);
        }
        nested.add(inner);
      }
    }
    List<Object> newer = new ArrayList<>();
    Group bags = row.addGroup("newer");
    for (int k = random.nextInt(4); k > 0; k--) {
      Group bag = bags.addGroup("bag");
      if (k % 2 == 0) {
        bag.add("array_element", k);
      }
      newer.add(k % 2 == 0 ? (long) k : null);
    }
    return Arrays.asList(entries(row, random), plain, pairs, arrays, tuples, nested, newer);
  }

  private static List<Object> structs(Group list, String name, Random random) {
    List<Object> cells = new ArrayList<>();
    for (int k = random.nextInt(4); k > 0; k--) {
      Group element = list.addGroup(name);
      if (k % 2 == 0) {
        element.add("n", (long) k);
      }
      cells.add(Arrays.asList(k % 2 == 0 ? (long) k : null));
    }
    return cells;
  }

  private static List<Object> entries(Group row, Random random) {
    if (random.nextInt(4) == 0) {
      return null;
    }
    List<Object> cells = new ArrayList<>();
    Group entries = row.addGroup("entries");
    for (int k = 0; k < random.nextInt(4); k++) {
      Group entry = entries.addGroup("map").append("k", "key " + k);
      boolean there = random.nextBoolean();
      boolean known = random.nextBoolean();
      if (there) {
        Group value = entry.addGroup("v");
        if (known) {
          value.add("x", k);
        }
      }
      cells.add(Arrays.asList("key " + k, there ? Arrays.asList(known ? (long) k : null) : null));
    }
    return cells;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void decimalsInEveryPhysicalForm(boolean dictionary) throws Exception {
    for (WriterVersion version : WriterVersion.values()) {
      InputFile file =
          write(
              """
              message decimals {
                required int32 a (DECIMAL(9,2)) = 1;
                required int64 b (DECIMAL(9,2)) = 2;
                required binary c (DECIMAL(9,2)) = 3;
                optional fixed_len_byte_array(9) d (DECIMAL(9,2)) = 4;
                required int64 e (DECIMAL(18,2)) = 5;
                optional binary f (DECIMAL(18,2)) = 6;
                required fixed_len_byte_array(16) g (DECIMAL(38,2)) = 7;
                required binary h (DECIMAL(38,2)) = 8;
              }
              """,
              version,
              dictionary,
              rows -> {
                for (int i = 0; i < rows.size(); i++) {
                  int v = (i % 500 - 250) * 3_777;
                  long w = v * 1_000_000_007L;
                  BigInteger x = BigInteger.valueOf(w).pow(2).multiply(BigInteger.valueOf(v));
                  Group row = rows.get(i);
                  row.append("a", v).append("b", (long) v).append("c", least(v));
                  row.append("d", padded(BigInteger.valueOf(v), 9)).append("e", w);
                  row.append("f", least(w)).append("g", padded(x, 16));
                  row.append("h", Binary.fromConstantByteArray(x.toByteArray()));
                }
              });
      List<NestedField> exact = new ArrayList<>();
      List<NestedField> wider = new ArrayList<>();
      for (int i = 1; i <= 8; i++) {
        int precision = i <= 4 ? 9 : i <= 6 ? 18 : 38;
        String name = String.valueOf((char) ('a' + i - 1));
        exact.add(NestedField.optional(i, name, Types.DecimalType.of(precision, 2)));
        wider.add(
            NestedField.optional(i, name, Types.DecimalType.of(Math.min(38, precision + 7), 2)));
      }
      check(file, new Schema(exact), null);
      check(file, new Schema(wider), null);
      List<Object> first = copies.cells(file, new Schema(exact), null).get(0);
      assertThat(first.get(3)).isEqualTo(new BigDecimal("-9442.50"));
    }
  }

  private static Binary least(long value) {
    return Binary.fromConstantByteArray(BigInteger.valueOf(value).toByteArray());
  }

  private static Binary padded(BigInteger value, int length) {
    byte[] bytes = new byte[length];
    byte[] least = value.toByteArray();
    Arrays.fill(bytes, (byte) (value.signum() < 0 ? -1 : 0));
    System.arraycopy(least, 0, bytes, length - least.length, least.length);
    return Binary.fromConstantByteArray(bytes);
  }

  @Test
  void timesInOtherUnits() throws Exception {
    LocalDateTime start = LocalDateTime.of(1969, 12, 31, 23, 0);
    InputFile file =
        write(
            """
            message times {
              required int32 a (TIME_MILLIS) = 1;
              required int64 b (TIMESTAMP(MILLIS,true)) = 2;
              required int96 c = 3;
              required int64 d (TIMESTAMP(MICROS,true)) = 4;
              required int64 e (TIMESTAMP(NANOS,true)) = 5;
            }
            """,
            rows -> {
              for (int i = 0; i < rows.size(); i++) {
                LocalDateTime at = start.plusSeconds(7L * i).plusNanos(i * 1_001_000L);
                Group row = rows.get(i);
                row.append("a", (int) (at.toLocalTime().toNanoOfDay() / 1_000_000));
                row.append("b", at.toInstant(ZoneOffset.UTC).toEpochMilli());
                row.append("c", int96(at)).append("d", 1L).append("e", 1L);
              }
            });
    Schema schema =
        new Schema(
            NestedField.required(1, "a", Types.TimeType.get()),
            NestedField.required(2, "b", Types.TimestampType.withZone()),
            NestedField.required(3, "c", Types.TimestampType.withZone()));

    check(file, schema, null);
    List<Object> last = copies.cells(file, schema, null).get(ROWS - 1);
    LocalDateTime at = start.plusSeconds(7L * (ROWS - 1)).plusNanos((ROWS - 1) * 1_001_000L);
    assertThat(last.get(2)).isEqualTo(Cells.cell(Types.TimestampType.withoutZone(), at));
    assertThat(last.get(0)).isEqualTo(at.toLocalTime().toNanoOfDay() / 1_000_000 * 1_000);
    assertThat(
            copies
                .cells(
                    file,
                    new Schema(NestedField.required(4, "d", Types.TimestampNanoType.withZone())),
                    null)
                .get(0))
        .containsExactly(1_000L);
    assertThatThrownBy(
            () ->
                copies.cells(
                    file,
                    new Schema(NestedField.required(5, "e", Types.TimestampType.withZone())),
                    null))
        .isInstanceOf(UnsupportedTableException.class);
  }

  private static Binary int96(LocalDateTime at) {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(at.toLocalTime().toNanoOfDay());
    bytes.putInt((int) (at.toLocalDate().toEpochDay() + 2_440_588));
    return Binary.fromConstantByteArray(bytes.array());
  }

  @ParameterizedTest
  @EnumSource(WriterVersion.class)
  void valuesInEveryEncodingOfParquetJava(WriterVersion version) throws Exception {
    for (boolean dictionary : new boolean[] {true, false}) {
      InputFile file =
          write(
              """
              message values {
                optional boolean a = 1; optional int32 b = 2; optional int64 c = 3;
                optional float d = 4; optional double e = 5; optional binary f (UTF8) = 6;
                optional fixed_len_byte_array(16) g = 7;
              }
              """,
              version,
              dictionary,
              rows -> {
                Random random = new Random(3);
                for (int i = 0; i < rows.size(); i++) {
                  if (i % 11 > 0) {
                    int n = random.nextInt(i < 1_000 ? 10 : Integer.MAX_VALUE);
                    byte[] uuid = Arrays.copyOf(("uuid " + n).getBytes(StandardCharsets.UTF_8), 16);
                    Group row = rows.get(i);
                    row.append("a", n % 3 == 0).append("b", n).append("c", -3L * n);
                    row.append("d", n / 7f).append("e", n / 7d).append("f", "text " + n);
                    row.append("g", Binary.fromConstantByteArray(uuid));
                  }
                }
              });
      check(
          file,
          new Schema(
              NestedField.optional(1, "a", Types.BooleanType.get()),
              NestedField.optional(2, "b", Types.LongType.get()),
              NestedField.optional(3, "c", Types.LongType.get()),
              NestedField.optional(4, "d", Types.DoubleType.get()),
              NestedField.optional(5, "e", Types.DoubleType.get()),
              NestedField.optional(6, "f", Types.StringType.get()),
              NestedField.optional(7, "g", Types.UUIDType.get())),
          null);
    }
  }

  @Test
  void aFileOfParquetAvroHasNoIdsAndListsOfTwoLevels() throws Exception {
    org.apache.avro.Schema avro =
        SchemaBuilder.record("row")
            .fields()
            .requiredLong("id")
            .name("numbers")
            .type()
            .array()
            .items()
            .intType()
            .noDefault()
            .name("inner")
            .type()
            .record("inner")
            .fields()
            .optionalString("name")
            .endRecord()
            .noDefault()
            .name("map")
            .type()
            .map()
            .values()
            .doubleType()
            .noDefault()
            .endRecord();
    Path path = directory.resolve("avro.parquet");
    try (ParquetWriter<GenericData.Record> writer =
        AvroParquetWriter.<GenericData.Record>builder(new LocalOutputFile(path))
            .withSchema(avro)
            .build()) {
      for (int i = 0; i < ROWS; i++) {
        GenericData.Record row = new GenericData.Record(avro);
        GenericData.Record inner = new GenericData.Record(avro.getField("inner").schema());
        inner.put("name", i % 3 == 0 ? null : "name " + i);
        row.put("id", (long) i);
        row.put("numbers", i % 4 == 0 ? List.of() : List.of(i, i + 1));
        row.put("inner", inner);
        row.put("map", i % 5 == 0 ? Map.of() : Map.of("k" + i, i / 2d));
        writer.write(row);
      }
    }
    Schema schema =
        new Schema(
            NestedField.required(11, "id", Types.LongType.get()),
            NestedField.optional(13, "numbers", ListType.ofRequired(14, Types.LongType.get())),
            NestedField.optional(
                15,
                "inner",
                StructType.of(
                    NestedField.optional(99, "later", Types.LongType.get()),
                    NestedField.optional(16, "title", Types.StringType.get()))),
            NestedField.optional(
                17,
                "map",
                MapType.ofRequired(18, 19, Types.StringType.get(), Types.DoubleType.get())));
    NameMapping names =
        NameMapping.of(
            MappedField.of(11, "id"),
            MappedField.of(13, "numbers", MappedFields.of(MappedField.of(14, "element"))),
            MappedField.of(
                15, "inner", MappedFields.of(MappedField.of(16, List.of("title", "name")))),
            MappedField.of(
                17,
                "map",
                MappedFields.of(MappedField.of(18, "key"), MappedField.of(19, "value"))));

    List<List<Object>> found = copies.cells(Files.localInput(path.toFile()), schema, names);

    assertThat(found).hasSize(ROWS);
    for (int i = 0; i < ROWS; i++) {
      List<Object> inner = new ArrayList<>();
      inner.add(null);
      inner.add(i % 3 == 0 ? null : "name " + i);
      assertThat(found.get(i))
          .containsExactly(
              (long) i,
              i % 4 == 0 ? List.of() : List.of((long) i, i + 1L),
              inner,
              i % 5 == 0 ? List.of() : List.of(List.of("k" + i, i / 2d)));
    }
  }

  @Test
  void aFileOfDuckDbIsFoundByNamesAndByPlaces() throws Exception {
    Path path = directory.resolve("duck.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          "COPY (SELECT i::BIGINT AS id, {'a': i, 'b': [i, NULL, i + 1]} AS nested,"
              + " CASE WHEN i % 3 = 0 THEN NULL ELSE MAP {'k' || i: {'x': i / 4}} END AS m,"
              + " CASE WHEN i % 7 = 0 THEN NULL ELSE 'name ' || i % 10 END AS name FROM range("
              + ROWS
              + ") t(i)) TO '"
              + path
              + "' (FORMAT parquet)");
    }
    InputFile file = Files.localInput(path.toFile());
    Schema schema =
        new Schema(
            NestedField.optional(
                12,
                "nested",
                StructType.of(
                    NestedField.optional(22, "b", ListType.ofOptional(23, Types.LongType.get())),
                    NestedField.optional(21, "a", Types.LongType.get()))),
            NestedField.optional(14, "name", Types.StringType.get()),
            NestedField.optional(
                13,
                "m",
                MapType.ofOptional(
                    31,
                    32,
                    Types.StringType.get(),
                    StructType.of(NestedField.optional(33, "x", Types.DoubleType.get())))),
            NestedField.optional(11, "id", Types.LongType.get()));
    check(file, schema, MappingUtil.create(schema));
    List<Object> row = copies.cells(file, schema, MappingUtil.create(schema)).get(4);
    assertThat(row)
        .containsExactly(
            List.of(Arrays.asList(4L, null, 5L), 4L),
            "name 4",
            List.of(List.of("k4", List.of(1.0))),
            4L);

    Schema byPlace =
        new Schema(
            NestedField.optional(4, "any", Types.StringType.get()),
            NestedField.optional(1, "name", Types.LongType.get()));
    check(file, byPlace, null);
    assertThat(copies.cells(file, byPlace, null).get(4)).containsExactly("name 4", 4L);
  }

  @Test
  void aColumnThatIsRepeatedByItselfIsRefused() throws Exception {
    InputFile file = write("message m { repeated int32 a = 1; }", rows -> {});

    assertThatThrownBy(
            () ->
                copies.cells(
                    file, new Schema(NestedField.optional(1, "a", Types.IntegerType.get())), null))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("kept as INT32, repeated,");
  }
}
