package dev.firn.benchmarks.rows;

import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** {@code iot}: few columns, nearly all numbers. */
final class SensorReadings implements Workload<SensorReadings.Reading> {

  /** One reading of one device. */
  record Reading(
      long device,
      long micros,
      double temperature,
      boolean hasHumidity,
      double humidity,
      @Nullable String site,
      int status) {}

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "device_id", Types.LongType.get()),
          Types.NestedField.required(2, "ts", Types.TimestampType.withZone()),
          Types.NestedField.required(3, "temperature", Types.DoubleType.get()),
          Types.NestedField.optional(4, "humidity", Types.DoubleType.get()),
          Types.NestedField.optional(5, "site", Types.StringType.get()),
          Types.NestedField.required(6, "status", Types.IntegerType.get()));

  @Override
  public String name() {
    return "iot";
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public int rows() {
    return 1_000_000;
  }

  /** The readings of all devices, one after another. */
  static final class Readings {

    private final Values values = new Values(1);
    private final String[] sites = Values.words(values, "site-", 200, 8);
    private long micros = 1_700_000_000_000_000L;

    Reading next() {
      micros += values.below(2_000);
      return new Reading(
          values.below(10_000),
          micros,
          15 + 20 * values.unit(),
          values.chance(0.9),
          Math.round(1_000 * values.unit()) / 10.0,
          values.chance(0.02) ? null : values.oneOf(sites),
          values.chance(0.97) ? 0 : values.below(16));
    }
  }

  @Override
  public List<Reading> generate(int count) {
    Readings readings = new Readings();
    List<Reading> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(readings.next());
    }
    return rows;
  }

  @Override
  public RecordMapper<Reading> mapper() {
    return (reading, row) -> set(reading, row, 0);
  }

  /** Sets the six columns from {@code first} on. */
  static void set(Reading reading, RowAppender row, int first) {
    row.setLong(first, reading.device)
        .setLong(first + 1, reading.micros)
        .setDouble(first + 2, reading.temperature);
    if (reading.hasHumidity) {
      row.setDouble(first + 3, reading.humidity);
    }
    if (reading.site != null) {
      row.setString(first + 4, reading.site);
    }
    row.setInt(first + 5, reading.status);
  }

  @Override
  public Record toRecord(Reading reading) {
    GenericRecord record = GenericRecord.create(SCHEMA);
    set(reading, record, 0);
    return record;
  }

  /** As {@link #set(Reading, RowAppender, int)}, as Iceberg's generic writer takes it. */
  static void set(Reading reading, Record record, int first) {
    record.set(first, reading.device);
    record.set(first + 1, Values.instant(reading.micros));
    record.set(first + 2, reading.temperature);
    record.set(first + 3, reading.hasHumidity ? (Double) reading.humidity : null);
    record.set(first + 4, reading.site);
    record.set(first + 5, reading.status);
  }
}
