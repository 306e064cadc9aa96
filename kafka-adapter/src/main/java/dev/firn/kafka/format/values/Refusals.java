package dev.firn.kafka.format.values;

import dev.firn.api.error.RecordRejectedException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Words for what is wrong with a record of Kafka. */
public final class Refusals {

  /** Enough to recognise a value by, short enough for a log line. */
  private static final int MAX_SHOWN_CHARS = 60;

  private Refusals() {}

  /** The record is refused for a reason that is no column's. */
  public static RecordRejectedException record(String reason, String cure) {
    return record(reason, cure, null);
  }

  public static RecordRejectedException record(
      String reason, String cure, @Nullable Throwable cause) {
    return new RecordRejectedException(reason + "; " + cure, "", reason, cause);
  }

  /** The column called {@code path} does not take what the record has for it. */
  public static RecordRejectedException column(
      String path, String type, String reason, String cure) {
    return new RecordRejectedException(
        "column '" + path + "' (" + type + ") " + reason + "; " + cure, path, reason, null);
  }

  /** The record has a field for which the table has no column. */
  public static RecordRejectedException noColumn(String path) {
    String reason = "there is no column " + shown(path);
    return new RecordRejectedException(
        reason + "; add the column, or let unknown fields be ignored", path, reason, null);
  }

  /**
   * The value of {@code record}.
   *
   * @throws RecordRejectedException if it is a tombstone
   */
  public static <V> V valueOf(ConsumerRecord<?, V> record) {
    V value = record.value();
    if (value == null) {
      throw record(
          "the record is a tombstone (its value is null), and this mapper says of no row that it is"
              + " gone",
          "upsert with KafkaFormats.keyed to delete rows by their keys, filter tombstones out, or"
              + " keep them where bad records are kept");
    }
    return value;
  }

  /** The first characters of {@code bytes}, in quotes. */
  public static String shown(byte[] bytes, int offset, int length) {
    int shownBytes = Math.min(length, MAX_SHOWN_CHARS);
    String start = new String(bytes, offset, shownBytes, StandardCharsets.UTF_8);
    return "'" + start + "'" + (shownBytes < length ? "... (" + length + " bytes)" : "");
  }

  public static String shown(String text) {
    return text.length() <= MAX_SHOWN_CHARS
        ? "'" + text + "'"
        : "'" + text.substring(0, MAX_SHOWN_CHARS) + "'... (" + text.length() + " characters)";
  }
}
