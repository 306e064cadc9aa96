package dev.firn.internal.runs;

/**
 * A run that is open: its blocks on disk, and in memory the first word of each and a filter. One
 * thread at a time.
 */
public final class Run {

  private final RunSummary summary;
  private final BlockFile file;
  private final long[] firstWords;
  private final KeyFilter filter;

  private Run(RunSummary summary, BlockFile file, long[] firstWords, KeyFilter filter) {
    this.summary = summary;
    this.file = file;
    this.firstWords = firstWords;
    this.filter = filter;
  }

  /** Reads all of a file: what is kept in memory comes from there, and is known to be right. */
  static Run open(RunSummary summary, BlockFile file) {
    long[] firstWords = new long[summary.blocks()];
    KeyFilter filter = new KeyFilter(summary.keys());
    RunScan scan = new RunScan(summary, file);
    while (scan.next()) {
      if (scan.beginsBlock()) {
        firstWords[scan.block()] = scan.first();
      }
      filter.add(scan.first());
    }
    return new Run(summary, file, firstWords, filter);
  }

  /** What is known of it. */
  public RunSummary summary() {
    return summary;
  }

  /** A way through all of its entries. */
  public SortedEntries scan() {
    return new RunScan(summary, file);
  }

  /** Reads what {@link #mayHold} will look at, so that it is in the cache. */
  public long fetch(long first) {
    return filter.fetch(first);
  }

  /** Whether there may be entries of keys with this first word; never false if there are. */
  boolean mayHold(long first) {
    return filter.mayHold(first);
  }

  /** The last block that begins before a word: where its entries begin, or behind which. */
  int blockBefore(long first) {
    int low = 0;
    int high = firstWords.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(firstWords[middle], first) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return Math.max(low - 1, 0);
  }

  /** Whether there is a block {@code number} that begins with this word or one before it. */
  boolean reaches(int number, long first) {
    return number < firstWords.length && Long.compareUnsigned(firstWords[number], first) <= 0;
  }

  BlockFile file() {
    return file;
  }
}
