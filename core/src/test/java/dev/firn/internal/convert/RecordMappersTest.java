package dev.firn.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.testkit.Cells;
import dev.firn.testkit.RecordMaps;
import dev.firn.testkit.RowModel;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordMappersTest {

  private static final Schema ORDERS =
      new Schema(
          NestedField.required(1, "order_id", Types.LongType.get()),
          NestedField.optional(2, "customer", Types.StringType.get()),
          NestedField.required("level")
              .withId(3)
              .ofType(Types.IntegerType.get())
              .withWriteDefault(Literal.of(7))
              .build(),
          NestedField.optional("note")
              .withId(4)
              .ofType(Types.StringType.get())
              .withWriteDefault(Literal.of("none"))
              .build());

  private static <T> List<Record> written(Schema schema, RecordMapper<T> mapper, List<T> records) {
    ConversionPlan plan = ConversionPlan.of(schema);
    RowBatch batch = new RowBatch(plan.shapes());
    RowCursor cursor = plan.newCursor();
    cursor.attach(batch);
    mapper.bind(schema);
    records.forEach(record -> cursor.append(record, mapper));
    BatchReader.assertWhole(batch);
    return BatchReader.records(schema, batch);
  }

  private static <T> RecordRejectedException rejection(
      Schema schema, RecordMapper<T> mapper, T record) {
    try {
      written(schema, mapper, List.of(record));
    } catch (RecordRejectedException e) {
      return e;
    }
    throw new AssertionError("not rejected: " + record);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void randomRecordsComeBackAsTheyWere(long seed) {
    RowModel model = new RowModel(seed).without(TypeID.VARIANT);
    for (int i = 0; i < 4; i++) {
      Schema schema = i == 0 && seed == 1 ? model.everyType(3) : model.schema(3, 8, 4);
      List<Record> rows = model.rows(schema, 60);
      assertThat(Cells.of(schema.asStruct(), written(schema, RecordMappers.forRecords(), rows)))
          .as("seed %d, schema %s", seed, schema)
          .isEqualTo(Cells.of(schema.asStruct(), rows));
      List<Map<String, ?>> maps = new ArrayList<>();
      rows.forEach(row -> maps.add(RecordMaps.of(schema.asStruct(), row)));
      assertThat(Cells.of(schema.asStruct(), written(schema, RecordMappers.forMaps(), maps)))
          .as("seed %d, schema %s", seed, schema)
          .isEqualTo(Cells.of(schema.asStruct(), rows));
    }
  }

  @Test
  void recordsOfAnotherSchemaAreMatchedByName() {
    Schema other =
        new Schema(
            NestedField.optional(1, "customer", Types.StringType.get()),
            NestedField.optional(2, "order_id", Types.IntegerType.get()));
    Record record = GenericRecord.create(other);
    record.setField("customer", "ann");
    record.setField("order_id", 5);
    Record own = GenericRecord.create(ORDERS);
    own.setField("order_id", 6L);

    List<Record> rows = written(ORDERS, RecordMappers.forRecords(), List.of(record, own, record));
    assertThat(rows.get(0)).hasToString("Record(5, ann, 7, none)");
    // Null in a record: null where that is allowed, else the default.
    assertThat(rows.get(1)).hasToString("Record(6, null, 7, null)");
    assertThat(rows.get(2)).hasToString("Record(5, ann, 7, none)");
  }

  @Test
  void aRecordsFieldWithoutColumnIsRejected() {
    Schema other = new Schema(NestedField.optional(1, "custmer", Types.StringType.get()));
    assertThat(rejection(ORDERS, RecordMappers.forRecords(), GenericRecord.create(other)))
        .hasMessage("there is no column 'custmer'; did you mean 'customer'?");
  }

  @Test
  void mapsLeaveUnsetWhatTheyDoNotName() {
    Map<String, @Nullable Object> nulls = new HashMap<>();
    nulls.put("order_id", 2);
    nulls.put("note", null);
    List<Record> rows =
        written(
            ORDERS,
            RecordMappers.forMaps(),
            List.of(Map.of("order_id", 1L, "level", (short) 3), nulls));
    assertThat(rows.get(0)).hasToString("Record(1, null, 3, none)");
    assertThat(rows.get(1)).hasToString("Record(2, null, 7, null)");
  }

  @Test
  void mapsWithUnknownKeysOrNullForRequiredAreRejected() {
    RecordMapper<Map<String, ?>> mapper = RecordMappers.forMaps();
    assertThat(rejection(ORDERS, mapper, Map.of("order_id", 1L, "Level ", 3)))
        .hasMessage("there is no column 'Level '; did you mean 'level'?");
    assertThat(rejection(ORDERS, mapper, Map.of("customer", "x")))
        .hasMessage(
            "column 'order_id' (long) is required, has no write default and was not set; "
                + "set it, or make the column optional");
    Map<String, @Nullable Object> withNull = new HashMap<>();
    withNull.put("order_id", null);
    assertThat(rejection(ORDERS, mapper, withNull))
        .hasMessageContaining("column 'order_id' (long) is required but was null");
  }

  enum Size {
    SMALL,
    LARGE
  }

  record Item(String sku, int count, @Nullable BigDecimal price) {}

  record Everything(
      boolean flag,
      byte tiny,
      short low,
      int number,
      long orderId,
      float ratio,
      double exact,
      String name,
      Instant placedAt,
      Size size,
      Optional<String> note,
      @Nullable Item first,
      List<Item> items,
      Map<String, Item> itemsByName,
      List<? extends List<Long>> grid,
      Map<String, Integer> counts) {}

  private static Types.StructType item(int id) {
    return Types.StructType.of(
        NestedField.required(id, "sku", Types.StringType.get()),
        NestedField.required(id + 1, "count", Types.IntegerType.get()),
        NestedField.optional(id + 2, "price", Types.DecimalType.of(9, 2)),
        NestedField.optional("unit")
            .withId(id + 3)
            .ofType(Types.StringType.get())
            .withWriteDefault(Literal.of("piece"))
            .build());
  }

  private static final Schema EVERYTHING =
      new Schema(
          NestedField.required(1, "flag", Types.BooleanType.get()),
          NestedField.required(2, "tiny", Types.IntegerType.get()),
          NestedField.required(3, "low", Types.LongType.get()),
          NestedField.required(4, "number", Types.IntegerType.get()),
          NestedField.required(5, "order_id", Types.LongType.get()),
          NestedField.required(6, "ratio", Types.FloatType.get()),
          NestedField.required(7, "exact", Types.DoubleType.get()),
          NestedField.required(8, "name", Types.StringType.get()),
          NestedField.required(9, "placed_at", Types.TimestampType.withZone()),
          NestedField.required(10, "size", Types.StringType.get()),
          NestedField.optional(11, "note", Types.StringType.get()),
          NestedField.optional(12, "first", item(110)),
          NestedField.optional(13, "items", Types.ListType.ofRequired(14, item(120))),
          NestedField.optional(
              15,
              "items_by_name",
              Types.MapType.ofOptional(16, 17, Types.StringType.get(), item(130))),
          NestedField.optional(
              18,
              "grid",
              Types.ListType.ofOptional(19, Types.ListType.ofOptional(20, Types.LongType.get()))),
          NestedField.optional(
              21,
              "counts",
              Types.MapType.ofOptional(22, 23, Types.StringType.get(), Types.IntegerType.get())),
          NestedField.optional(24, "not_in_the_record", Types.StringType.get()));

  @Test
  void javaRecordsFillColumnsOfTheirComponentsNames() {
    Item nail = new Item("nail", 100, new BigDecimal("0.1"));
    Item saw = new Item("saw", 1, null);
    Everything full =
        new Everything(
            true,
            (byte) -1,
            (short) 2,
            3,
            4L,
            0.5f,
            0.25,
            "ann",
            Instant.parse("2024-01-01T00:00:00.000001Z"),
            Size.LARGE,
            Optional.of("hi"),
            saw,
            List.of(nail, saw),
            Map.of("a", nail),
            List.of(List.of(1L, 2L), List.of()),
            Map.of("x", 9));
    Everything sparse =
        new Everything(
            false,
            (byte) 0,
            (short) 0,
            0,
            0L,
            Float.NaN,
            Double.NaN,
            "",
            Instant.EPOCH,
            Size.SMALL,
            Optional.empty(),
            null,
            List.of(),
            Map.of(),
            Arrays.asList(null, List.of(5L)),
            Map.of());

    List<Record> rows =
        written(EVERYTHING, RecordMappers.forJavaRecords(Everything.class), List.of(full, sparse));
    assertThat(rows.get(0))
        .hasToString(
            "Record(true, -1, 2, 3, 4, 0.5, 0.25, ann, 2024-01-01T00:00:00.000001Z, LARGE, hi, "
                + "Record(saw, 1, null, piece), "
                + "[Record(nail, 100, 0.10, piece), Record(saw, 1, null, piece)], "
                + "{a=Record(nail, 100, 0.10, piece)}, [[1, 2], []], {x=9}, null)");
    assertThat(rows.get(1))
        .hasToString(
            "Record(false, 0, 0, 0, 0, NaN, NaN, , 1970-01-01T00:00Z, SMALL, null, null, [], {}, "
                + "[null, [5]], {}, null)");
  }

  @Test
  void aListOfRecordsThatHoldsANullNamesTheElement() {
    record Basket(List<Item> items) {}
    Schema schema =
        new Schema(NestedField.optional(1, "items", Types.ListType.ofRequired(2, item(140))));
    assertThat(
            rejection(
                schema,
                RecordMappers.forJavaRecords(Basket.class),
                new Basket(Arrays.asList(new Item("a", 1, null), null))))
        .hasMessageContaining("column 'items.element' (struct) is required but was null");
    assertThat(
            rejection(
                schema,
                RecordMappers.forJavaRecords(Basket.class),
                new Basket(List.of(new Item("a", 1, new BigDecimal("12345678.5"))))))
        .hasMessageContaining("column 'items.element.price' (decimal(9, 2))");
  }

  @Test
  void javaRecordsThatDoNotFitTheTableAreRefusedInBind() {
    record Wrong(long orderId, String customer, int colour) {}
    assertThatThrownBy(() -> RecordMappers.forJavaRecords(Wrong.class).bind(ORDERS))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessage(
            "record Wrong has components for which the table has no column: 'colour'; change the "
                + "record or the table, or write the RecordMapper by hand");
    record Short(String customer) {}
    assertThatThrownBy(() -> RecordMappers.forJavaRecords(Short.class).bind(ORDERS))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("has no component for the required 'order_id'");
    record Twice(long orderId, long order_id) {}
    assertThatThrownBy(() -> RecordMappers.forJavaRecords(Twice.class).bind(ORDERS))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("more than one component for column 'order_id'");
    record Inner(String sku, String colour) {}
    record Outer(Inner first) {}
    assertThatThrownBy(
            () ->
                RecordMappers.forJavaRecords(Outer.class)
                    .bind(new Schema(NestedField.optional(1, "first", item(150)))))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("'first.colour'");
    record Flat(Item customer, long orderId) {}
    assertThatThrownBy(() -> RecordMappers.forJavaRecords(Flat.class).bind(ORDERS))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("column 'customer', which is no struct but string");
  }

  @Test
  void camelCaseBecomesSnakeCase() {
    assertThat(RecordSteps.snakeCase("placedAt")).isEqualTo("placed_at");
    assertThat(RecordSteps.snakeCase("orderID")).isEqualTo("order_id");
    assertThat(RecordSteps.snakeCase("HTTPStatus2Code")).isEqualTo("http_status2_code");
    assertThat(RecordSteps.snakeCase("plain")).isEqualTo("plain");
  }

  record Named(long id, String name) {}

  @Test
  void mappersAreBoundAnewWhenTheSchemaChanges() {
    Schema first =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "name", Types.StringType.get()));
    Schema changed =
        new Schema(
            NestedField.optional(5, "extra", Types.StringType.get()),
            NestedField.optional(2, "name", Types.StringType.get()),
            NestedField.required(1, "id", Types.LongType.get()));
    RecordMapper<Record> records = RecordMappers.forRecords();
    RecordMapper<Map<String, ?>> maps = RecordMappers.forMaps();
    RecordMapper<Named> javaRecords = RecordMappers.forJavaRecords(Named.class);
    Record record = GenericRecord.create(first);
    record.setField("id", 4L);
    record.setField("name", "n");
    for (Schema schema : List.of(first, changed, first)) {
      List<Record> rows = new ArrayList<>(written(schema, records, List.of(record)));
      rows.addAll(written(schema, maps, List.of(Map.of("id", 4, "name", "n"))));
      rows.addAll(written(schema, javaRecords, List.of(new Named(4, "n"))));
      assertThat(rows)
          .allSatisfy(row -> assertThat(row.getField("id")).isEqualTo(4L))
          .allSatisfy(row -> assertThat(row.getField("name")).isEqualTo("n"));
    }
  }
}
