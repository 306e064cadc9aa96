package dev.firn.kafka.format.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a registry says about one schema.
 *
 * @param schema its text
 * @param type AVRO, JSON, PROTOBUF
 * @param references the schemas whose names it uses
 */
record RegistryAnswer(String schema, String type, List<Reference> references) {

  private static final String AVRO = "AVRO";
  private static final JsonFactory JSON = new JsonFactory();

  /** A schema by the place it is registered at. */
  record Reference(String subject, int version) {}

  boolean isAvro() {
    return type.equals(AVRO);
  }

  /**
   * @throws IOException if {@code body} is not such an answer
   */
  static RegistryAnswer parse(byte[] body) throws IOException {
    try (JsonParser in = JSON.createParser(body)) {
      require(in.nextToken() == JsonToken.START_OBJECT);
      @Nullable String schema = null;
      String type = AVRO; // registries leave it out for Avro
      List<Reference> references = List.of();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        JsonToken token = in.nextToken();
        if (name.equals("schema") && token == JsonToken.VALUE_STRING) {
          schema = in.getText();
        } else if (name.equals("schemaType") && token == JsonToken.VALUE_STRING) {
          type = in.getText();
        } else if (name.equals("references") && token == JsonToken.START_ARRAY) {
          references = references(in);
        } else {
          in.skipChildren();
        }
      }
      if (schema == null) {
        throw new IOException("there is no schema in it");
      }
      return new RegistryAnswer(schema, type, references);
    }
  }

  private static List<Reference> references(JsonParser in) throws IOException {
    List<Reference> all = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      require(in.currentToken() == JsonToken.START_OBJECT);
      @Nullable String subject = null;
      int version = 0;
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        JsonToken token = in.nextToken();
        if (name.equals("subject") && token == JsonToken.VALUE_STRING) {
          subject = in.getText();
        } else if (name.equals("version") && token == JsonToken.VALUE_NUMBER_INT) {
          version = in.getIntValue();
        } else {
          in.skipChildren();
        }
      }
      if (subject == null) {
        throw new IOException("a reference has no subject");
      }
      all.add(new Reference(subject, version));
    }
    return List.copyOf(all);
  }

  private static void require(boolean isSo) throws IOException {
    if (!isSo) {
      throw new IOException("it is not a JSON object of a registry");
    }
  }
}
