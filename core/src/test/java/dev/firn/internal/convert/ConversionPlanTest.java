package dev.firn.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.testkit.RowModel;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

class ConversionPlanTest {

  @Test
  void everyTypeButVariantIsTaken() {
    Schema schema = new RowModel(1).without(TypeID.VARIANT).everyType(3);
    ConversionPlan plan = ConversionPlan.of(schema);
    assertThat(plan.shapes()).hasSize(schema.columns().size());
    assertThat(plan.schema()).isSameAs(schema);
  }

  @Test
  void variantIsRefusedByName() {
    assertThatThrownBy(() -> plan(Types.VariantType.get()))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessage(
            "column 'x' has type variant: Firn cannot write this type; drop the column or write"
                + " this table with another writer");
  }

  @Test
  void whatIsRefusedIsNamedByItsPath() {
    Type struct = Types.StructType.of(NestedField.optional(4, "v", Types.VariantType.get()));
    Type map = Types.MapType.ofOptional(5, 6, Types.StringType.get(), struct);
    assertThatThrownBy(() -> plan(Types.ListType.ofOptional(7, map)))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageStartingWith("column 'x.element.value.v' has type variant");
  }

  @Test
  void whatParquetCannotKeepIsRefused() {
    assertThatThrownBy(() -> plan(Types.StructType.of()))
        .hasMessageStartingWith(
            "column 'x' has type struct<>: Parquet cannot keep a struct without fields");
    assertThatThrownBy(() -> plan(Types.FixedType.ofLength(0)))
        .hasMessageStartingWith(
            "column 'x' has type fixed[0]: Parquet cannot keep values of no bytes");
    Type unknown = Types.UnknownType.get();
    String nothing =
        "Parquet cannot keep a nested value with an element, key or value, or with nothing but"
            + " fields, of type unknown";
    assertThatThrownBy(() -> plan(Types.StructType.of(NestedField.optional(2, "u", unknown))))
        .hasMessageStartingWith("column 'x' has type struct<2: u: optional unknown>: " + nothing);
    assertThatThrownBy(() -> plan(Types.ListType.ofOptional(2, unknown)))
        .hasMessageContaining(nothing);
    assertThatThrownBy(() -> plan(Types.MapType.ofOptional(2, 3, Types.StringType.get(), unknown)))
        .hasMessageContaining(nothing);
  }

  private static ConversionPlan plan(Type type) {
    return ConversionPlan.of(new Schema(NestedField.optional(1, "x", type)));
  }

  @Test
  void columnsThatFilesCannotTellApartAreRefused() {
    NestedField dotted = NestedField.optional(1, "a.b", Types.LongType.get());
    NestedField spelled = NestedField.optional(2, "a_x2Eb", Types.LongType.get());
    assertThatThrownBy(() -> ConversionPlan.of(new Schema(dotted, spelled)))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessage(
            "the columns 'a.b' and 'a_x2Eb' have the same name in files, a_x2Eb; rename one of"
                + " them");
    Schema nested = new Schema(NestedField.optional(3, "s", Types.StructType.of(dotted, spelled)));
    assertThatThrownBy(() -> ConversionPlan.of(nested))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining(" in column 's' ");
    Schema nameless = new Schema(NestedField.optional(4, "", Types.LongType.get()));
    assertThatThrownBy(() -> ConversionPlan.of(nameless))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("empty name");
  }
}
