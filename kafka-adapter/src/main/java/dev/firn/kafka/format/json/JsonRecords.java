package dev.firn.kafka.format.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import dev.firn.kafka.format.values.Refusals;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.iceberg.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Values that are JSON objects. A mapper belongs to one writer. Hot. */
public final class JsonRecords implements RecordMapper<ConsumerRecord<byte[], byte[]>> {

  private final JsonRules rules;
  private @Nullable JsonFields fields;
  private @Nullable FlatObjects flat;

  /** Null before the first value, and after one that was not read to its end. */
  private @Nullable JsonInput input;

  /** A mapper that is bound to no schema yet. */
  public JsonRecords(JsonRules rules) {
    this.rules = rules;
  }

  @Override
  public void bind(Schema schema) {
    columns(schema);
  }

  private JsonFields columns(Schema schema) {
    JsonFields columns = new JsonFields("", schema, rules);
    fields = columns;
    flat = new FlatObjects(columns);
    return columns;
  }

  @Override
  public void map(ConsumerRecord<byte[], byte[]> record, RowAppender row) {
    byte[] value = Refusals.valueOf(record);
    JsonFields columns = fields == null ? columns(row.schema()) : fields;
    if (flat == null || !flat.read(value, row)) {
      parse(value, columns, row);
    }
  }

  private void parse(byte[] value, JsonFields columns, RowAppender row) {
    JsonInput in = input == null || input.isWorn() ? new JsonInput() : input;
    input = null;
    in.open(value);
    try {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw noObject(in);
      }
      columns.read(in, row);
      if (in.hasMore()) {
        throw Refusals.record(
            "the value goes on after its JSON object", "send one object in each record");
      }
      input = in;
    } catch (JsonProcessingException e) {
      throw malformed(in, e);
    } catch (RecordRejectedException e) {
      throw located(in, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is no input but memory
    }
  }

  private static RecordRejectedException noObject(JsonInput in) {
    return Refusals.record(
        in.currentToken() == null ? "the value is empty" : "the value is no JSON object",
        "send an object, with a field for each column");
  }

  private static RecordRejectedException malformed(JsonInput in, JsonProcessingException e) {
    JsonLocation at = e.getLocation() == null ? in.currentLocation() : e.getLocation();
    String reason = "the value cannot be read as JSON" + shown(at) + ": " + e.getOriginalMessage();
    String field = in.getParsingContext().pathAsPointer().toString();
    field = field.isEmpty() ? "" : field.substring(1).replace('/', '.');
    return new RecordRejectedException(reason + "; send valid JSON in UTF-8", field, reason, e);
  }

  /** Says where in the value it was, besides which column refused it. */
  private static RecordRejectedException located(JsonInput in, RecordRejectedException e) {
    return new RecordRejectedException(
        e.getMessage() + " (JSON" + shown(in.currentTokenLocation()) + ")",
        e.field(),
        e.reason(),
        e);
  }

  private static String shown(JsonLocation at) {
    return " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }
}
