package dev.firn.benchmarks.rows;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.iceberg.Schema;

/**
 * Events as JSON objects: fields in the order of the columns, nulls left out, times as text with
 * milliseconds and {@code Z}. Texts must need no escapes. For one thread.
 */
public final class JsonText {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);

  private final String[] names;
  private final StringBuilder text = new StringBuilder();

  public JsonText(Schema schema) {
    this.names =
        schema.columns().stream()
            .map(column -> "\"" + column.name() + "\":")
            .toArray(String[]::new);
  }

  /** The event with these values. */
  public byte[] of(Object[] values) {
    text.setLength(0);
    char before = '{';
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value != null) {
        text.append(before).append(names[i]);
        before = ',';
        add(value);
      }
    }
    return text.append('}').toString().getBytes(StandardCharsets.US_ASCII);
  }

  private void add(Object value) {
    if (value instanceof String string) {
      text.append('"').append(string).append('"');
    } else if (value instanceof OffsetDateTime time) {
      text.append('"');
      TIME.formatTo(time, text);
      text.append('"');
    } else {
      text.append(value);
    }
  }
}
