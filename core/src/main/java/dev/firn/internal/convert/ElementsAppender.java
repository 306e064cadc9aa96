package dev.firn.internal.convert;

import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.api.record.RowAppender;
import dev.firn.internal.buffer.Column;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The elements of the list being written, or the keys or the values of the map. Hot. */
final class ElementsAppender implements ListAppender {

  private final FieldPlan plan;
  private final Rejections rejections;
  private final ValueWriter element;
  private boolean open;

  /** Slots in the elements' column before this list. */
  private int start;

  ElementsAppender(FieldPlan plan, Rejections rejections) {
    this.plan = plan;
    this.rejections = rejections;
    this.element = plan.newWriter(rejections);
  }

  void attach(Column column) {
    open = false;
    element.attach(column);
  }

  void begin() {
    element.abandon();
    start = element.column().size();
    open = true;
  }

  boolean isOpen() {
    return open;
  }

  /** Ends the list and says how many elements it has. */
  int end() {
    element.endIfBegun();
    open = false;
    return element.column().size() - start;
  }

  void abandon() {
    open = false;
    element.abandon();
  }

  private ValueWriter next() {
    if (!open) {
      throw rejections.closed(plan.path());
    }
    element.endIfBegun();
    return element;
  }

  @Override
  public ListAppender addNull() {
    next().putNull();
    return this;
  }

  @Override
  public ListAppender addBoolean(boolean value) {
    next().putBoolean(value);
    return this;
  }

  @Override
  public ListAppender addInt(int value) {
    next().putInt(value);
    return this;
  }

  @Override
  public ListAppender addLong(long value) {
    next().putLong(value);
    return this;
  }

  @Override
  public ListAppender addFloat(float value) {
    next().putFloat(value);
    return this;
  }

  @Override
  public ListAppender addDouble(double value) {
    next().putDouble(value);
    return this;
  }

  @Override
  public ListAppender addDecimal(BigDecimal value) {
    next().putDecimal(value);
    return this;
  }

  @Override
  public ListAppender addUnscaledDecimal(long unscaled) {
    next().putUnscaledDecimal(unscaled);
    return this;
  }

  @Override
  public ListAppender addString(String value) {
    next().putString(value);
    return this;
  }

  @Override
  public ListAppender addUtf8(byte[] bytes, int offset, int length) {
    next().putUtf8(bytes, offset, length);
    return this;
  }

  @Override
  public ListAppender addBinary(byte[] value) {
    next().putBinary(value, 0, value.length);
    return this;
  }

  @Override
  public ListAppender addBinary(byte[] bytes, int offset, int length) {
    next().putBinary(bytes, offset, length);
    return this;
  }

  @Override
  public ListAppender addUuid(UUID value) {
    next().putUuid(value);
    return this;
  }

  @Override
  public ListAppender addDate(LocalDate value) {
    next().putDate(value);
    return this;
  }

  @Override
  public ListAppender addTime(LocalTime value) {
    next().putTime(value);
    return this;
  }

  @Override
  public ListAppender addTimestamp(LocalDateTime value) {
    next().putTimestamp(value);
    return this;
  }

  @Override
  public ListAppender addInstant(Instant value) {
    next().putInstant(value);
    return this;
  }

  @Override
  public ListAppender addObject(@Nullable Object value) {
    next().putObject(value);
    return this;
  }

  @Override
  public RowAppender addStruct() {
    return next().beginStruct();
  }

  @Override
  public ListAppender addList() {
    return next().beginList();
  }

  @Override
  public MapAppender addMap() {
    return next().beginMap();
  }
}
