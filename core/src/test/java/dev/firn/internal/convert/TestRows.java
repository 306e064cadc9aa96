package dev.firn.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RowAppender;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.testkit.Cells;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** A batch and the cursor that fills it. */
final class TestRows {

  final Schema schema;
  final RowBatch batch;
  final RowCursor cursor;

  TestRows(Schema schema) {
    this.schema = schema;
    ConversionPlan plan = ConversionPlan.of(schema);
    this.batch = new RowBatch(plan.shapes());
    this.cursor = plan.newCursor();
    cursor.attach(batch);
  }

  /** Of one optional column called {@code x}. */
  static TestRows of(Type type) {
    return new TestRows(new Schema(NestedField.optional(1, "x", type)));
  }

  static TestRows of(NestedField... fields) {
    return new TestRows(new Schema(fields));
  }

  TestRows add(Consumer<RowAppender> record) {
    cursor.append(record, (setters, row) -> setters.accept(row));
    return this;
  }

  /** Adds a record, which is rejected and leaves the batch as it was, and usable. */
  RecordRejectedException reject(Consumer<RowAppender> record) {
    List<List<@Nullable Object>> before = cells();
    List<Integer> sizes = sizes();
    RecordRejectedException rejection =
        catchThrowableOfType(RecordRejectedException.class, () -> add(record));
    assertThat(rejection).isNotNull();
    assertThat(cells()).isEqualTo(before);
    assertThat(sizes()).isEqualTo(sizes);
    return rejection;
  }

  /** Slots of all columns, nested ones too. */
  private List<Integer> sizes() {
    List<Integer> sizes = new ArrayList<>();
    batch.columns().forEach(column -> addSizes(column, sizes));
    return sizes;
  }

  private static void addSizes(Column column, List<Integer> sizes) {
    sizes.add(column.size());
    if (column instanceof dev.firn.internal.buffer.StructColumn struct) {
      struct.fields().forEach(field -> addSizes(field, sizes));
    } else if (column instanceof dev.firn.internal.buffer.ListColumn list) {
      addSizes(list.elements(), sizes);
    } else if (column instanceof dev.firn.internal.buffer.MapColumn map) {
      addSizes(map.keys(), sizes);
      addSizes(map.values(), sizes);
    }
  }

  List<List<@Nullable Object>> cells() {
    return Cells.of(schema.asStruct(), BatchReader.records(schema, batch));
  }

  /** The cell of the last row. */
  @Nullable Object last(int column) {
    return cells().get(batch.rows() - 1).get(column);
  }

  /** The only column's cell after a record that sets it. */
  @Nullable Object one(Consumer<RowAppender> record) {
    add(record);
    return last(0);
  }
}
