package dev.firn.examples;

import java.time.Instant;
import java.util.SplittableRandom;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** Made-up readings of devices that do not exist, as many as you want. */
final class SyntheticEvents {

  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "device", Types.StringType.get()),
          Types.NestedField.required(2, "time", Types.TimestampType.withZone()),
          Types.NestedField.required(3, "reading", Types.LongType.get()),
          Types.NestedField.optional(4, "temperature", Types.DoubleType.get()),
          Types.NestedField.optional(5, "battery_percent", Types.IntegerType.get()));

  private static final int DEVICES = 1_000;

  private final SplittableRandom random = new SplittableRandom(7);
  private long reading;

  /** The next one, as JSON. */
  String next() {
    return "{\"device\":\"synthetic-"
        + random.nextInt(DEVICES)
        + "\",\"time\":\""
        + Instant.now()
        + "\",\"reading\":"
        + reading++
        + ",\"temperature\":"
        + random.nextInt(-2_000, 4_000) / 100.0
        + ",\"battery_percent\":"
        + random.nextInt(101)
        + "}";
  }
}
