package dev.firn.internal.parquet;

import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * What a thread needs to build pages: buffers that grow to the largest page and stay, and a
 * compressor. Belongs to one thread at a time and serves any number of columns, all of one codec.
 */
public final class PageScratch {

  final PageBuffer page = new PageBuffer();
  final DeltaBinaryPacking delta = new DeltaBinaryPacking();
  final Compressor compressor;

  private int[] codes = {};
  private int[] ints = {};
  private long[] longs = {};
  private int[] hashes = {};
  private long[] entries = {};
  private byte[] marks = {};

  public PageScratch(CompressionCodecName codec, int level) {
    this.compressor = Compressor.of(codec, level);
  }

  /** Heap that is kept for the next page. */
  public long heapBytes() {
    return page.bytes.length
        + compressor.heapBytes()
        + (long) Integer.BYTES * (codes.length + ints.length + hashes.length)
        + (long) Long.BYTES * (longs.length + entries.length)
        + marks.length;
  }

  int[] codes(int count) {
    if (codes.length < count) {
      codes = new int[count];
    }
    return codes;
  }

  int[] ints(int count) {
    if (ints.length < count) {
      ints = new int[count];
    }
    return ints;
  }

  long[] longs(int count) {
    if (longs.length < count) {
      longs = new long[count];
    }
    return longs;
  }

  int[] hashes(int count) {
    if (hashes.length < count) {
      hashes = new int[count];
    }
    return hashes;
  }

  long[] entries(int count) {
    if (entries.length < count) {
      entries = new long[count];
    }
    return entries;
  }

  /**
   * One byte per code and up to seven more, all zero; whoever takes it leaves it so. Bytes and not
   * bits: to set one it need not be read, and so the next need not wait for the last.
   */
  byte[] marks(int count) {
    int words = (count + 7) >>> 3;
    if (marks.length < words * Long.BYTES) {
      marks = new byte[2 * words * Long.BYTES];
    }
    return marks;
  }
}
