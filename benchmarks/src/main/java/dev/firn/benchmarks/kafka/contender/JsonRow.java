package dev.firn.benchmarks.kafka.contender;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * JSON objects into rows, as an application would do it by hand: Jackson's streaming parser, fields
 * by name, times as {@code 2023-11-14T22:13:20.123Z}. Hot.
 */
final class JsonRow implements RecordMapper<ConsumerRecord<byte[], byte[]>> {

  private static final long MILLIS_OF_DAY = 86_400_000L;
  private static final long MICROS_OF_MILLI = 1_000L;
  private static final int TIME_LENGTH = 24;

  private final JsonFactory json = new JsonFactory();
  private Map<String, Column> columns = Map.of();

  private record Column(int position, Type.TypeID type) {}

  @Override
  public void bind(Schema schema) {
    Map<String, Column> found = new HashMap<>();
    for (Types.NestedField field : schema.columns()) {
      found.put(field.name(), new Column(found.size(), field.type().typeId()));
    }
    columns = found;
  }

  @Override
  public void map(ConsumerRecord<byte[], byte[]> event, RowAppender row) {
    try (JsonParser parser = json.createParser(event.value())) {
      parser.nextToken();
      String name;
      while ((name = parser.nextFieldName()) != null) {
        Column column = columns.get(name);
        JsonToken token = parser.nextToken();
        if (column != null && token != JsonToken.VALUE_NULL) {
          set(row, column, parser);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void set(RowAppender row, Column column, JsonParser parser) throws IOException {
    int position = column.position;
    switch (column.type) {
      case STRING -> row.setString(position, parser.getText());
      case LONG -> row.setLong(position, parser.getLongValue());
      case INTEGER -> row.setInt(position, parser.getIntValue());
      case DOUBLE -> row.setDouble(position, parser.getDoubleValue());
      case BOOLEAN -> row.setBoolean(position, parser.getBooleanValue());
      case TIMESTAMP -> row.setLong(position, micros(parser));
      default -> throw new IllegalArgumentException("No events have fields of " + column.type);
    }
  }

  private static long micros(JsonParser parser) throws IOException {
    char[] text = parser.getTextCharacters();
    int at = parser.getTextOffset();
    if (parser.getTextLength() != TIME_LENGTH) {
      throw new IllegalArgumentException("Not a time with milliseconds: " + parser.getText());
    }
    long day =
        LocalDate.of(digits(text, at, 4), digits(text, at + 5, 2), digits(text, at + 8, 2))
            .toEpochDay();
    long minutes = digits(text, at + 11, 2) * 60L + digits(text, at + 14, 2);
    long millis = (minutes * 60L + digits(text, at + 17, 2)) * 1_000L + digits(text, at + 20, 3);
    return (day * MILLIS_OF_DAY + millis) * MICROS_OF_MILLI;
  }

  private static int digits(char[] text, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      value = value * 10 + (text[i] - '0');
    }
    return value;
  }
}
