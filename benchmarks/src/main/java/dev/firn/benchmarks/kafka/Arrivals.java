package dev.firn.benchmarks.kafka;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.jspecify.annotations.Nullable;

/** When snapshots became visible to somebody who looks at the table again and again. */
final class Arrivals {

  private final Table table;
  private final Map<Long, Long> millis = new LinkedHashMap<>();

  Arrivals(Table table) {
    this.table = table;
  }

  /** Looks once; the number of rows that are visible. */
  long look() {
    table.refresh();
    long now = System.currentTimeMillis();
    Snapshot newest = table.currentSnapshot();
    for (Snapshot each = newest; each != null; each = parent(each)) {
      if (millis.putIfAbsent(each.snapshotId(), now) != null) {
        break;
      }
    }
    return newest == null ? 0 : Trial.rows(newest);
  }

  private @Nullable Snapshot parent(Snapshot snapshot) {
    Long parent = snapshot.parentId();
    return parent == null ? null : table.snapshot(parent);
  }

  /**
   * Milliseconds from the time in the column {@code time} to visible, ascending, of all rows whose
   * time is not before {@code from} and before {@code to}.
   */
  long[] latencies(String time, long from, long to) throws IOException {
    Schema times = table.schema().select(time);
    LongStream.Builder latencies = LongStream.builder();
    for (Map.Entry<Long, Long> arrival : millis.entrySet()) {
      long snapshot = arrival.getKey();
      try (CloseableIterable<FileScanTask> added =
          table
              .newIncrementalAppendScan()
              .fromSnapshotInclusive(snapshot)
              .toSnapshot(snapshot)
              .planFiles()) {
        for (FileScanTask task : added) {
          read(task.file(), times, from, to)
              .forEach(made -> latencies.add(arrival.getValue() - made));
        }
      }
    }
    long[] sorted = latencies.build().toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  private LongStream read(DataFile file, Schema times, long from, long to) throws IOException {
    LongStream.Builder found = LongStream.builder();
    try (CloseableIterable<Record> rows =
        Parquet.read(table.io().newInputFile(file.location()))
            .project(times)
            .reuseContainers()
            .createReaderFunc(type -> GenericParquetReaders.buildReader(times, type))
            .build()) {
      for (Record row : rows) {
        long made = row.get(0, OffsetDateTime.class).toInstant().toEpochMilli();
        if (made >= from && made < to) {
          found.add(made);
        }
      }
    }
    return found.build();
  }
}
