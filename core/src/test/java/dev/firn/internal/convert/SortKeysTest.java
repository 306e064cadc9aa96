package dev.firn.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.RowBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.SortOrderComparators;
import org.apache.iceberg.SortOrderParser;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SortKeysTest {

  private static final List<String> DIRECTIONS = List.of("asc", "desc");
  private static final List<String> NULLS = List.of("nulls-first", "nulls-last");

  static Stream<Arguments> transformsOfTypes() {
    return PartitionKeysTest.transformsOfTypes()
        .filter(arguments -> !arguments.get()[1].equals("void"))
        .filter(arguments -> !arguments.get()[0].equals(Types.UnknownType.get()))
        .filter(arguments -> !String.valueOf(arguments.get()[1]).contains("2147483647"));
  }

  @ParameterizedTest
  @MethodSource("transformsOfTypes")
  void everyTransformOrdersAsIcebergsComparatorDoes(Type type, String transform) {
    Random random = new Random(3);
    List<@Nullable Object> values = TestValues.internalValues(type, random, 400);
    Schema schema = PartitionKeysTest.schemaWith(type, false);
    RowBatch batch = PartitionKeysTest.batchOf(schema, values, false);
    for (String direction : DIRECTIONS) {
      for (String nulls : NULLS) {
        SortOrder order = order(schema, field(transform, 5, direction, nulls));
        assertThat(SortKeys.of(order, schema).order(batch))
            .as("%s %s", direction, nulls)
            .isEqualTo(
                expected(
                    schema,
                    order,
                    values.stream().map(v -> row(schema, new Object[] {v})).toList()));
      }
    }
  }

  @Test
  void laterFieldsDecideWhereEarlierOnesAreEqual() {
    Schema schema =
        new Schema(
            NestedField.optional(5, "a", Types.IntegerType.get()),
            NestedField.optional(6, "b", Types.StringType.get()),
            NestedField.optional(7, "n", Types.IntegerType.get()));
    SortOrder order =
        order(
            schema,
            field("truncate[10]", 5, "desc", "nulls-last"),
            field("void", 7, "asc", "nulls-last"),
            field("identity", 6, "asc", "nulls-first"));
    ConversionPlan plan = ConversionPlan.of(schema);
    Random random = new Random(11);
    for (int size : new int[] {0, 1, 2, 15, 16, 17, 33, 100, 1000}) {
      RowBatch batch = new RowBatch(plan.shapes());
      RowCursor cursor = plan.newCursor();
      cursor.attach(batch);
      List<GenericRecord> rows = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        Object a = random.nextInt(6) == 0 ? null : random.nextInt(40);
        Object b = random.nextInt(6) == 0 ? null : TestValues.string(random);
        rows.add(row(schema, a, b, i));
        cursor.append(i, (n, row) -> row.setObject(0, a).setObject(1, b).setInt(2, n));
      }
      SortOrder withoutVoid =
          order(
              schema,
              field("truncate[10]", 5, "desc", "nulls-last"),
              field("identity", 6, "asc", "nulls-first"));
      assertThat(SortKeys.of(order, schema).order(batch))
          .isEqualTo(expected(schema, withoutVoid, rows));
    }
  }

  @Test
  void anUnsortedTableKeepsTheOrderOfArrival() {
    Schema schema = PartitionKeysTest.schemaWith(Types.LongType.get(), false);
    RowBatch batch = PartitionKeysTest.batchOf(schema, List.of(3L, 1L, 2L), false);
    assertThat(SortKeys.of(SortOrder.unsorted(), schema).order(batch)).containsExactly(0, 1, 2);
  }

  @Test
  void nestedSourcesAreFound() {
    Schema schema = PartitionKeysTest.schemaWith(Types.LongType.get(), true);
    List<@Nullable Object> values = new ArrayList<>(List.of(3L, 1L, 2L));
    values.add(1, null);
    values.add(null);
    RowBatch batch = PartitionKeysTest.batchOf(schema, values, true);
    SortOrder order = order(schema, field("identity", 5, "asc", "nulls-last"));
    assertThat(SortKeys.of(order, schema).order(batch)).containsExactly(2, 3, 0, 1, 4);
  }

  @Test
  void aSourceThatIsGoneIsRefused() {
    Schema schema = PartitionKeysTest.schemaWith(Types.LongType.get(), false);
    SortOrder order = order(schema, field("identity", 5, "asc", "nulls-last"));
    Schema other = new Schema(NestedField.optional(1, "x", Types.LongType.get()));
    assertThatThrownBy(() -> SortKeys.of(order, other))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("column 5");
  }

  @Test
  void aSourceInsideAListIsRefused() {
    Schema schema =
        new Schema(
            NestedField.optional(4, "tags", Types.ListType.ofOptional(5, Types.StringType.get())));
    SortOrder order = order(schema, field("identity", 5, "asc", "nulls-last"));
    assertThatThrownBy(() -> SortKeys.of(order, schema))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("'tags.element', which is inside a list or map");
  }

  private static int[] expected(Schema schema, SortOrder order, List<GenericRecord> rows) {
    Comparator<StructLike> comparator = SortOrderComparators.forSchema(schema, order);
    return IntStream.range(0, rows.size())
        .boxed()
        .sorted((a, b) -> comparator.compare(rows.get(a), rows.get(b)))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static GenericRecord row(Schema schema, @Nullable Object... values) {
    GenericRecord record = GenericRecord.create(schema);
    for (int i = 0; i < values.length; i++) {
      record.set(i, values[i]);
    }
    return record;
  }

  private static SortOrder order(Schema schema, String... fields) {
    return SortOrderParser.fromJson(
        schema, "{\"order-id\": 1, \"fields\": [" + String.join(",", fields) + "]}");
  }

  private static String field(String transform, int source, String direction, String nulls) {
    return String.format(
        "{\"transform\": \"%s\", \"source-id\": %d, \"direction\": \"%s\", \"null-order\": \"%s\"}",
        transform, source, direction, nulls);
  }
}
