package dev.firn.internal.convert;

import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.api.record.RowAppender;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The setters by name: each looks the position up and goes on by position. */
abstract class NamedSetters implements RowAppender {

  /** The position of the field called {@code name}; the record is rejected if there is none. */
  abstract int positionToSet(String name);

  @Override
  public final RowAppender setNull(String name) {
    return setNull(positionToSet(name));
  }

  @Override
  public final RowAppender setBoolean(String name, boolean value) {
    return setBoolean(positionToSet(name), value);
  }

  @Override
  public final RowAppender setInt(String name, int value) {
    return setInt(positionToSet(name), value);
  }

  @Override
  public final RowAppender setLong(String name, long value) {
    return setLong(positionToSet(name), value);
  }

  @Override
  public final RowAppender setFloat(String name, float value) {
    return setFloat(positionToSet(name), value);
  }

  @Override
  public final RowAppender setDouble(String name, double value) {
    return setDouble(positionToSet(name), value);
  }

  @Override
  public final RowAppender setDecimal(String name, BigDecimal value) {
    return setDecimal(positionToSet(name), value);
  }

  @Override
  public final RowAppender setUnscaledDecimal(String name, long unscaled) {
    return setUnscaledDecimal(positionToSet(name), unscaled);
  }

  @Override
  public final RowAppender setString(String name, String value) {
    return setString(positionToSet(name), value);
  }

  @Override
  public final RowAppender setUtf8(String name, byte[] bytes, int offset, int length) {
    return setUtf8(positionToSet(name), bytes, offset, length);
  }

  @Override
  public final RowAppender setBinary(String name, byte[] value) {
    return setBinary(positionToSet(name), value);
  }

  @Override
  public final RowAppender setBinary(String name, byte[] bytes, int offset, int length) {
    return setBinary(positionToSet(name), bytes, offset, length);
  }

  @Override
  public final RowAppender setUuid(String name, UUID value) {
    return setUuid(positionToSet(name), value);
  }

  @Override
  public final RowAppender setDate(String name, LocalDate value) {
    return setDate(positionToSet(name), value);
  }

  @Override
  public final RowAppender setTime(String name, LocalTime value) {
    return setTime(positionToSet(name), value);
  }

  @Override
  public final RowAppender setTimestamp(String name, LocalDateTime value) {
    return setTimestamp(positionToSet(name), value);
  }

  @Override
  public final RowAppender setInstant(String name, Instant value) {
    return setInstant(positionToSet(name), value);
  }

  @Override
  public final RowAppender setObject(String name, @Nullable Object value) {
    return setObject(positionToSet(name), value);
  }

  @Override
  public final RowAppender beginStruct(String name) {
    return beginStruct(positionToSet(name));
  }

  @Override
  public final ListAppender beginList(String name) {
    return beginList(positionToSet(name));
  }

  @Override
  public final MapAppender beginMap(String name) {
    return beginMap(positionToSet(name));
  }
}
