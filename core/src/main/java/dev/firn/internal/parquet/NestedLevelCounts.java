package dev.firn.internal.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.schema.PrimitiveType;

/**
 * How often each level occurs in a page, for the size statistics. The format leaves out what can be
 * told without: repetition of columns that do not repeat, definition of columns with two levels.
 */
final class NestedLevelCounts {

  private final int maxDefinition;
  private final int maxRepetition;

  NestedLevelCounts(int maxDefinition, int maxRepetition) {
    this.maxDefinition = maxDefinition;
    this.maxRepetition = maxRepetition;
  }

  SizeStatistics count(PrimitiveType type, LeafSlice slice, PageCut cut, long valueBytes) {
    int from = cut.firstEntry();
    int to = from + cut.entries();
    List<Long> repetitions = List.of();
    if (maxRepetition > 0 && slice.repetitions != null) {
      repetitions = histogram(slice.repetitions, from, to, maxRepetition);
    }
    List<Long> definitions = List.of();
    if (maxDefinition > 1 && slice.definitions != null) {
      definitions = histogram(slice.definitions, from, to, maxDefinition);
    }
    return new SizeStatistics(type, valueBytes, repetitions, definitions);
  }

  private static List<Long> histogram(byte[] levels, int from, int to, int max) {
    long[] counts = new long[max + 1];
    for (int i = from; i < to; i++) {
      counts[levels[i]]++;
    }
    List<Long> list = new ArrayList<>(counts.length);
    for (long count : counts) {
      list.add(count);
    }
    return list;
  }
}
