package dev.firn.internal.parquet;

/**
 * Walks over a slice in pages. A page begins and ends at a row; it has at least one row, however
 * large that is.
 */
final class PageCut {

  private final LeafSlice slice;
  private final int maxDefinition;
  private int firstEntry;
  private int endEntry;

  /** Counted from the first value of the slice. */
  private int firstValue;

  private int endValue;
  private int rows;

  PageCut(LeafSlice slice, int maxDefinition) {
    this.slice = slice;
    this.maxDefinition = maxDefinition;
  }

  boolean hasMore() {
    return endEntry < slice.entries;
  }

  /** Index of the first value behind this page, in the slice's arrays. */
  int nextValue() {
    return slice.first + endValue;
  }

  int valuesLeft() {
    return slice.values - endValue;
  }

  /** Moves on to the next page, which may have {@code fit} values. */
  void advance(int fit) {
    firstEntry = endEntry;
    firstValue = endValue;
    if (fit >= valuesLeft()) {
      rows = firstEntry == 0 ? slice.rows : rowsFrom(firstEntry);
      endEntry = slice.entries;
      endValue = slice.values;
    } else {
      cutAtRow(fit);
    }
  }

  private int rowsFrom(int entry) {
    if (slice.repetitions == null) {
      return slice.entries - entry;
    }
    int count = 0;
    for (int e = entry; e < slice.entries; e++) {
      if (slice.repetitions[e] == 0) {
        count++;
      }
    }
    return count;
  }

  /** Ends the page at the last row boundary with at most {@code fit} values, or the first one. */
  private void cutAtRow(int fit) {
    int seen = 0;
    int starts = 0;
    int cutEntry = -1;
    int cutSeen = 0;
    int cutRows = 0;
    for (int e = firstEntry; e < slice.entries; e++) {
      if (slice.repetitions == null || slice.repetitions[e] == 0) {
        if (starts > 0) {
          if (cutEntry >= 0 && seen > fit) {
            break;
          }
          cutEntry = e;
          cutSeen = seen;
          cutRows = starts;
          if (seen > fit) {
            break;
          }
        }
        starts++;
      }
      if (isValue(e)) {
        seen++;
      }
    }
    if (cutEntry < 0) {
      cutEntry = slice.entries;
      cutSeen = seen;
      cutRows = starts;
    }
    endEntry = cutEntry;
    endValue = firstValue + cutSeen;
    rows = cutRows;
  }

  private boolean isValue(int entry) {
    if (slice.definitions != null) {
      return slice.definitions[entry] == maxDefinition;
    }
    long[] nulls = slice.nullBits;
    if (nulls == null) {
      return true;
    }
    int bit = slice.nullBitsFrom + entry;
    return bit >> 6 >= nulls.length || (nulls[bit >> 6] & 1L << bit) == 0;
  }

  int firstEntry() {
    return firstEntry;
  }

  int entries() {
    return endEntry - firstEntry;
  }

  /** Index of this page's first value in the slice's arrays. */
  int firstValue() {
    return slice.first + firstValue;
  }

  int values() {
    return endValue - firstValue;
  }

  int rows() {
    return rows;
  }
}
