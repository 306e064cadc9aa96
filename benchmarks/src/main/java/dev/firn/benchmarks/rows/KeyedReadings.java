package dev.firn.benchmarks.rows;

import dev.firn.api.record.RecordMapper;
import dev.firn.benchmarks.rows.SensorReadings.Reading;
import dev.firn.benchmarks.rows.SensorReadings.Readings;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The readings of {@code iot}, each the latest of an id: seven columns, of which one is the key.
 */
public final class KeyedReadings implements Workload<KeyedReadings.Latest> {

  /** The key column. */
  public static final String KEY = "id";

  /** The latest reading of an id. */
  public record Latest(long id, Reading reading) {}

  private static final int PAYLOAD = 1;

  private static final SensorReadings READINGS = new SensorReadings();

  private final Schema schema;

  public KeyedReadings() {
    List<NestedField> columns = new ArrayList<>();
    columns.add(NestedField.required(READINGS.schema().highestFieldId() + 1, KEY, LongType.get()));
    columns.addAll(READINGS.schema().columns());
    this.schema = TypeUtil.assignIncreasingFreshIds(new Schema(columns));
  }

  @Override
  public String name() {
    return "readings";
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public int rows() {
    return READINGS.rows();
  }

  /** Ids from 0 in order. */
  @Override
  public List<Latest> generate(int count) {
    Readings from = new Readings();
    List<Latest> rows = new ArrayList<>(count);
    for (int id = 0; id < count; id++) {
      rows.add(new Latest(id, from.next()));
    }
    return rows;
  }

  /** New readings of ids drawn from the first {@code ids}; one that comes twice is in it twice. */
  public List<Latest> updates(long seed, int ids, int count) {
    Values drawn = new Values(seed);
    Readings from = new Readings();
    List<Latest> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(new Latest(drawn.below(ids), from.next()));
    }
    return rows;
  }

  @Override
  public RecordMapper<Latest> mapper() {
    return (latest, row) -> {
      row.setLong(0, latest.id);
      SensorReadings.set(latest.reading, row, PAYLOAD);
    };
  }

  @Override
  public Record toRecord(Latest latest) {
    GenericRecord record = GenericRecord.create(schema);
    record.set(0, latest.id);
    SensorReadings.set(latest.reading, record, PAYLOAD);
    return record;
  }
}
