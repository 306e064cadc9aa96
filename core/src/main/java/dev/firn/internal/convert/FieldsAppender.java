package dev.firn.internal.convert;

import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.api.record.RowAppender;
import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.DoubleColumn;
import dev.firn.internal.buffer.FloatColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type.TypeID;
import org.jspecify.annotations.Nullable;

/**
 * The fields of the row, or of the struct, being written. Hot.
 *
 * <p>Where a field stands is told by its column alone: as long as the column has {@link #slot}
 * slots the field is not set, one more and it is. The bits of {@link #set} only spare the end of a
 * row a look at most columns. So a value that fits its column's type without any check (a long in a
 * long column, a string in a string column) is one array load, one comparison and one append; all
 * others go through the field's {@link ValueWriter}.
 */
class FieldsAppender extends NamedSetters {

  private final StructPlan plan;
  final Rejections rejections;
  private final ValueWriter[] writers;
  private final Column[] columns;

  /** The writers of nested fields: only those may have been begun and not ended. */
  private final ValueWriter[] nested;

  // By position: the column where the type is just this, else null.
  private final @Nullable BooleanColumn[] booleans;
  private final @Nullable IntColumn[] ints;
  private final @Nullable LongColumn[] longs;
  private final @Nullable FloatColumn[] floats;
  private final @Nullable DoubleColumn[] doubles;
  private final @Nullable BytesColumn[] strings;

  /** The slot being written, or -1 between rows: no column has as many slots. */
  private int slot = -1;

  /** Bit {@code i} says that field {@code i} has its value: only the others are looked at again. */
  private long set;

  /** The bits of all fields; 0 where there are more than 64, and all are looked at again. */
  private final long allSet;

  FieldsAppender(StructPlan plan, Rejections rejections) {
    this.plan = plan;
    this.rejections = rejections;
    List<FieldPlan> fields = plan.fields();
    this.writers =
        fields.stream().map(field -> field.newWriter(rejections)).toArray(ValueWriter[]::new);
    this.nested =
        Arrays.stream(writers)
            .filter(writer -> writer.plan.type().isNestedType())
            .toArray(ValueWriter[]::new);
    this.columns = new Column[writers.length];
    int spare = Long.SIZE - writers.length;
    this.allSet = spare < 0 || spare == Long.SIZE ? 0 : -1L >>> spare;
    this.booleans = new BooleanColumn[writers.length];
    this.ints = new IntColumn[writers.length];
    this.longs = new LongColumn[writers.length];
    this.floats = new FloatColumn[writers.length];
    this.doubles = new DoubleColumn[writers.length];
    this.strings = new BytesColumn[writers.length];
  }

  final void attach(List<Column> newColumns) {
    slot = -1;
    for (int i = 0; i < writers.length; i++) {
      Column column = newColumns.get(i);
      TypeID type = plan.fields().get(i).type().typeId();
      writers[i].attach(column);
      columns[i] = column;
      booleans[i] = type == TypeID.BOOLEAN ? (BooleanColumn) column : null;
      ints[i] = type == TypeID.INTEGER || type == TypeID.DATE ? (IntColumn) column : null;
      longs[i] =
          type == TypeID.LONG || type == TypeID.TIMESTAMP || type == TypeID.TIMESTAMP_NANO
              ? (LongColumn) column
              : null;
      floats[i] = type == TypeID.FLOAT ? (FloatColumn) column : null;
      doubles[i] = type == TypeID.DOUBLE ? (DoubleColumn) column : null;
      strings[i] = type == TypeID.STRING ? (BytesColumn) column : null;
    }
  }

  /** Starts the row or struct that will be slot {@code newSlot}. */
  final void begin(int newSlot) {
    for (ValueWriter writer : nested) {
      writer.abandon();
    }
    slot = newSlot;
    set = 0;
  }

  final boolean isOpen() {
    return slot >= 0;
  }

  /** Ends nested values that were begun, and gives every field that was not set its default. */
  final void end() {
    for (ValueWriter writer : nested) {
      writer.endIfBegun();
    }
    if (allSet == 0) {
      for (int i = 0; i < columns.length; i++) {
        fillUp(i);
      }
    }
    for (long unset = allSet & ~set; unset != 0; unset &= unset - 1) {
      fillUp(Long.numberOfTrailingZeros(unset));
    }
    slot = -1;
  }

  private void fillUp(int position) {
    if (columns[position].size() == slot) {
      writers[position].putUnset();
    }
  }

  /** Takes no more values; the columns are the caller's to truncate. */
  final void abandon() {
    slot = -1;
    for (ValueWriter writer : nested) {
      writer.abandon();
    }
  }

  /** The writer of a field that has no value, any more. */
  private ValueWriter writer(int position) {
    ValueWriter writer = writers[checked(position, writers.length)];
    if (columns[position].size() != slot) {
      if (slot < 0) {
        throw rejections.closed(plan.path());
      }
      columns[position].truncate(slot); // set before: the last value wins
      set &= ~(1L << position);
    }
    return writer;
  }

