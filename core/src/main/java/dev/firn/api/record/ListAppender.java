package dev.firn.api.record;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The list being written: each call adds one element. Conversions and errors are those of {@link
 * RowAppender}. Nested appenders are valid until this list is touched again. Not thread-safe,
 * reused from row to row.
 *
 * @since 0.1
 */
public interface ListAppender {

  ListAppender addNull();

  ListAppender addBoolean(boolean value);

  ListAppender addInt(int value);

  ListAppender addLong(long value);

  ListAppender addFloat(float value);

  ListAppender addDouble(double value);

  ListAppender addDecimal(BigDecimal value);

  ListAppender addUnscaledDecimal(long unscaled);

  ListAppender addString(String value);

  ListAppender addUtf8(byte[] bytes, int offset, int length);

  ListAppender addBinary(byte[] value);

  ListAppender addBinary(byte[] bytes, int offset, int length);

  ListAppender addUuid(UUID value);

  ListAppender addDate(LocalDate value);

  ListAppender addTime(LocalTime value);

  ListAppender addTimestamp(LocalDateTime value);

  ListAppender addInstant(Instant value);

  ListAppender addObject(@Nullable Object value);

  /** Adds an element of type struct, empty at first, and returns its appender. */
  RowAppender addStruct();

  /** Adds an element of type list, empty at first, and returns its appender. */
  ListAppender addList();

  /** Adds an element of type map, empty at first, and returns its appender. */
  MapAppender addMap();
}
