package dev.firn.internal.parquet;

import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;

/**
 * A compressed data page in memory.
 *
 * @param version2 whether it is a data page of version 2
 * @param bytes all of it; in version 2 the levels stand in front, uncompressed
 * @param repetitionBytes length of the repetition levels in front, version 2 only
 * @param definitionBytes length of the definition levels behind them, version 2 only
 * @param uncompressedBytes its size before compression, levels included
 * @param entries values and nulls
 */
@SuppressWarnings("ArrayRecordComponent") // pages are never compared
record Page(
    boolean version2,
    byte[] bytes,
    int repetitionBytes,
    int definitionBytes,
    int uncompressedBytes,
    int entries,
    int nulls,
    int rows,
    Encoding encoding,
    Statistics<?> statistics,
    SizeStatistics sizes) {

  /**
   * Objects around the bytes: this record, two statistics with their lists, array headers, the slot
   * in the list. Measured at 300 to 450 bytes.
   */
  private static final int OVERHEAD_BYTES = 400;

  /** Bytes of heap, {@code statisticsBytes} of them kept by minimum and maximum. */
  static long heapBytes(int pageBytes, int statisticsBytes) {
    return pageBytes + statisticsBytes + (long) OVERHEAD_BYTES;
  }
}
