package dev.firn.proofs.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** What the table holds in the end, held against what was produced. */
final class Outcome {

  private final Table table;
  private final List<String> violations = new ArrayList<>();

  Outcome(Table table) {
    this.table = table;
  }

  List<String> violations(Map<String, long[]> produced, long foreign) throws IOException {
    table.refresh();
    Map<String, long[]> found = new TreeMap<>();
    Set<Long> places = new HashSet<>();
    long others = 0;
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      for (Record row : rows) {
        int partition = (Integer) row.getField("partition");
        if (partition == SoakTable.FOREIGN) {
          others++;
          continue;
        }
        long offset = (Long) row.getField("offset");
        if (!places.add((long) partition << 48 | offset)) {
          violations.add("twice: partition " + partition + ", offset " + offset);
        }
        Checksum.add(found, (String) row.getField("key"), (Long) row.getField("number"));
      }
    }
    if (others != foreign) {
      violations.add("foreign rows: " + others + " of " + foreign);
    }
    if (!found.keySet().equals(produced.keySet())) {
      violations.add("keys: " + found.keySet() + " instead of " + produced.keySet());
    }
    produced.forEach(
        (key, sum) -> {
          if (!Arrays.equals(sum, found.get(key))) {
            violations.add(
                key
                    + ": "
                    + Arrays.toString(found.get(key))
                    + " instead of "
                    + Arrays.toString(sum));
          }
        });
    checkOrder();
    return violations;
  }

  /**
   * Offsets of a partition grow along the files as Firn wrote them: in one file from row to row,
   * and from snapshot to snapshot. Files that others have compacted keep no order.
   */
  private void checkOrder() throws IOException {
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned = table.newScan().planFiles()) {
      planned.forEach(tasks::add);
    }
    tasks.removeIf(task -> task.file().location().contains("foreign-"));
    tasks.sort(Comparator.comparing(task -> task.file().fileSequenceNumber()));
    Map<Integer, Long> ends = new HashMap<>();
    for (FileScanTask task : tasks) {
      try (CloseableIterable<Record> rows = SoakTable.read(table, task.file())) {
        for (Record row : rows) {
          int partition = (Integer) row.getField("partition");
          long offset = (Long) row.getField("offset");
          Long before = ends.put(partition, offset);
          if (before != null && before >= offset) {
            violations.add(
                "order: partition " + partition + ", " + offset + " stands after " + before);
          }
        }
      }
    }
  }
}
