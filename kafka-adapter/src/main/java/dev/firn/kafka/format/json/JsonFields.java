package dev.firn.kafka.format.json;

import com.fasterxml.jackson.core.JsonToken;
import dev.firn.api.record.RowAppender;
import dev.firn.kafka.format.values.Refusals;
import dev.firn.kafka.format.values.Slot;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON objects into the fields of a row or a struct. Hot.
 *
 * <p>Producers write the fields of all their objects in one order. Each field so remembers which
 * one came after it the last time, and the parser is asked whether this is the name that comes
 * next: a comparison of bytes, where else a name is decoded, made one with its equals, and looked
 * up. A field that is left out costs one look-up and no more.
 */
final class JsonFields extends JsonColumn {

  /** Names without a column that are remembered; others are looked up each time. */
  private static final int MAX_STRANGERS = 256;

  private final Map<String, JsonField> fields = new HashMap<>();
  private final boolean rejectsUnknown;
  private final Slot slot = new Slot();

  private final JsonField start = new JsonField("", 0, null);

  /** All names without a column that are not remembered. */
  private final JsonField stranger = new JsonField("", 0, null);

  private int strangers;

  JsonFields(String path, Schema schema, JsonRules rules) {
    super(path);
    this.rejectsUnknown = rules.rejectsUnknownFields();
    List<NestedField> columns = schema.columns();
    for (int i = 0; i < columns.size(); i++) {
      NestedField column = columns.get(i);
      JsonColumn reader = JsonColumn.of(pathOf(column.name()), column.type(), rules);
      fields.put(column.name(), new JsonField(column.name(), i, reader));
    }
  }

  private String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  @Override
  void read(JsonToken token, JsonInput in, Slot outer) throws IOException {
    if (token == JsonToken.START_OBJECT) {
      read(in, outer.beginStruct());
    } else if (token == JsonToken.VALUE_NULL) {
      outer.setNull();
    } else {
      throw refuse("struct", token);
    }
  }

  /** Reads the object that has just started, to its end. */
  void read(JsonInput in, RowAppender row) throws IOException {
    slot.in(row);
    for (JsonField field = next(start, in); field != null; field = next(field, in)) {
      JsonToken token = in.nextToken();
      if (field.column != null) {
        field.column.read(token, in, slot.at(field.position));
      } else {
        in.skipChildren();
      }
    }
  }

  /** The field whose name comes next, or null at the object's end. */
  private @Nullable JsonField next(JsonField last, JsonInput in) throws IOException {
    JsonField guess = last.next();
    String name;
    if (guess == null) {
      name = in.nextFieldName();
    } else if (in.nextFieldName(guess.serialized)) {
      return guess;
    } else {
      name = in.currentToken() == JsonToken.FIELD_NAME ? in.currentName() : null;
    }
    if (name == null) {
      return null;
    }
    JsonField field = field(name);
    if (field == null) {
      throw Refusals.noColumn(pathOf(name));
    }
    if (field != stranger) {
      last.sawNext(field);
    }
    return field;
  }

  /** Stands before the first field of an object. */
  JsonField start() {
    return start;
  }

  /** The field of this name; null if there is no column of this name, and must be one. */
  @Nullable JsonField field(String name) {
    JsonField known = fields.get(name);
    if (known != null || rejectsUnknown) {
      return known;
    }
    if (strangers == MAX_STRANGERS) {
      return stranger;
    }
    strangers++;
    JsonField field = new JsonField(name, 0, null);
    fields.put(name, field);
    return field;
  }
}
