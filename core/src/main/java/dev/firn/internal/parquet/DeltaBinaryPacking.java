package dev.firn.internal.parquet;

/**
 * The encoding DELTA_BINARY_PACKED of integers. Hot.
 *
 * <p>A header (block size, miniblocks per block, number of values, first value), then blocks of 128
 * differences: the smallest difference, the width of each of four miniblocks, and per miniblock 32
 * differences less the smallest one, bit-packed. What sorted or slowly changing columns need per
 * value is then a few bits. Differences wrap round in the column's own width, as the format asks,
 * so that any two values can follow each other; 32-bit columns never get a width over 32.
 *
 * <p>A block that is cut short by the end of the page still has all four widths; miniblocks without
 * a value have width 0 and no bytes, one with some is filled up with zeros.
 */
final class DeltaBinaryPacking {

  private static final int BLOCK = 128;
  private static final int MINIBLOCKS = 4;
  private static final int MINIBLOCK = BLOCK / MINIBLOCKS;

  /** The differences of one block. */
  private final long[] block = new long[BLOCK];

  void encode(long[] values, int from, int count, PageBuffer out) {
    header(count, values[from], out);
    int end = from + count;
    for (int start = from + 1; start < end; start += BLOCK) {
      int size = Math.min(BLOCK, end - start);
      long min = Long.MAX_VALUE;
      for (int i = 0; i < size; i++) {
        long difference = values[start + i] - values[start + i - 1];
        block[i] = difference;
        min = Math.min(min, difference);
      }
      for (int i = 0; i < size; i++) {
        block[i] -= min;
      }
      writeBlock(min, size, out);
    }
  }

  void encode(int[] values, int from, int count, PageBuffer out) {
    header(count, values[from], out);
    int end = from + count;
    for (int start = from + 1; start < end; start += BLOCK) {
      int size = Math.min(BLOCK, end - start);
      int min = Integer.MAX_VALUE;
      for (int i = 0; i < size; i++) {
        int difference = values[start + i] - values[start + i - 1];
        block[i] = difference;
        min = Math.min(min, difference);
      }
      for (int i = 0; i < size; i++) {
        block[i] = ((int) block[i] - min) & 0xFFFFFFFFL;
      }
      writeBlock(min, size, out);
    }
  }

  private static void header(int count, long first, PageBuffer out) {
    out.putVarLong(BLOCK);
    out.putVarLong(MINIBLOCKS);
    out.putVarLong(count);
    out.putZigZag(first);
  }

  private void writeBlock(long min, int size, PageBuffer out) {
    for (int i = size; i < BLOCK; i++) {
      block[i] = 0;
    }
    out.putZigZag(min);
    out.ensure(MINIBLOCKS);
    int widths = out.size;
    out.size += MINIBLOCKS;
    for (int m = 0; m < MINIBLOCKS; m++) {
      int start = m * MINIBLOCK;
      long all = 0;
      for (int i = start; i < start + MINIBLOCK; i++) {
        all |= block[i];
      }
      int width = Long.SIZE - Long.numberOfLeadingZeros(all);
      out.bytes[widths + m] = (byte) width;
      if (width > 0) {
        BitPacking.pack(block, start, start + MINIBLOCK, width, out);
      }
    }
  }
}
