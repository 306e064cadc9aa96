package dev.firn.kafka.format.values;

import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.api.record.RowAppender;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the next value goes: a field of a row, or the next element of a list, so that no value is
 * read by two pieces of code. One for each struct, list and map of the schema, reused from row to
 * row. Hot.
 */
public final class Slot {

  private @Nullable RowAppender row;
  private @Nullable ListAppender list;
  private int position;

  /** Values are fields of {@code row} from now on. */
  public void in(RowAppender newRow) {
    if (row != newRow) { // a row is the same object from record to record
      row = newRow;
      list = null;
    }
  }

  /** Values are elements of {@code newList} from now on. */
  public void in(ListAppender newList) {
    list = newList;
    row = null;
  }

  /** The next value is the field at {@code newPosition}. */
  public Slot at(int newPosition) {
    position = newPosition;
    return this;
  }

  private ListAppender list() {
    return Objects.requireNonNull(list);
  }

  public void setNull() {
    if (row != null) {
      row.setNull(position);
    } else {
      list().addNull();
    }
  }

  public void setBoolean(boolean value) {
    if (row != null) {
      row.setBoolean(position, value);
    } else {
      list().addBoolean(value);
    }
  }

  public void setInt(int value) {
    if (row != null) {
      row.setInt(position, value);
    } else {
      list().addInt(value);
    }
  }

  public void setLong(long value) {
    if (row != null) {
      row.setLong(position, value);
    } else {
      list().addLong(value);
    }
  }

  public void setFloat(float value) {
    if (row != null) {
      row.setFloat(position, value);
    } else {
      list().addFloat(value);
    }
  }

  public void setDouble(double value) {
    if (row != null) {
      row.setDouble(position, value);
    } else {
      list().addDouble(value);
    }
  }

  public void setDecimal(BigDecimal value) {
    if (row != null) {
      row.setDecimal(position, value);
    } else {
      list().addDecimal(value);
    }
  }

  public void setUnscaledDecimal(long unscaled) {
    if (row != null) {
      row.setUnscaledDecimal(position, unscaled);
    } else {
      list().addUnscaledDecimal(unscaled);
    }
  }

  public void setString(String value) {
    if (row != null) {
      row.setString(position, value);
    } else {
      list().addString(value);
    }
  }

  public void setUtf8(byte[] bytes, int offset, int length) {
    if (row != null) {
      row.setUtf8(position, bytes, offset, length);
    } else {
      list().addUtf8(bytes, offset, length);
    }
  }

  public void setBinary(byte[] bytes, int offset, int length) {
    if (row != null) {
      row.setBinary(position, bytes, offset, length);
    } else {
      list().addBinary(bytes, offset, length);
    }
  }

  public void setUuid(UUID value) {
    if (row != null) {
      row.setUuid(position, value);
    } else {
      list().addUuid(value);
    }
  }

  public RowAppender beginStruct() {
    return row != null ? row.beginStruct(position) : list().addStruct();
  }

  public ListAppender beginList() {
    return row != null ? row.beginList(position) : list().addList();
  }

  public MapAppender beginMap() {
    return row != null ? row.beginMap(position) : list().addMap();
  }
}
