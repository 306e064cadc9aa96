package dev.firn.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.RecordRejectedException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

/** Nested values that come as objects and fail on the way. */
class NestedWritersTest {

  private final TestRows orders =
      TestRows.of(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "tags", Types.ListType.ofOptional(3, Types.StringType.get())),
          NestedField.optional(
              4,
              "address",
              Types.StructType.of(
                  NestedField.required(5, "zip", Types.IntegerType.get()),
                  NestedField.optional(6, "street", Types.StringType.get()))),
          NestedField.optional(
              7,
              "counts",
              Types.MapType.ofOptional(8, 9, Types.StringType.get(), Types.IntegerType.get())));

  @Test
  void swallowedUnknownNameOfANestedObjectRejectsTheRecord() {
    assertThat(
            orders.reject(
                row -> {
                  row.setLong("id", 2);
                  swallow(() -> row.setObject("address", Map.of("zip", 1, "stret", "Weg")));
                }))
        .hasMessage("there is no column 'address.stret'; did you mean 'street'?");
    Record other =
        GenericRecord.create(new Schema(NestedField.optional(1, "zap", Types.LongType.get())));
    assertThat(
            orders.reject(
                row -> {
                  row.setLong("id", 2);
                  swallow(() -> row.setObject("address", other));
                }))
        .hasMessage("there is no column 'address.zap'; did you mean 'zip'?");
  }

  private static void swallow(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(RecordRejectedException.class);
  }

  @Test
  void swallowedFailureOfAnObjectLeavesNoHalfOfIt() {
    Iterable<String> failing =
        () ->
            List.of("a", "b").stream()
                .peek(
                    text -> {
                      if (text.equals("b")) {
                        throw new IllegalStateException();
                      }
                    })
                .iterator();
    Map<String, Object> failingMap = new HashMap<>(Map.of("zip", 1, "street", failing));
    for (int i = 0; i < 2; i++) {
      orders.add(
          row -> {
            row.setLong("id", 2);
            assertThatThrownBy(() -> row.setObject("tags", failing))
                .isInstanceOf(IllegalStateException.class);
          });
      assertThat(orders.cells().get(i)).isEqualTo(Arrays.asList(2L, null, null, null));
    }
    orders.reject(row -> row.setLong("id", 2).setObject("address", failingMap));
    orders.add(row -> row.setLong("id", 3).setObject("tags", List.of("c")));
    assertThat(orders.last(1)).isEqualTo(List.of("c"));
  }

  @Test
  void keysOfANestedMapNeedNotBeStrings() {
    Map<Object, Object> address = new HashMap<>();
    address.put(new StringBuilder("zip"), 8000);
    address.put("street", "Weg");
    Map<Object, Object> counts = new HashMap<>();
    counts.put(new StringBuilder("a"), (short) 1);
    orders.add(
        row -> row.setLong("id", 1).setObject("address", address).setObject("counts", counts));
    assertThat(orders.last(2)).isEqualTo(List.of(8000L, "Weg"));
    assertThat(orders.last(3)).isEqualTo(List.of(List.of("a", 1L)));
  }

  @Test
  void aNestedKeyThatIsNullIsRefused() {
    Map<Object, Object> address = new HashMap<>();
    address.put("zip", 8000);
    address.put(null, "Weg");
    assertThat(orders.reject(row -> row.setLong("id", 1).setObject("address", address)))
        .hasMessageStartingWith("there is no column 'address.null'");
  }
}
