package dev.firn.benchmarks.small;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** Reads a whole table back: every commit must have added the same rows, once. */
final class TableRows {

  private TableRows() {}

  /** Throws unless {@code table} holds {@code records} exactly {@code times} times. */
  static void check(Table table, List<Record> records, int times) throws IOException {
    table.refresh();
    long expected = 0;
    for (Record record : records) {
      expected += hash(record) * times;
    }
    long found = 0;
    long count = 0;
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      for (Record row : rows) {
        found += hash(row);
        count++;
      }
    }
    if (count != (long) records.size() * times || found != expected) {
      throw new IllegalStateException(
          "table "
              + table.name()
              + " holds "
              + count
              + " rows, or others than were committed;"
              + " expected "
              + records.size()
              + " rows "
              + times
              + " times");
    }
  }

  private static long hash(Record record) {
    long hash = 1;
    for (int i = 0; i < record.size(); i++) {
      hash = hash * 0x9E3779B97F4A7C15L + Objects.hashCode(record.get(i));
    }
    return hash;
  }
}
