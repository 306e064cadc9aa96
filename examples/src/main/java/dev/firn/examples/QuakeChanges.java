package dev.firn.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.firn.api.record.ChangeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * A change log that can be replayed: the week of earthquakes, each first seen when it happened, and
 * revised when the feed says that it was updated. The feed has the last state of each alone, so the
 * first one is that one without its review. No earthquake of this week was retracted: a few
 * retractions are synthetic.
 */
final class QuakeChanges {

  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.StringType.get()),
          Types.NestedField.required(2, "time", Types.TimestampType.withZone()),
          Types.NestedField.optional(3, "place", Types.StringType.get()),
          Types.NestedField.optional(4, "magnitude", Types.DoubleType.get()),
          Types.NestedField.optional(5, "depth_km", Types.DoubleType.get()),
          Types.NestedField.optional(6, "status", Types.StringType.get()),
          Types.NestedField.optional(7, "updated", Types.TimestampType.withZone()));

  static final PartitionSpec BY_DAY = PartitionSpec.builderFor(SCHEMA).day("time").build();

  /** One earthquake of so many is retracted. */
  private static final int SYNTHETIC_RETRACTION = 100;

  private QuakeChanges() {}

  /** All of them in order. The n-th one is always the same: that makes n a position. */
  static List<QuakeChange> week() {
    List<QuakeChange> week = new ArrayList<>();
    int quakes = 0;
    for (JsonNode feature : Earthquakes.features()) {
      Earthquake quake = Earthquakes.earthquake(feature);
      JsonNode properties = feature.get("properties");
      Instant updated = Instant.ofEpochMilli(properties.get("updated").asLong());
      String status = properties.get("status").asText();
      week.add(change(ChangeKind.INSERT, quake, "first seen", quake.time()));
      week.add(change(ChangeKind.UPDATE_AFTER, quake, status, updated));
      if (++quakes % SYNTHETIC_RETRACTION == 0) {
        Instant retracted = updated.plus(Duration.ofHours(1));
        week.add(change(ChangeKind.DELETE, quake, "synthetic retraction", retracted));
      }
    }
    week.sort(
        Comparator.comparing((QuakeChange change) -> change.state().updated())
            .thenComparing(change -> change.state().id()));
    return week;
  }

  private static QuakeChange change(ChangeKind kind, Earthquake quake, String status, Instant at) {
    return new QuakeChange(
        kind,
        new QuakeState(
            quake.id(),
            quake.time(),
            quake.place(),
            quake.magnitude(),
            quake.depthKm(),
            status,
            at));
  }

  /** {@code state} as a producer would send it. */
  static String json(QuakeState state) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", state.id())
        .put("time", state.time().toString())
        .put("place", state.place())
        .put("magnitude", state.magnitude())
        .put("depth_km", state.depthKm())
        .put("status", state.status())
        .put("updated", state.updated().toString())
        .toString();
  }
}
