package dev.firn.internal.parquet;

import java.io.IOException;

/**
 * Whole numbers as packed differences, 32 or 64 bits wide; {@link DeltaBinaryPacking} is the way
 * there. Hot.
 *
 * <p>Source: the Parquet format, "Encodings", "Delta Encoding".
 */
final class DeltaValues extends PageValues {

  /** Values whose bits, wherever they begin in a byte, lie in eight bytes. */
  private static final int ONE_LOAD_BITS = 57;

  private static final int MAX_BLOCK_VALUES = 1 << 20;

  private final byte[] bytes;
  private final int end;
  private final int miniBlocks;
  private final int miniValues;

  /** What is read next. */
  private int at;

  private long unread;
  private long last;
  private boolean firstIsRead;

  /** Of the block. */
  private long least;

  private int widthsAt;
  private int minisLeft;

  /** Of the mini block. */
  private int width;

  private int left;
  private long bit;

  private long[] scratch = {};

  DeltaValues(byte[] bytes, int from, int end) throws IOException {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    if (from == end) { // of a page of nulls
      this.miniBlocks = 0;
      this.miniValues = 0;
      return;
    }
    long blockValues = unsigned();
    long minis = unsigned();
    this.unread = unsigned();
    if (blockValues <= 0
        || blockValues > MAX_BLOCK_VALUES
        || minis <= 0
        || minis > blockValues
        || blockValues % (8 * minis) != 0) {
      throw new IOException("Blocks of " + blockValues + " values in " + minis + " parts");
    }
    this.miniBlocks = (int) minis;
    this.miniValues = (int) (blockValues / minis);
    this.last = signed();
  }

  @Override
  void words(int[] to, int count) throws IOException {
    if (scratch.length < count) {
      scratch = new long[count];
    }
    longs(scratch, count);
    for (int i = 0; i < count; i++) {
      to[i] = (int) scratch[i];
    }
  }

  @Override
  void longs(long[] to, int count) throws IOException {
    if (count > unread) {
      throw new IOException("A page has fewer values than it says");
    }
    unread -= count;
    int done = 0;
    if (count > 0 && !firstIsRead) {
      firstIsRead = true;
      to[done++] = last;
    }
    while (done < count) {
      if (left == 0) {
        beginMini();
      }
      int take = Math.min(left, count - done);
      unpack(to, done, take);
      left -= take;
      done += take;
    }
  }

  private void beginMini() throws IOException {
    if (minisLeft == 0) {
      least = signed();
      widthsAt = at;
      minisLeft = miniBlocks;
      at += miniBlocks;
    }
    if (at > end || miniBlocks == 0) {
      throw new IOException("A page has fewer values than it says");
    }
    width = bytes[widthsAt++] & 0xFF;
    minisLeft--;
    left = miniValues;
    bit = at * 8L;
    at = (int) Math.min(Integer.MAX_VALUE, at + miniValues / 8L * width);
  }

  private void unpack(long[] to, int from, int count) throws IOException {
    if (width > Long.SIZE || bit + (long) count * width > end * 8L) {
      throw new IOException("A page has fewer values than it says");
    }
    long value = last;
    long next = bit;
    int bits = width;
    long mask = bits == Long.SIZE ? -1L : (1L << bits) - 1;
    int i = from;
    int until = from + count;
    if (bits == 0) {
      for (; i < until; i++) {
        value += least;
        to[i] = value;
      }
    } else if (bits <= ONE_LOAD_BITS) {
      int fast = bytes.length - Long.BYTES;
      for (; i < until && next >>> 3 <= fast; i++) {
        long word = LittleEndian.getLong(bytes, (int) (next >>> 3)) >>> (next & 7);
        value += least + (word & mask);
        to[i] = value;
        next += bits;
      }
    }
    for (; i < until; i++) {
      value += least + slowly(next, bits, mask);
      to[i] = value;
      next += bits;
    }
    bit = next;
    last = value;
  }

  /** A value that is wide, or at the end of the array. */
  private long slowly(long from, int bits, long mask) {
    int start = (int) (from >>> 3);
    int skip = (int) (from & 7);
    long word = (bytes[start] & 0xFFL) >>> skip;
    for (int have = 8 - skip, k = 1; have < bits; have += 8, k++) {
      word |= (bytes[start + k] & 0xFFL) << have;
    }
    return word & mask;
  }

  private long unsigned() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at >= end) {
        throw new IOException("A page has fewer values than it says");
      }
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("A number of more than 64 bits");
  }

  private long signed() throws IOException {
    long zigzag = unsigned();
    return zigzag >>> 1 ^ -(zigzag & 1);
  }
}
