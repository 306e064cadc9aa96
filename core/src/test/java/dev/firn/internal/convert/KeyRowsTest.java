package dev.firn.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.firn.api.NullsInKey;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import dev.firn.internal.buffer.RowBatch;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

/** What a key asks of a row, and what is not asked of a row that has nothing but its key. */
class KeyRowsTest {

  private static final RecordMapper<RecordSetter> SETTER = RecordSetter::set;

  private static final Schema ORDERS =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "tenant", Types.StringType.get()),
          NestedField.required(3, "total", Types.DecimalType.of(4, 2)),
          NestedField.required(
              4,
              "address",
              Types.StructType.of(
                  NestedField.required(5, "zip", Types.StringType.get()),
                  NestedField.required(6, "city", Types.StringType.get()))),
          NestedField.required(7, "tags", Types.ListType.ofRequired(8, Types.StringType.get())),
          NestedField.optional(9, "note", Types.StringType.get()));

  private static final Set<Integer> KEY = Set.of(1, 2);

  /** A record is what it sets. */
  @FunctionalInterface
  private interface RecordSetter {
    void set(RowAppender row);
  }

  /** Rows of one schema and key. */
  private static final class Rows {

    final Schema schema;
    final RowBatch batch;
    final RowCursor cursor;

    Rows(Schema schema, Set<Integer> key, NullsInKey nulls, PartitionSpec spec) {
      this.schema = schema;
      ConversionPlan plan = ConversionPlan.of(schema, key, nulls);
      batch = new RowBatch(plan.shapes());
      cursor = plan.newCursor(spec);
      cursor.attach(batch);
    }

    Rows(NullsInKey nulls) {
      this(ORDERS, KEY, nulls, PartitionSpec.unpartitioned());
    }

    Record last() {
      BatchReader.assertWhole(batch);
      List<Record> rows = BatchReader.records(schema, batch);
      return rows.get(rows.size() - 1);
    }

    Record row(RecordSetter record) {
      cursor.append(record, SETTER);
      return last();
    }

    Record delete(RecordSetter record) {
      cursor.appendKey(record, SETTER);
      return last();
    }

    RecordRejectedException refusedRow(RecordSetter record) {
      return refused(() -> cursor.append(record, SETTER));
    }

    RecordRejectedException refusedDelete(RecordSetter record) {
      return refused(() -> cursor.appendKey(record, SETTER));
    }

    private RecordRejectedException refused(Runnable call) {
      List<Record> before = BatchReader.records(schema, batch);
      RecordRejectedException rejection =
          catchThrowableOfType(RecordRejectedException.class, call::run);
      assertThat(rejection).isNotNull();
      BatchReader.assertWhole(batch);
      assertThat(BatchReader.records(schema, batch)).isEqualTo(before);
      return rejection;
    }
  }

  private static void setRest(RowAppender row) {
    row.setDecimal("total", new BigDecimal("12.50"));
    row.beginStruct("address").setString("zip", "8000").setString("city", "Zürich");
    row.beginList("tags").addString("new");
  }

  // What a key asks.

  @Test
  void aNullInTheKeyIsRejected() {
    Rows rows = new Rows(NullsInKey.REJECT);
    RecordRejectedException rejection =
        rows.refusedRow(
            row -> {
              setRest(row);
              row.setLong("id", 7).setNull("tenant");
            });
    assertThat(rejection.field()).isEqualTo("tenant");
    assertThat(rejection.reason()).isEqualTo("is part of the key but was null");
    assertThat(rejection)
        .hasMessage(
            "column 'tenant' (string) is part of the key but was null; send a value, or take null"
                + " as a value: WriterOptions.nullsInKey");
    assertThat(rows.refusedRow(row -> row.setObject("tenant", null)))
        .hasMessageContaining("is part of the key but was null");
    assertThat(rows.refusedRow(row -> setRest(row.setLong("id", 7))))
        .hasMessage(
            "column 'tenant' (string) is part of the key, has no write default and was not set;"
                + " set it, or take null as a value: WriterOptions.nullsInKey");
    assertThat(rows.refusedRow(row -> row.setNull("id")))
        .hasMessage("column 'id' (long) is part of the key but was null; send a value");
  }

  @Test
  void nullMayBeAValueOfTheKeyWhereTheSchemaTakesIt() {
    Rows rows = new Rows(NullsInKey.AS_VALUE);
    Record row = rows.row(each -> setRest(each.setLong("id", 7).setNull("tenant")));
    assertThat(row.getField("tenant")).isNull();
    assertThat(rows.row(each -> setRest(each.setLong("id", 7))).getField("tenant")).isNull();
    assertThat(rows.delete(each -> each.setLong("id", 7)).getField("tenant")).isNull();
    assertThat(rows.refusedRow(each -> each.setNull("id"))).hasMessageContaining("key");
    assertThat(rows.refusedDelete(each -> each.setString("tenant", "a")))
        .hasMessage(
            "column 'id' (long) is part of the key, has no write default and was not set; set it");
  }

  @Test
  void aColumnOfTheKeyThatIsNotSetTakesItsDefaultInRowsAndDeletes() {
    Schema schema =
        new Schema(
            NestedField.optional("region")
                .withId(1)
                .ofType(Types.StringType.get())
                .withWriteDefault(Literal.of("eu"))
                .build(),
            NestedField.optional(2, "n", Types.LongType.get()));
    for (NullsInKey nulls : NullsInKey.values()) {
      Rows rows = new Rows(schema, Set.of(1), nulls, PartitionSpec.unpartitioned());
      assertThat(rows.row(row -> row.setLong("n", 1)).getField("region")).isEqualTo("eu");
      assertThat(rows.delete(row -> {}).getField("region")).isEqualTo("eu");
    }
  }

  @Test
  void columnsOutsideTheKeyAreAsEver() {
    Rows rows = new Rows(NullsInKey.REJECT);
    assertThat(rows.refusedRow(row -> row.setLong("id", 7).setString("tenant", "a")))
        .hasMessageStartingWith("column 'total' (decimal(4, 2)) is required, has no write default");
    assertThat(rows.refusedRow(row -> row.setNull("total")))
        .hasMessageStartingWith("column 'total' (decimal(4, 2)) is required but was null");
  }

  // What is not asked of a delete.

  @Test
  void aDeleteNeedsNothingButItsKey() {
    Record row =
        new Rows(NullsInKey.REJECT).delete(each -> each.setLong("id", 7).setString("tenant", "a"));
    assertThat(row.getField("id")).isEqualTo(7L);
    assertThat(row.getField("tenant")).isEqualTo("a");
    for (String name : List.of("total", "address", "tags", "note")) {
      assertThat(row.getField(name)).as(name).isNull();
    }
  }

  @Test
  void aDeleteMayBeAWholeRow() {
    Record row =
        new Rows(NullsInKey.REJECT)
            .delete(each -> setRest(each.setLong("id", 7).setString("tenant", "a")));
    assertThat(row.getField("total")).isEqualTo(new BigDecimal("12.50"));
    assertThat(row.getField("tags")).isEqualTo(List.of("new"));
  }

  @Test
  void aDeleteMaySayNullWhereAValueIsRequired() {
    Rows rows = new Rows(NullsInKey.REJECT);
    Record row =
        rows.delete(
            each ->
                each.setLong("id", 7)
                    .setString("tenant", "a")
                    .setNull("total")
                    .setObject("address", null)
                    .beginList("tags")
                    .addNull());
    assertThat(row.getField("total")).isNull();
    assertThat(row.getField("address")).isNull();
    row =
        rows.delete(
            each -> {
              each.setLong("id", 8).setString("tenant", "a");
              each.beginStruct("address").setString("zip", "8000").setNull("city");
            });
    assertThat(((Record) row.getField("address")).getField("zip")).isEqualTo("8000");
    row =
        rows.delete(
            each -> {
              each.setLong("id", 9).setString("tenant", "a");
              each.beginStruct("address").setString("zip", "8000");
            });
    assertThat(((Record) row.getField("address")).getField("city")).isNull();
  }

  @Test
  void theReadyMadeMappersWriteDeletes() {
    Rows rows = new Rows(NullsInKey.REJECT);
    GenericRecord record = GenericRecord.create(ORDERS);
    record.setField("id", 7L);
    record.setField("tenant", "a");
    rows.cursor.appendKey(record, RecordMappers.forRecords());
    assertThat(rows.last().getField("tenant")).isEqualTo("a");
    Map<String, Object> map = new HashMap<>(Map.of("id", 8L, "tenant", "b"));
    map.put("total", null);
    rows.cursor.appendKey(map, RecordMappers.forMaps());
    assertThat(rows.last().getField("id")).isEqualTo(8L);
  }

  @Test
  void aDeleteWithoutAWholeKeyIsRejected() {
    Rows rows = new Rows(NullsInKey.REJECT);
    assertThat(rows.refusedDelete(row -> row.setLong("id", 7)).field()).isEqualTo("tenant");
    assertThat(rows.refusedDelete(row -> row.setLong("id", 7).setNull("tenant")).field())
        .isEqualTo("tenant");
    assertThat(rows.refusedDelete(row -> row.setNull("id")).field()).isEqualTo("id");
  }

  @Test
  void aWrongValueIsWrongInADeleteToo() {
    Rows rows = new Rows(NullsInKey.REJECT);
    assertThat(
            rows.refusedDelete(
                row ->
                    row.setLong("id", 7)
                        .setString("tenant", "a")
                        .setDecimal("total", new BigDecimal("1.005"))))
        .hasMessageContaining("digits beyond scale 2");
    assertThat(rows.refusedDelete(row -> row.setLong("key", 7)))
        .hasMessageContaining("there is no column 'key'");
  }

  @Test
  void theNextRowIsAskedForEverythingAgain() {
    Rows rows = new Rows(NullsInKey.REJECT);
    RecordSetter onlyKey = row -> row.setLong("id", 7).setString("tenant", "a");
    rows.delete(onlyKey);
    assertThat(rows.refusedRow(onlyKey).field()).isEqualTo("total");
    rows.refusedDelete(row -> row.setLong("id", 7));
    assertThat(rows.refusedRow(onlyKey).field()).isEqualTo("total");
    assertThat(rows.row(row -> setRest(row.setLong("id", 7).setString("tenant", "a")))).isNotNull();
  }

  @Test
  void aWideTableIsNoDifferent() {
    List<NestedField> fields = new ArrayList<>();
    for (int id = 1; id <= 70; id++) {
      fields.add(NestedField.required(id, "c" + id, Types.LongType.get()));
    }
    Rows rows =
        new Rows(new Schema(fields), Set.of(70), NullsInKey.REJECT, PartitionSpec.unpartitioned());
    Record row = rows.delete(each -> each.setLong("c70", 7));
    assertThat(row.getField("c70")).isEqualTo(7L);
    assertThat(row.getField("c1")).isNull();
    assertThat(rows.refusedDelete(each -> each.setLong("c1", 7)).field()).isEqualTo("c70");
  }

  @Test
  void aDeleteNeedsNoPartition() {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.required(2, "d", Types.DecimalType.of(2, 1)));
    PartitionSpec spec = PartitionSpec.builderFor(schema).truncate("d", 10).build();
    Rows rows = new Rows(schema, Set.of(1), NullsInKey.REJECT, spec);
    RecordSetter record = row -> row.setLong("id", 7).setDecimal("d", new BigDecimal("-9.5"));
    assertThat(rows.refusedRow(record)).hasMessageContaining("partitions are truncated");
    assertThat(rows.delete(record).getField("d")).isEqualTo(new BigDecimal("-9.5"));
    assertThat(rows.refusedRow(record)).hasMessageContaining("partitions are truncated");
  }
}
