package dev.firn.benchmarks.upsert;

import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.rows.KeyedReadings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;

/** Firn alone: a new table of a million keys, and batches for it that wait to be written. */
public final class FirnUpserts implements AutoCloseable {

  private final Place place;
  private final FirnUpserter writer;
  private final List<Batch> batches = new ArrayList<>();

  /** Opens the table's writer, which has read the keys when this returns. */
  public FirnUpserts(long seed) throws IOException {
    KeyedReadings readings = new KeyedReadings();
    for (int i = 0; i < Trial.BATCHES; i++) {
      long batchSeed = seed * Trial.BATCHES + i;
      batches.add(
          new Batch(
              readings.updates(batchSeed, UpsertBenchmark.KEYS, UpsertBenchmark.BATCH_ROWS),
              List.of()));
    }
    this.place = Place.open(Map.of("firn.local.sync", "false"));
    Table table =
        place.newTable("firn", readings.schema(), Map.of(TableProperties.FORMAT_VERSION, "3"));
    FirnUpserter.load(
        table, readings, new Batch(readings.generate(UpsertBenchmark.KEYS), List.of()));
    this.writer = FirnUpserter.upserting(table, readings);
  }

  /** Writes and commits all batches. */
  public void run() {
    batches.forEach(writer::write);
  }

  @Override
  public void close() {
    writer.close();
    place.close();
  }
}
