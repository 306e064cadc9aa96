package dev.firn.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** A source that can be replayed: one real week, in order of event time. */
final class Earthquakes {

  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.StringType.get()),
          Types.NestedField.required(2, "time", Types.TimestampType.withZone()),
          Types.NestedField.optional(3, "place", Types.StringType.get()),
          Types.NestedField.optional(4, "magnitude", Types.DoubleType.get()),
          Types.NestedField.optional(5, "depth_km", Types.DoubleType.get()),
          Types.NestedField.optional(6, "longitude", Types.DoubleType.get()),
          Types.NestedField.optional(7, "latitude", Types.DoubleType.get()));

  static final PartitionSpec BY_DAY = PartitionSpec.builderFor(SCHEMA).day("time").build();

  private Earthquakes() {}

  /** All of them. The n-th one, counted from 0, is always the same: that makes n a position. */
  static List<Earthquake> week() {
    List<Earthquake> week = new ArrayList<>();
    features().forEach(feature -> week.add(earthquake(feature)));
    week.sort(Comparator.comparing(Earthquake::time).thenComparing(Earthquake::id));
    return week;
  }

  /** The same as the feed has them, in its order. */
  static JsonNode features() {
    try (InputStream json = Earthquakes.class.getResourceAsStream("earthquakes.json")) {
      return new ObjectMapper().readTree(json).get("features");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code quake} as a producer would send it. */
  static String json(Earthquake quake) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", quake.id())
        .put("time", quake.time().toString())
        .put("place", quake.place())
        .put("magnitude", quake.magnitude())
        .put("depth_km", quake.depthKm())
        .put("longitude", quake.longitude())
        .put("latitude", quake.latitude())
        .toString();
  }

  /** What a feature of the feed says of its earthquake. */
  static Earthquake earthquake(JsonNode feature) {
    JsonNode properties = feature.get("properties");
    JsonNode place = feature.get("geometry").get("coordinates"); // longitude, latitude, depth
    return new Earthquake(
        feature.get("id").asText(),
        Instant.ofEpochMilli(properties.get("time").asLong()),
        properties.get("place").asText(),
        properties.get("mag").asDouble(),
        place.get(2).asDouble(),
        place.get(0).asDouble(),
        place.get(1).asDouble());
  }
}
