package dev.firn.internal.parquet;

/**
 * Values of a few bits each, least significant bit first, without gaps. Hot.
 *
 * <p>Values are pushed into a 64-bit accumulator that is stored as a whole when it is full; what
 * did not fit of the value that filled it starts the next one. So there is one store per 64 bits,
 * whatever the width, and no table of widths. Dictionary codes, which hardly ever need more than 16
 * bits, are taken eight at a time.
 */
final class BitPacking {

  private BitPacking() {}

  /**
   * Packs {@code values[from..to)} at {@code width} bits (1 to 32), filled up with zeros to a
   * multiple of eight values.
   */
  static void pack(int[] values, int from, int to, int width, PageBuffer out) {
    int groups = (to - from + 7) >>> 3;
    byte[] bytes = out.ensure((long) groups * width + 2 * Long.BYTES);
    int at = out.size;
    int end = at + groups * width;
    int whole = width <= 16 ? from + (to - from & ~7) : from;
    for (int i = from; i < whole; i += 8) {
      packEight(values, i, width, bytes, at);
      at += width;
    }
    long word = 0;
    int used = 0;
    for (int i = whole; i < to; i++) {
      long value = values[i] & 0xFFFFFFFFL;
      word |= value << used;
      used += width;
      if (used >= 64) {
        LittleEndian.putLong(bytes, at, word);
        at += Long.BYTES;
        used -= 64;
        word = used == 0 ? 0 : value >>> (width - used);
      }
    }
    LittleEndian.putLong(bytes, at, word);
    at += (used + 7) >>> 3;
    while (at < end) {
      bytes[at++] = 0;
    }
    out.size = end;
  }

  /** Eight values of at most 16 bits: two words without a branch between the values. */
  private static void packEight(int[] values, int i, int width, byte[] bytes, int at) {
    long low =
        values[i]
            | (long) values[i + 1] << width
            | (long) values[i + 2] << 2 * width
            | (long) values[i + 3] << 3 * width;
    long high =
        values[i + 4]
            | (long) values[i + 5] << width
            | (long) values[i + 6] << 2 * width
            | (long) values[i + 7] << 3 * width;
    int half = 4 * width;
    if (half < 64) {
      LittleEndian.putLong(bytes, at, low | high << half);
      LittleEndian.putLong(bytes, at + Long.BYTES, high >>> 64 - half);
    } else {
      LittleEndian.putLong(bytes, at, low);
      LittleEndian.putLong(bytes, at + Long.BYTES, high);
    }
  }

  /** Packs {@code values[from..to)}, a multiple of eight of them, at {@code width} bits (1..64). */
  static void pack(long[] values, int from, int to, int width, PageBuffer out) {
    int length = (to - from) / 8 * width;
    byte[] bytes = out.ensure(length + (long) Long.BYTES);
    int at = out.size;
    long word = 0;
    int used = 0;
    for (int i = from; i < to; i++) {
      long value = values[i];
      word |= value << used;
      used += width;
      if (used >= 64) {
        LittleEndian.putLong(bytes, at, word);
        at += Long.BYTES;
        used -= 64;
        word = used == 0 ? 0 : value >>> (width - used);
      }
    }
    LittleEndian.putLong(bytes, at, word);
    out.size += length;
  }

  /** The 64 bits of {@code words} from bit {@code bit} on; bits behind the array are zero. */
  static long bitsAt(long[] words, int bit) {
    int word = bit >> 6;
    int shift = bit & 63;
    long low = word < words.length ? words[word] >>> shift : 0;
    if (shift == 0) {
      return low;
    }
    long high = word + 1 < words.length ? words[word + 1] << (64 - shift) : 0;
    return low | high;
  }

  /** Copies {@code count} bits from bit {@code from} of {@code words} on, to whole bytes. */
  static void copyBits(long[] words, int from, int count, PageBuffer out) {
    int length = (count + 7) >>> 3;
    byte[] bytes = out.ensure(length + (long) Long.BYTES);
    int at = out.size;
    for (int bit = 0; bit < count; bit += 64) {
      long value = bitsAt(words, from + bit);
      if (count - bit < 64) {
        value &= (1L << (count - bit)) - 1;
      }
      LittleEndian.putLong(bytes, at, value);
      at += Long.BYTES;
    }
    out.size += length;
  }
}