  /** The field has its value. */
  private RowAppender nowSet(int position) {
    set |= 1L << position;
    return this;
  }

  /** With the length of the array to be looked into, which spares the array's own check. */
  private int checked(int position, int length) {
    if (position < 0 || position >= length) {
      throw rejections.noPosition(plan, position);
    }
    return position;
  }

  @Override
  public final Schema schema() {
    return plan.schema();
  }

  @Override
  public final int position(String name) {
    Integer position = plan.positions().get(name);
    if (position == null) {
      throw rejections.unknownName(plan, name, true);
    }
    return position;
  }

  @Override
  final int positionToSet(String name) {
    Integer position = plan.positions().get(name);
    if (position == null) {
      throw rejections.unknownName(plan, name, false);
    }
    return position;
  }

  @Override
  public final RowAppender setNull(int position) {
    writer(position).putNull();
    return nowSet(position);
  }

  @Override
  public final RowAppender setBoolean(int position, boolean value) {
    BooleanColumn column = booleans[checked(position, booleans.length)];
    if (column != null && column.size() == slot) {
      column.append(value);
    } else {
      writer(position).putBoolean(value);
    }
    return nowSet(position);
  }

  @Override
  public final RowAppender setInt(int position, int value) {
    IntColumn column = ints[checked(position, ints.length)];
    if (column != null && column.size() == slot) {
      column.append(value);
    } else {
      writer(position).putInt(value);
    }
    return nowSet(position);
  }

  @Override
  public final RowAppender setLong(int position, long value) {
    LongColumn column = longs[checked(position, longs.length)];
    if (column != null && column.size() == slot) {
      column.append(value);
    } else {
      writer(position).putLong(value);
    }
    return nowSet(position);
  }

  @Override
  public final RowAppender setFloat(int position, float value) {
    FloatColumn column = floats[checked(position, floats.length)];
    if (column != null && column.size() == slot) {
      column.append(value);
    } else {
      writer(position).putFloat(value);
    }
    return nowSet(position);
  }

  @Override
  public final RowAppender setDouble(int position, double value) {
    DoubleColumn column = doubles[checked(position, doubles.length)];
    if (column != null && column.size() == slot) {
      column.append(value);
    } else {
      writer(position).putDouble(value);
    }
    return nowSet(position);
  }

  @Override
  public final RowAppender setDecimal(int position, BigDecimal value) {
    writer(position).putDecimal(value);
    return nowSet(position);
  }

  @Override
  public final RowAppender setUnscaledDecimal(int position, long unscaled) {
    writer(position).putUnscaledDecimal(unscaled);
    return nowSet(position);
  }

  @Override
  public final RowAppender setString(int position, String value) {
    BytesColumn column = strings[checked(position, strings.length)];
    if (column == null || column.size() != slot || Utf8.append(column, value) >= 0) {
      writer(position).putString(value);
    }
    return nowSet(position);
  }

  @Override
  public final RowAppender setUtf8(int position, byte[] bytes, int offset, int length) {
    BytesColumn column = strings[checked(position, strings.length)];
    if (column != null && column.size() == slot && Utf8.firstInvalid(bytes, offset, length) < 0) {
      column.append(bytes, offset, length);
    } else {
      writer(position).putUtf8(bytes, offset, length);
    }
    return nowSet(position);
  }

  @Override
  public final RowAppender setBinary(int position, byte[] value) {
    writer(position).putBinary(value, 0, value.length);
    return nowSet(position);
  }

  @Override
  public final RowAppender setBinary(int position, byte[] bytes, int offset, int length) {
    writer(position).putBinary(bytes, offset, length);
    return nowSet(position);
  }

  @Override
  public final RowAppender setUuid(int position, UUID value) {
    writer(position).putUuid(value);
    return nowSet(position);
  }

  @Override
  public final RowAppender setDate(int position, LocalDate value) {
    writer(position).putDate(value);
    return nowSet(position);
  }

  @Override
  public final RowAppender setTime(int position, LocalTime value) {
    writer(position).putTime(value);
    return nowSet(position);
  }

  @Override
  public final RowAppender setTimestamp(int position, LocalDateTime value) {
    writer(position).putTimestamp(value);
    return nowSet(position);
  }

  @Override
  public final RowAppender setInstant(int position, Instant value) {
    writer(position).putInstant(value);
    return nowSet(position);
  }

  @Override
  public final RowAppender setObject(int position, @Nullable Object value) {
    writer(position).putObject(value);
    // A nested value may get its slot later.
    return columns[position].size() > slot ? nowSet(position) : this;
  }

  @Override
  public final RowAppender beginStruct(int position) {
    return writer(position).beginStruct();
  }

  @Override
  public final ListAppender beginList(int position) {
    return writer(position).beginList();
  }

  @Override
  public final MapAppender beginMap(int position) {
    return writer(position).beginMap();
  }
}
