package dev.firn.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.RowBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PartitionKeysTest {

  static final List<Type> TYPES =
      List.of(
          Types.BooleanType.get(),
          Types.IntegerType.get(),
          Types.LongType.get(),
          Types.FloatType.get(),
          Types.DoubleType.get(),
          Types.DecimalType.of(9, 2),
          Types.DecimalType.of(18, 0),
          Types.DecimalType.of(19, 4),
          Types.DecimalType.of(38, 10),
          Types.DateType.get(),
          Types.TimeType.get(),
          Types.TimestampType.withoutZone(),
          Types.TimestampType.withZone(),
          Types.TimestampNanoType.withoutZone(),
          Types.TimestampNanoType.withZone(),
          Types.StringType.get(),
          Types.UUIDType.get(),
          Types.FixedType.ofLength(5),
          Types.BinaryType.get(),
          Types.UnknownType.get());

  static final List<String> TRANSFORMS =
      List.of(
          "identity",
          "bucket[1]",
          "bucket[16]",
          "bucket[2147483647]",
          "truncate[1]",
          "truncate[3]",
          "truncate[10]",
          "truncate[2147483647]",
          "year",
          "month",
          "day",
          "hour",
          "void");

  static Stream<Arguments> transformsOfTypes() {
    return TYPES.stream()
        .flatMap(
            type ->
                TRANSFORMS.stream()
                    .filter(name -> Transforms.fromString(name).canTransform(type))
                    .map(name -> Arguments.of(type, name)));
  }

  @ParameterizedTest
  @MethodSource("transformsOfTypes")
  @SuppressWarnings("unchecked")
  void everyTransformGivesWhatIcebergGives(Type type, String name) {
    Transform<Object, Object> transform = (Transform<Object, Object>) Transforms.fromString(name);
    List<@Nullable Object> values = TestValues.internalValues(type, new Random(42), 1_000);
    List<@Nullable Object> expected =
        values.stream()
            .map(value -> value == null ? null : transform.bind(type).apply(value))
            .toList();

    for (boolean nested : new boolean[] {false, true}) {
      Schema schema = schemaWith(type, nested);
      PartitionKeys keys = PartitionKeys.of(spec(schema, name), schema);
      RowBatch batch = batchOf(schema, values, nested);
      int[] ordinals = keys.ordinals(batch);
      Map<Object, Integer> seen = new HashMap<>();
      for (int i = 0; i < values.size(); i++) {
        Partition partition = keys.partition(ordinals[i]);
        Object key = comparable(expected.get(i));
        assertThat(comparable(partition.get(0, Object.class)))
            .as("%s of %s, row %d, nested %s", name, values.get(i), i, nested)
            .isEqualTo(key);
        assertThat(ordinals[i])
            .as("ordinals by first appearance")
            .isEqualTo(seen.computeIfAbsent(key, any -> seen.size()));
      }
      assertThat(keys.count()).isEqualTo(seen.size());
    }
  }

  @ParameterizedTest
  @MethodSource("transformsOfTypes")
  void everyPartitionIsTakenByIcebergsDataFiles(Type type, String name) {
    Schema schema = schemaWith(type, false);
    PartitionSpec spec = spec(schema, name);
    PartitionKeys keys = PartitionKeys.of(spec, schema);
    List<@Nullable Object> values = TestValues.internalValues(type, new Random(7), 50);
    int[] ordinals = keys.ordinals(batchOf(schema, values, false));
    for (int i = 0; i < values.size(); i++) {
      Partition partition = keys.partition(ordinals[i]);
      DataFile file =
          DataFiles.builder(spec)
              .withPath("memory:/f.parquet")
              .withFileSizeInBytes(1)
              .withRecordCount(1)
              .withPartition(partition)
              .build();
      assertThat(file.partition().get(0, Object.class)).isEqualTo(partition.get(0, Object.class));
      assertThat(spec.partitionToPath(partition)).isNotEmpty();
    }
  }

  @Test
  void ordinalsGoOnAcrossBatchesUntilReset() {
    Schema schema = schemaWith(Types.StringType.get(), false);
    PartitionKeys keys = PartitionKeys.of(spec(schema, "identity"), schema);

    assertThat(firstOrdinals(keys, schema, "a", null, "b", "a", null))
        .containsExactly(0, 1, 2, 0, 1);
    assertThat(firstOrdinals(keys, schema, "b", "c", "a", null)).containsExactly(2, 3, 0, 1);
    Partition a = keys.partition(0);
    assertThat(keys.partition(0)).isSameAs(a);
    keys.reset();
    assertThat(keys.count()).isZero();
    assertThat(firstOrdinals(keys, schema, "c", "b")).containsExactly(0, 1);
    assertThat(keys.partition(0).get(0, Object.class)).isEqualTo("c");
  }

  private static int[] firstOrdinals(
      PartitionKeys keys, Schema schema, @Nullable Object... values) {
    List<@Nullable Object> list = java.util.Arrays.asList(values);
    return java.util.Arrays.copyOf(keys.ordinals(batchOf(schema, list, false)), list.size());
  }

  @Test
  void severalFieldsMakeOnePartition() {
    Schema schema =
        new Schema(
            NestedField.optional(1, "a", Types.IntegerType.get()),
            NestedField.optional(2, "b", Types.StringType.get()),
            NestedField.optional(3, "c", Types.TimestampType.withZone()));
    PartitionSpec spec =
        PartitionSpec.builderFor(schema)
            .withSpecId(9)
            .identity("a")
            .alwaysNull("a", "nothing")
            .truncate("b", 1)
            .day("c")
            .build();
    PartitionKeys keys = PartitionKeys.of(spec, schema);
    ConversionPlan plan = ConversionPlan.of(schema);
    Random random = new Random(1);
    Map<Partition, Integer> seen = new HashMap<>();
    List<Partition> byOrdinal = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      RowBatch batch = new RowBatch(plan.shapes());
      RowCursor cursor = plan.newCursor();
      cursor.attach(batch);
      List<Partition> expected = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        Integer a = random.nextInt(5) == 0 ? null : random.nextInt(4);
        String b = random.nextInt(5) == 0 ? null : "xyz".substring(random.nextInt(3));
        Long c = random.nextInt(5) == 0 ? null : random.nextLong(3) * 86_400_000_000L + 5;
        cursor.append(i, (record, row) -> row.setObject(0, a).setObject(1, b).setObject(2, c));
        Partition partition =
            new Partition(
                9,
                new Object[] {
                  a,
                  null,
                  b == null ? null : b.substring(0, 1),
                  c == null ? null : (int) (c / 86_400_000_000L)
                });
        if (seen.putIfAbsent(partition, seen.size()) == null) {
          byOrdinal.add(partition);
        }
        expected.add(partition);
      }
      int[] ordinals = keys.ordinals(batch);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(ordinals[i]).isEqualTo(seen.get(expected.get(i)));
        assertThat(keys.partition(ordinals[i])).isEqualTo(expected.get(i));
      }
    }
    assertThat(keys.count()).isEqualTo(byOrdinal.size());
  }

  @Test
  void anUnpartitionedTableHasOnePartition() {
    Schema schema = schemaWith(Types.IntegerType.get(), false);
    PartitionKeys keys = PartitionKeys.of(PartitionSpec.unpartitioned(), schema);
    assertThat(keys.count()).isZero();
    assertThat(firstOrdinals(keys, schema, 1, 2, null)).containsExactly(0, 0, 0);
    assertThat(keys.count()).isEqualTo(1);
    assertThat(keys.partition(0)).isEqualTo(Partition.unpartitioned(0));
  }

  @Test
  void aVoidFieldOutlivesItsColumn() {
    Schema old =
        new Schema(
            NestedField.optional(1, "kept", Types.IntegerType.get()),
            NestedField.optional(2, "dropped", Types.IntegerType.get()));
    PartitionSpec spec =
        PartitionSpec.builderFor(old).alwaysNull("dropped").identity("kept").build();
    Schema now = new Schema(old.findField("kept"));
    PartitionKeys keys = PartitionKeys.of(spec, now);
    assertThat(firstOrdinals(keys, now, 4, 5, 4)).containsExactly(0, 1, 0);
    assertThat(keys.partition(1)).isEqualTo(new Partition(spec.specId(), new Object[] {null, 5}));
  }

  @Test
  void aTransformOfTheFutureIsRefusedByName() {
    Schema schema = schemaWith(Types.IntegerType.get(), false);
    assertThatThrownBy(() -> PartitionKeys.of(spec(schema, "zorder"), schema))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("'part'")
        .hasMessageContaining("zorder")
        .hasMessageContaining("int");
  }

  @Test
  void manyPartitionsAreFoundAgain() {
    Schema schema = schemaWith(Types.LongType.get(), false);
    PartitionKeys keys = PartitionKeys.of(spec(schema, "identity"), schema);
    List<@Nullable Object> values = new ArrayList<>();
    for (long i = 0; i < 20_000; i++) {
      values.add(i * 64 % 20_011);
    }
    RowBatch batch = batchOf(schema, values, false);
    int[] first = keys.ordinals(batch).clone();
    assertThat(keys.ordinals(batch)).isEqualTo(first);
    assertThat(keys.count()).isEqualTo(20_000);
    assertThat(keys.partition(19_999).get(0, Object.class)).isEqualTo(values.get(19_999));
    assertThat(keys.heapBytes()).isLessThan(8_000_000);
  }

  static Schema schemaWith(Type type, boolean nested) {
    NestedField source = NestedField.optional(5, "source", type);
    NestedField beside = NestedField.optional(6, "beside", Types.IntegerType.get());
    return nested
        ? new Schema(
            NestedField.optional(1, "id", Types.IntegerType.get()),
            NestedField.optional(
                2,
                "outer",
                Types.StructType.of(
                    NestedField.optional(3, "other", Types.StringType.get()),
                    NestedField.optional(4, "inner", Types.StructType.of(source, beside)))))
        : new Schema(source, beside);
  }

  /** By JSON: the builder checks what the type allows, and knows no transforms of the future. */
  private static PartitionSpec spec(Schema schema, String transform) {
    return PartitionSpecParser.fromJson(
        schema,
        "{\"spec-id\": 3, \"fields\": [{\"name\": \"part\", \"transform\": \""
            + transform
            + "\", \"source-id\": 5, \"field-id\": 1000}]}");
  }

  static RowBatch batchOf(Schema schema, List<@Nullable Object> values, boolean nested) {
    ConversionPlan plan = ConversionPlan.of(schema);
    RowBatch batch = new RowBatch(plan.shapes());
    RowCursor cursor = plan.newCursor();
    cursor.attach(batch);
    int row = 0;
    for (Object value : values) {
      boolean noStruct = value == null && row++ % 2 == 0;
      cursor.append(
          value,
          (record, appender) -> {
            if (!nested) {
              appender.setObject(0, value);
            } else if (!noStruct) {
              appender.beginStruct("outer").beginStruct("inner").setObject("source", value);
            }
          });
    }
    return batch;
  }

  @Test
  void aFieldThatNoManifestHoldsIsRefused() {
    Schema schema =
        new Schema(
            NestedField.optional(1, "place", Types.GeographyType.crs84()),
            NestedField.optional(2, "tags", Types.ListType.ofOptional(3, Types.StringType.get())));
    for (PartitionSpec spec :
        List.of(
            PartitionSpec.builderFor(schema).alwaysNull("place", "none").build(),
            PartitionSpec.builderFor(schema).alwaysNull("tags", "none").build())) {
      assertThatThrownBy(() -> PartitionKeys.of(spec, schema))
          .isInstanceOf(UnsupportedTableException.class)
          .hasMessageContaining("which no manifest can hold");
    }
  }

  private static @Nullable Object comparable(@Nullable Object value) {
    if (value instanceof CharSequence text) {
      return text.toString();
    }
    return value instanceof ByteBuffer buffer ? buffer.duplicate() : value;
  }

  /** Found by fuzzing: Avro refused the files' partitions at the first commit. */
  @Test
  void fieldsWhoseNamesAreOneInManifestsAreRefused() {
    Schema schema = new Schema(NestedField.required(1, "id", Types.LongType.get()));
    PartitionSpec spec =
        PartitionSpec.builderFor(schema).bucket("id", 4, "a.b").bucket("id", 8, "a_x2Eb").build();
    assertThatThrownBy(() -> PartitionKeys.of(spec, schema))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("'a.b' and 'a_x2Eb'")
        .hasMessageContaining("rename one of them");
  }
}
