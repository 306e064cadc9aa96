package dev.firn.benchmarks.upsert;

import dev.firn.benchmarks.rows.KeyedReadings;
import java.io.IOException;
import java.util.Arrays;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.WriteResult;

/** Iceberg's own upserts: equality deletes, committed as a row delta. */
final class EqualityUpserter implements Upserter {

  private final Table table;
  private int done;

  EqualityUpserter(Table table) {
    this.table = table;
  }

  @Override
  public String name() {
    return "equality-deletes";
  }

  @Override
  public Table table() {
    return table;
  }

  @Override
  public void write(Batch batch) throws IOException {
    EqualityDeltaWriter writer = EqualityDeltaWriter.open(table, KeyedReadings.KEY, ++done);
    for (Record row : batch.records()) {
      writer.write(row);
    }
    WriteResult written = writer.complete();
    RowDelta delta = table.newRowDelta();
    Arrays.stream(written.dataFiles()).forEach(delta::addRows);
    Arrays.stream(written.deleteFiles()).forEach(delta::addDeletes);
    delta.commit();
  }
}
