package dev.firn.benchmarks.upsert;

import dev.firn.benchmarks.rows.KeyedReadings;
import dev.firn.benchmarks.rows.KeyedReadings.Latest;
import java.util.List;
import org.apache.iceberg.data.Record;

/**
 * The rows of one commit.
 *
 * @param rows as an application has them, for Firn
 * @param records the same as Iceberg's writers take them
 */
record Batch(List<Latest> rows, List<Record> records) {

  static Batch of(KeyedReadings readings, List<Latest> rows) {
    return new Batch(rows, rows.stream().map(readings::toRecord).toList());
  }
}
