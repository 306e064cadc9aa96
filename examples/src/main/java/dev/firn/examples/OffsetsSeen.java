package dev.firn.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** Which records of Kafka a reader of a table finds, and how often. */
final class OffsetsSeen {

  private final Map<Integer, BitSet> offsets = new TreeMap<>();
  private final Map<String, Long> rowsByWriter = new TreeMap<>();
  private long rows;
  private long doubled;

  /** Reads the current snapshot of {@code table} with Iceberg's generic reader. */
  static OffsetsSeen in(Table table) {
    table.refresh();
    OffsetsSeen seen = new OffsetsSeen();
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table)
            .select("kafka_partition", "kafka_offset", "written_by")
            .build()) {
      for (Record row : rows) {
        if (row.getField("written_by") instanceof String writer) {
          seen.rowsByWriter.merge(writer, 1L, Long::sum);
        }
        seen.add((int) row.getField("kafka_partition"), (long) row.getField("kafka_offset"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return seen;
  }

  private void add(int partition, long offset) {
    BitSet ofPartition = offsets.computeIfAbsent(partition, number -> new BitSet());
    doubled += ofPartition.get((int) offset) ? 1 : 0;
    ofPartition.set((int) offset);
    rows++;
  }

  long rows() {
    return rows;
  }

  /** How many rows say that {@code writer} wrote them. */
  long rowsBy(String writer) {
    return rowsByWriter.getOrDefault(writer, 0L);
  }

  /** Whether each record of a topic with these ends is there, and once. */
  boolean isExactly(long[] ends) {
    return doubled == 0 && missing(ends) == 0;
  }

  private long missing(long[] ends) {
    long missing = 0;
    for (int partition = 0; partition < ends.length; partition++) {
      missing += ends[partition] - offsets.getOrDefault(partition, new BitSet()).cardinality();
    }
    return missing;
  }

  void print(long[] ends, PrintStream out) {
    offsets.forEach(
        (partition, seen) ->
            out.printf(
                "  partition %d  offsets %,d to %,d, %,d of them%n",
                partition, seen.nextSetBit(0), seen.length() - 1, seen.cardinality()));
    out.printf("  %,d records missing, %,d doubled%n", missing(ends), doubled);
  }
}
