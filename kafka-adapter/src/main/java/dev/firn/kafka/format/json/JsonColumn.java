package dev.firn.kafka.format.json;

import com.fasterxml.jackson.core.JsonToken;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.kafka.format.values.Refusals;
import dev.firn.kafka.format.values.Scalar;
import dev.firn.kafka.format.values.Slot;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.ListType;
import org.apache.iceberg.types.Types.MapType;
import org.jspecify.annotations.Nullable;

/** Reads the JSON values of one column, a list's element, or a map's value. Hot. */
abstract class JsonColumn {

  final String path;

  JsonColumn(String path) {
    this.path = path;
  }

  static JsonColumn of(String path, Type type, JsonRules rules) {
    return switch (type.typeId()) {
      case STRUCT -> new JsonFields(path, new Schema(type.asStructType().fields()), rules);
      case LIST -> new OfList(path, type.asListType(), rules);
      case MAP -> new OfMap(path, type.asMapType(), rules);
      default -> new OfScalar(Scalar.of(path, type, rules.epochUnitsPerSecond()));
    };
  }

  /** Reads the value that starts with {@code token}, to its end. */
  abstract void read(JsonToken token, JsonInput in, Slot slot) throws IOException;

  /** How plain values are taken; null if the type is nested. */
  @Nullable Scalar scalar() {
    return null;
  }

  final RecordRejectedException refuse(String type, JsonToken token) {
    return Refusals.column(
        path, type, "does not take " + nameOf(token), "send what the column takes");
  }

  private static String nameOf(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "a JSON object";
      case START_ARRAY -> "a JSON array";
      case VALUE_STRING -> "a JSON string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a JSON number";
      default -> "a JSON boolean";
    };
  }

  private static final class OfScalar extends JsonColumn {

    private final Scalar scalar;

    OfScalar(Scalar scalar) {
      super(scalar.path());
      this.scalar = scalar;
    }

    @Override
    Scalar scalar() {
      return scalar;
    }

    @Override
    void read(JsonToken token, JsonInput in, Slot slot) throws IOException {
      switch (token) {
        case VALUE_STRING -> {
          if (in.plainText()) {
            scalar.text(slot, in.body(), in.textStart(), in.textLength());
          } else {
            scalar.text(slot, in.getText());
          }
        }
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar.number(slot, in.number());
        case VALUE_TRUE -> scalar.bool(slot, true);
        case VALUE_FALSE -> scalar.bool(slot, false);
        case VALUE_NULL -> slot.setNull();
        default -> readNested(token, in, slot);
      }
    }

    /** A string column keeps an object or an array as its JSON. */
    private void readNested(JsonToken token, JsonInput in, Slot slot) throws IOException {
      if (scalar.type().typeId() != Type.TypeID.STRING) {
        throw refuse(scalar.type().toString(), token);
      }
      in.skipAsText();
      scalar.text(slot, in.body(), in.textStart(), in.textLength());
    }
  }

  private static final class OfList extends JsonColumn {

    private final JsonColumn element;
    private final Slot elements = new Slot();

    OfList(String path, ListType type, JsonRules rules) {
      super(path);
      this.element = of(path + ".element", type.elementType(), rules);
    }

    @Override
    void read(JsonToken token, JsonInput in, Slot slot) throws IOException {
      if (token == JsonToken.START_ARRAY) {
        ListAppender list = slot.beginList();
        elements.in(list);
        for (JsonToken t = in.nextToken(); t != JsonToken.END_ARRAY; t = in.nextToken()) {
          element.read(t, in, elements);
        }
      } else if (token == JsonToken.VALUE_NULL) {
        slot.setNull();
      } else {
        throw refuse("list", token);
      }
    }
  }

  private static final class OfMap extends JsonColumn {

    private final Scalar key;
    private final JsonColumn value;
    private final Slot keys = new Slot();
    private final Slot values = new Slot();

    /** The names so far: a reader of the table makes of two equal keys what it likes. */
    private final Set<String> names = new HashSet<>();

    OfMap(String path, MapType type, JsonRules rules) {
      super(path);
      this.key = Scalar.of(path + ".key", type.keyType(), rules.epochUnitsPerSecond());
      this.value = of(path + ".value", type.valueType(), rules);
    }

    @Override
    void read(JsonToken token, JsonInput in, Slot slot) throws IOException {
      if (token == JsonToken.START_OBJECT) {
        readEntries(in, slot.beginMap());
      } else if (token == JsonToken.VALUE_NULL) {
        slot.setNull();
      } else {
        throw refuse("map", token);
      }
    }

    private void readEntries(JsonInput in, MapAppender map) throws IOException {
      keys.in(map.keys());
      values.in(map.values());
      names.clear();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        if (!names.add(name)) {
          throw Refusals.column(
              path, "map", "was given the key " + Refusals.shown(name) + " twice", "send it once");
        }
        key.text(keys, name);
        value.read(in.nextToken(), in, values);
      }
    }
  }
}
