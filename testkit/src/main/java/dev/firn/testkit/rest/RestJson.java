package dev.firn.testkit.rest;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.io.IOException;
import org.apache.iceberg.rest.RESTSerializers;

/** Iceberg's requests and answers as JSON, as its own client reads and writes them. */
final class RestJson {

  private final ObjectMapper mapper = new ObjectMapper();

  RestJson() {
    mapper.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
    mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    mapper.setPropertyNamingStrategy(PropertyNamingStrategies.KebabCaseStrategy.INSTANCE);
    RESTSerializers.registerAll(mapper);
  }

  <T> T read(byte[] body, Class<T> type) throws IOException {
    return mapper.readValue(body, type);
  }

  byte[] write(Object answer) throws IOException {
    return mapper.writeValueAsBytes(answer);
  }
}
