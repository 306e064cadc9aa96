package dev.firn.kafka.format;

import dev.firn.kafka.format.json.JsonRules;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * How {@link KafkaFormats#json(JsonOptions)} reads what JSON leaves open. Immutable; each method
 * returns a copy.
 *
 * <pre>{@code
 * JsonOptions.defaults().epochUnit(ChronoUnit.SECONDS).rejectUnknownFields()
 * }</pre>
 *
 * @since 0.1
 */
public final class JsonOptions {

  /** What most producers send, and what Kafka Connect takes a number for. */
  public static final ChronoUnit DEFAULT_EPOCH_UNIT = ChronoUnit.MILLIS;

  private static final JsonOptions DEFAULTS = new JsonOptions(DEFAULT_EPOCH_UNIT, false);

  private final ChronoUnit epochUnit;
  private final boolean rejectsUnknownFields;

  private JsonOptions(ChronoUnit epochUnit, boolean rejectsUnknownFields) {
    this.epochUnit = epochUnit;
    this.rejectsUnknownFields = rejectsUnknownFields;
  }

  /** Numbers are milliseconds where the column is a time; unknown fields are ignored. */
  public static JsonOptions defaults() {
    return DEFAULTS;
  }

  /**
   * What a number counts in a timestamp column (since 1970-01-01T00:00Z) and in a time column
   * (since midnight). A date column's number is always days.
   *
   * @param unit seconds, milliseconds, microseconds or nanoseconds
   * @throws IllegalArgumentException if it is another one
   */
  public JsonOptions epochUnit(ChronoUnit unit) {
    unitsPerSecond(unit);
    return new JsonOptions(unit, rejectsUnknownFields);
  }

  /** A field without a column rejects the record, instead of being ignored. */
  public JsonOptions rejectUnknownFields() {
    return new JsonOptions(epochUnit, true);
  }

  /** What a number counts where the column is a time. */
  public ChronoUnit epochUnit() {
    return epochUnit;
  }

  /** Whether a field without a column rejects the record. */
  public boolean rejectsUnknownFields() {
    return rejectsUnknownFields;
  }

  JsonRules rules() {
    return new JsonRules(unitsPerSecond(epochUnit), rejectsUnknownFields);
  }

  private static long unitsPerSecond(ChronoUnit unit) {
    return switch (Objects.requireNonNull(unit, "unit")) {
      case SECONDS -> 1;
      case MILLIS -> 1_000;
      case MICROS -> 1_000_000;
      case NANOS -> 1_000_000_000;
      default ->
          throw new IllegalArgumentException(
              "epochUnit is seconds, milliseconds, microseconds or nanoseconds, not " + unit);
    };
  }

  @Override
  public String toString() {
    return "JsonOptions[epochUnit="
        + epochUnit
        + ", "
        + (rejectsUnknownFields ? "rejects" : "ignores")
        + " unknown fields]";
  }
}
