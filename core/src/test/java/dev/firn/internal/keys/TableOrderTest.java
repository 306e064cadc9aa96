package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.NullsInKey;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.ColumnShape.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TableOrderTest {

  private static Schema schema(Type type) {
    return new Schema(
        NestedField.required(1, "id", Types.LongType.get()),
        NestedField.optional(
            3, "at", Types.StructType.of(NestedField.required(4, "x", Types.LongType.get()))),
        NestedField.optional(2, "version", type));
  }

  private static TableOrder order(Schema schema, String column) {
    return TableOrder.of(schema, column, TableKey.of(schema, List.of("id"), NullsInKey.REJECT));
  }

  static Stream<Type> ordered() {
    return Stream.of(
        Types.IntegerType.get(),
        Types.LongType.get(),
        Types.DateType.get(),
        Types.TimeType.get(),
        Types.TimestampType.withZone(),
        Types.TimestampType.withoutZone(),
        Types.TimestampNanoType.withZone(),
        Types.TimestampNanoType.withoutZone());
  }

  @ParameterizedTest
  @MethodSource
  void ordered(Type type) {
    Schema schema = schema(type);
    TableOrder order = order(schema, "version");
    assertThat(order.position(schema)).isEqualTo(2);
    assertThat(order.field(schema).name()).isEqualTo("version");
  }

  static Stream<Type> others() {
    return Stream.of(
        Types.BooleanType.get(),
        Types.FloatType.get(),
        Types.DoubleType.get(),
        Types.DecimalType.of(9, 2),
        Types.StringType.get(),
        Types.UUIDType.get(),
        Types.BinaryType.get(),
        Types.ListType.ofRequired(9, Types.LongType.get()));
  }

  @ParameterizedTest
  @MethodSource
  void others(Type type) {
    assertThatThrownBy(() -> order(schema(type), "version"))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll("'version'", type.toString(), "int, long, date, time, timestamp");
  }

  @Test
  void aColumnThatIsNoOrderIsNamed() {
    Schema schema = schema(Types.LongType.get());
    assertThatThrownBy(() -> order(schema, "nobody"))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll("'nobody'", "[id, at, version]");
    assertThatThrownBy(() -> order(schema, "at.x"))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll("at.x", "within another column");
    assertThatThrownBy(() -> order(schema, "id"))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll("'id'", "part of the key");
  }

  @Test
  void anOrderOutlivesRenamingAndPromotionAndNothingElse() {
    TableOrder order = order(schema(Types.IntegerType.get()), "version");
    Schema promoted =
        new Schema(
            NestedField.optional(2, "revision", Types.LongType.get()),
            NestedField.required(1, "id", Types.LongType.get()));
    assertThat(order.position(promoted)).isZero();
    assertThatThrownBy(() -> order.position(schema(Types.DateType.get())))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll("version", "another type");
    assertThatThrownBy(() -> order.field(promoted.select("id")))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll("field 2", "orderBy");
  }

  @Test
  void aRowWithoutAValueIsOlderThanAll() {
    KeyRows rows =
        new KeyRows(ColumnShape.of(Kind.INT), ColumnShape.of(Kind.LONG))
            .add(Integer.MIN_VALUE, 5L)
            .add(null, null)
            .add(-1, Long.MAX_VALUE);
    long[] versions = new long[3];
    TableOrder.read(rows.batch.columns().get(0), 3, versions);
    assertThat(versions).containsExactly(Integer.MIN_VALUE, TableOrder.LOWEST, -1);
    TableOrder.read(rows.batch.columns().get(1), 3, versions);
    assertThat(versions).containsExactly(5, TableOrder.LOWEST, Long.MAX_VALUE);
  }
}
