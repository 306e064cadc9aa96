package dev.firn.benchmarks.rows;

import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** {@code telemetry}: the readings of {@code iot} and two more fields, 144 bytes of JSON. */
final class TelemetryEvents implements EventShape {

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "device_id", Types.LongType.get()),
          Types.NestedField.required(2, "ts", Types.TimestampType.withZone()),
          Types.NestedField.required(3, "temperature", Types.DoubleType.get()),
          Types.NestedField.optional(4, "humidity", Types.DoubleType.get()),
          Types.NestedField.optional(5, "site", Types.StringType.get()),
          Types.NestedField.required(6, "status", Types.IntegerType.get()),
          Types.NestedField.required(7, "battery", Types.IntegerType.get()),
          Types.NestedField.optional(8, "fw", Types.StringType.get()));

  private static final double CENTS = 100.0;

  @Override
  public String name() {
    return "telemetry";
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public int rows() {
    return 16_000_000;
  }

  @Override
  public int keyColumn() {
    return 0;
  }

  @Override
  public int timeColumn() {
    return 1;
  }

  @Override
  public Source open() {
    SensorReadings.Readings readings = new SensorReadings.Readings();
    Values values = new Values(3);
    String[] firmware = Values.words(values, "1.", 12, 3);
    return () -> {
      SensorReadings.Reading reading = readings.next();
      return new Object[] {
        reading.device(),
        Values.millis(reading.micros()),
        Math.round(reading.temperature() * CENTS) / CENTS,
        reading.hasHumidity() ? (Double) reading.humidity() : null,
        reading.site(),
        reading.status(),
        100 - values.skewed(100),
        values.oneOf(firmware)
      };
    };
  }
}
