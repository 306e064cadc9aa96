package dev.firn.benchmarks.rows;

import java.io.IOException;
import java.util.Objects;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/**
 * What a table must hold, whatever the order of its rows.
 *
 * @param rows how many
 * @param hash the sum of their {@link #hash}es
 */
public record RowSum(long rows, long hash) {

  /** Of every row of {@code table} as it is now, read by Iceberg's generic reader. */
  public static RowSum of(Table table) throws IOException {
    table.refresh();
    int columns = table.schema().columns().size();
    long count = 0;
    long hash = 0;
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      for (Record row : rows) {
        hash += hash(row, columns);
        count++;
      }
    }
    return new RowSum(count, hash);
  }

  /** Of the values of a row: one that was read may have some behind them that the reader needed. */
  public static long hash(Record row, int columns) {
    long hash = 1;
    for (int i = 0; i < columns; i++) {
      hash = hash * 0x9E3779B97F4A7C15L + Objects.hashCode(row.get(i));
    }
    return hash;
  }

  /**
   * Throws if {@code table} holds anything else.
   *
   * @throws IllegalStateException naming the table
   */
  public void check(Table table) throws IOException {
    RowSum found = of(table);
    if (!found.equals(this)) {
      throw new IllegalStateException(
          "table "
              + table.name()
              + " holds "
              + found.rows
              + " rows, expected "
              + rows
              + (found.rows == rows ? ", but others than were committed" : ""));
    }
  }
}
