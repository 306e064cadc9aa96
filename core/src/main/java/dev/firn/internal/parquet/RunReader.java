package dev.firn.internal.parquet;

import java.io.IOException;
import java.util.Arrays;

/**
 * Small numbers of one width, levels or dictionary ids: runs of one value, and packed ones. Hot.
 *
 * <p>Source: the Parquet format, "Encodings", "Run Length Encoding / Bit-Packing Hybrid".
 */
final class RunReader {

  private final byte[] bytes;
  private final int end;
  private final int width;
  private final long mask;
  private int at;

  /** Values of the run that are not read yet. */
  private int left;

  private boolean packed;

  /** Of a run of one value. */
  private int value;

  /** Of a packed run: where the next value begins. */
  private long bit;

  /**
   * @param width bits of a value
   */
  RunReader(byte[] bytes, int from, int end, int width) throws IOException {
    if (from < 0 || end < from || end > bytes.length || width < 0 || width > Integer.SIZE) {
      throw new IOException("Numbers of " + width + " bits from " + from + " to " + end);
    }
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    this.width = width;
    this.mask = (1L << width) - 1;
  }

  /** Reads {@code count} values into {@code to}, from its beginning. */
  void read(int[] to, int count) throws IOException {
    if (width == 0) {
      Arrays.fill(to, 0, count, 0);
      return;
    }
    int done = 0;
    while (done < count) {
      if (left == 0) {
        beginRun();
      }
      int take = Math.min(left, count - done);
      if (packed) {
        unpack(to, done, take);
      } else {
        Arrays.fill(to, done, done + take, value);
      }
      left -= take;
      done += take;
    }
  }

  private void beginRun() throws IOException {
    long header = 0;
    int shift = 0;
    byte next;
    do {
      if (at >= end || shift > 28) {
        throw new IOException("A page has fewer values than it says");
      }
      next = bytes[at++];
      header |= (next & 0x7FL) << shift;
      shift += 7;
    } while (next < 0);
    packed = (header & 1) != 0;
    long length = header >>> 1;
    if (packed) {
      // The last run may claim values that are not there: groups are of eight.
      long whole = Math.min(length * 8, (end - at) * 8L / width);
      bit = at * 8L;
      at = (int) Math.min(end, at + length * width);
      left = (int) Math.min(whole, Integer.MAX_VALUE);
    } else {
      int valueBytes = width + 7 >>> 3;
      if (valueBytes > end - at) {
        throw new IOException("A page ends inside a run of values");
      }
      value = 0;
      for (int i = 0; i < valueBytes; i++) {
        value |= (bytes[at++] & 0xFF) << 8 * i;
      }
      left = (int) Math.min(length, Integer.MAX_VALUE);
    }
    if (left == 0 && at >= end) {
      throw new IOException("A page has fewer values than it says");
    }
  }

  private void unpack(int[] to, int from, int count) {
    long at = bit;
    int i = from;
    int last = from + count;
    int fast = bytes.length - Long.BYTES;
    for (; i < last && at >>> 3 <= fast; i++) {
      to[i] = (int) (LittleEndian.getLong(bytes, (int) (at >>> 3)) >>> (at & 7) & mask);
      at += width;
    }
    for (; i < last; i++) {
      long word = 0;
      int start = (int) (at >>> 3);
      for (int k = 0; k < Long.BYTES && start + k < bytes.length; k++) {
        word |= (bytes[start + k] & 0xFFL) << 8 * k;
      }
      to[i] = (int) (word >>> (at & 7) & mask);
      at += width;
    }
    bit = at;
  }
}
