package dev.firn.benchmarks.small;

import dev.firn.benchmarks.rows.RowSum;
import java.io.IOException;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;

/** Reads a whole table back: every commit must have added the same rows, once. */
final class TableRows {

  private TableRows() {}

  /** Throws unless {@code table} holds {@code records} exactly {@code times} times. */
  static void check(Table table, List<Record> records, int times) throws IOException {
    long hash = records.stream().mapToLong(row -> RowSum.hash(row, row.size())).sum();
    new RowSum((long) records.size() * times, hash * times).check(table);
  }
}
