package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.NullsInKey;
import dev.firn.api.error.UnsupportedTableException;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyDefinitionTest {

  /** Written down with indexes: if one changes, every index ever kept is lost. */
  @Test
  void fingerprintsAreWhatTheyHaveAlwaysBeen() {
    assertThat(key(NullsInKey.REJECT, required(1, Types.LongType.get())).fingerprint())
        .isEqualTo(0xe19c2b550a33147bL);
    assertThat(key(NullsInKey.REJECT, required(1, Types.UUIDType.get())).fingerprint())
        .isEqualTo(0xb3a43fcede74ad7bL);
    assertThat(
            key(
                    NullsInKey.REJECT,
                    required(3, Types.StringType.get()),
                    optional(1, Types.IntegerType.get()))
                .fingerprint())
        .isEqualTo(0xfbc74e8442c936e8L);
    assertThat(
            key(
                    NullsInKey.AS_VALUE,
                    optional(1, Types.LongType.get()),
                    required(2, Types.DecimalType.of(9, 2)))
                .fingerprint())
        .isEqualTo(0x85d57f8b8a36a07fL);
    assertThat(
            key(
                    NullsInKey.REJECT,
                    required(4, Types.TimestampType.withZone()),
                    required(5, Types.FixedType.ofLength(8)))
                .fingerprint())
        .isEqualTo(0x55b1c7855af4f34dL);
  }

  @Test
  void wideningAColumnOrRenamingItKeepsTheFingerprint() {
    long ints = key(NullsInKey.REJECT, required(1, Types.IntegerType.get())).fingerprint();
    Schema renamed = new Schema(NestedField.required(1, "renamed", Types.LongType.get()));
    assertThat(KeyDefinition.of(renamed, List.of(1), NullsInKey.REJECT).fingerprint())
        .isEqualTo(ints);
    assertThat(key(NullsInKey.REJECT, optional(1, Types.LongType.get())).fingerprint())
        .isEqualTo(ints);
    assertThat(key(NullsInKey.REJECT, required(1, Types.DecimalType.of(38, 2))).fingerprint())
        .isEqualTo(key(NullsInKey.REJECT, required(1, Types.DecimalType.of(5, 2))).fingerprint());
  }

  @Test
  void whatChangesKeysChangesTheFingerprint() {
    NestedField number = optional(1, Types.LongType.get());
    NestedField text = required(2, Types.StringType.get());
    assertThat(
            List.of(
                key(NullsInKey.REJECT, number).fingerprint(),
                key(NullsInKey.AS_VALUE, number).fingerprint(),
                key(NullsInKey.AS_VALUE, required(1, Types.LongType.get())).fingerprint(),
                key(NullsInKey.REJECT, optional(3, Types.LongType.get())).fingerprint(),
                key(NullsInKey.REJECT, number, text).fingerprint(),
                key(NullsInKey.REJECT, text, number).fingerprint(),
                key(NullsInKey.REJECT, required(2, Types.BinaryType.get())).fingerprint(),
                key(NullsInKey.REJECT, text).fingerprint(),
                key(NullsInKey.REJECT, required(1, Types.DateType.get())).fingerprint(),
                key(NullsInKey.REJECT, required(1, Types.TimestampType.withZone())).fingerprint(),
                key(NullsInKey.REJECT, required(1, Types.TimestampType.withoutZone()))
                    .fingerprint(),
                key(NullsInKey.REJECT, required(1, Types.DecimalType.of(9, 2))).fingerprint(),
                key(NullsInKey.REJECT, required(1, Types.DecimalType.of(9, 3))).fingerprint(),
                key(NullsInKey.REJECT, required(1, Types.FixedType.ofLength(8))).fingerprint(),
                key(NullsInKey.REJECT, required(1, Types.FixedType.ofLength(9))).fingerprint()))
        .doesNotHaveDuplicates();
  }

  @Test
  void whatFitsInAWordOrTwoIsKeptExactly() {
    NestedField number = required(1, Types.IntegerType.get());
    NestedField bit = required(2, Types.BooleanType.get());
    NestedField time = required(3, Types.TimestampType.withZone());
    assertThat(key(NullsInKey.REJECT, number).keyClass()).isEqualTo(KeyClass.K64);
    assertThat(key(NullsInKey.REJECT, bit, required(4, Types.FixedType.ofLength(7))).keyClass())
        .isEqualTo(KeyClass.K64);
    assertThat(key(NullsInKey.REJECT, number, bit).keyClass()).isEqualTo(KeyClass.K128);
    assertThat(key(NullsInKey.REJECT, number, time).keyClass()).isEqualTo(KeyClass.K128);
    assertThat(key(NullsInKey.REJECT, required(1, Types.UUIDType.get())).keyClass())
        .isEqualTo(KeyClass.K128);
    assertThat(key(NullsInKey.REJECT, required(1, Types.DecimalType.of(5, 2))).keyClass())
        .isEqualTo(KeyClass.K128);
    assertThat(key(NullsInKey.AS_VALUE, optional(1, Types.LongType.get())).keyClass())
        .isEqualTo(KeyClass.K128);
    assertThat(key(NullsInKey.REJECT, number, time, bit).keyClass()).isEqualTo(KeyClass.KH);
    assertThat(key(NullsInKey.REJECT, required(1, Types.StringType.get())).keyClass())
        .isEqualTo(KeyClass.KH);
  }

  static List<Type> refused() {
    return List.of(
        Types.FloatType.get(),
        Types.DoubleType.get(),
        Types.VariantType.get(),
        Types.UnknownType.get(),
        Types.GeometryType.crs84(),
        Types.ListType.ofRequired(7, Types.LongType.get()),
        Types.MapType.ofRequired(7, 8, Types.LongType.get(), Types.LongType.get()),
        Types.StructType.of(required(7, Types.LongType.get())));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aColumnThatCannotBeInAKeyIsRefusedByName(Type type) {
    assertThatThrownBy(() -> key(NullsInKey.AS_VALUE, optional(1, type)))
        .isInstanceOfSatisfying(
            UnsupportedTableException.class, e -> assertThat(e.subject()).isEqualTo("c1"))
        .hasMessageStartingWith("column 'c1' cannot be part of a key: it ")
        .hasMessageEndingWith(
            "; upsert by columns of integers, decimals, dates, times, strings,"
                + " bytes or UUIDs");
  }

  @Test
  void aColumnWithinAnotherIsRefusedByItsPath() {
    Schema schema = new Schema(required(1, Types.StructType.of(required(2, Types.LongType.get()))));
    assertThatThrownBy(() -> KeyDefinition.of(schema, List.of(2), NullsInKey.REJECT))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageStartingWith(
            "column 'c1.c2' cannot be part of a key: it lies within another column");
  }

  @Test
  void aColumnThatIsNotThereIsRefusedByItsId() {
    Schema schema = new Schema(required(1, Types.LongType.get()));
    assertThatThrownBy(() -> KeyDefinition.of(schema, List.of(1, 9), NullsInKey.REJECT))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessage(
            "the key names field 9, but the table has no such column (any more); upsert by columns"
                + " that are there");
  }

  @Test
  void aKeyWithoutColumnsOrWithOneTwiceIsAMistake() {
    Schema schema = new Schema(required(1, Types.LongType.get()));
    assertThatThrownBy(() -> KeyDefinition.of(schema, List.of(), NullsInKey.REJECT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KeyDefinition.of(schema, List.of(1, 1), NullsInKey.REJECT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static NestedField required(int id, Type type) {
    return NestedField.required(id, "c" + id, type);
  }

  private static NestedField optional(int id, Type type) {
    return NestedField.optional(id, "c" + id, type);
  }

  private static KeyDefinition key(NullsInKey nulls, NestedField... fields) {
    List<Integer> ids = List.of(fields).stream().map(NestedField::fieldId).toList();
    return KeyDefinition.of(new Schema(fields), ids, nulls);
  }
}
