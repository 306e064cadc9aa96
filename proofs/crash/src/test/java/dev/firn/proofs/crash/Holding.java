package dev.firn.proofs.crash;

import dev.firn.proofs.crash.Events.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/**
 * What a table holds, as Iceberg's generic reader sees it.
 *
 * @param rows all rows
 * @param checksum over the keys and payloads of all rows
 * @param troubles rows that are there twice, are damaged or missing below a later one; the first
 *     few
 */
record Holding(long rows, long checksum, List<String> troubles) {

  private static final int MOST_TROUBLES = 20;

  /** Reads the table, which must hold the events below {@code ends} of each source. */
  static Holding read(Table table, Map<String, Long> ends) {
    table.refresh();
    Map<String, BitSet> seen = new TreeMap<>();
    List<String> troubles = new ArrayList<>();
    long rows = 0;
    long checksum = 0;
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
      for (Record row : records) {
        Event event = new Event(String.valueOf(row.get(0)), (Long) row.get(1));
        String payload = String.valueOf(row.get(3));
        rows++;
        checksum += Events.checksum(event, payload);
        if (!Events.isWhole(event, (Integer) row.get(2), payload)) {
          troubles.add("damaged: " + row);
        }
        BitSet numbers = seen.computeIfAbsent(event.source(), source -> new BitSet());
        if (numbers.get((int) event.number())) {
          troubles.add("twice: " + event);
        }
        numbers.set((int) event.number());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    seen.keySet().stream()
        .filter(source -> !ends.containsKey(source))
        .forEach(source -> troubles.add("nobody wrote source " + source));
    ends.forEach((source, end) -> compare(source, end, seen.get(source), troubles));
    return new Holding(rows, checksum, troubles.stream().limit(MOST_TROUBLES).toList());
  }

  private static void compare(String source, long end, BitSet found, List<String> troubles) {
    BitSet numbers = found == null ? new BitSet() : found;
    int missing = numbers.nextClearBit(0);
    if (missing < end) {
      troubles.add("missing: number " + missing + " of source '" + source + "' below " + end);
    }
    if (numbers.length() > end) {
      troubles.add("number " + (numbers.length() - 1) + " of '" + source + "' is beyond " + end);
    }
  }

  /** What it must be: every event below {@code ends} once. */
  static Holding expected(Map<String, Long> ends, int words) {
    long rows = 0;
    long checksum = 0;
    for (Map.Entry<String, Long> end : ends.entrySet()) {
      for (long number = 0; number < end.getValue(); number++) {
        Event event = new Event(end.getKey(), number);
        checksum += Events.checksum(event, Events.payload(event, words));
        rows++;
      }
    }
    return new Holding(rows, checksum, List.of());
  }
}
