package dev.firn.internal.runs;

/**
 * Says of most words that are not in a run that they are not, without the disk: a Bloom filter in
 * lines of 64 bytes, so that asking costs one line of the cache. Each of a line's eight longs has
 * one bit of each word in it. At ten bits a word it is wrong about one in a hundred. Hot.
 *
 * <p>Words are as good as random but for their highest bits, which those of a run have in common.
 */
final class KeyFilter {

  private static final int BITS_PER_WORD = 10;
  private static final int LINE = 8;
  private static final int LINE_BITS = LINE * Long.SIZE;

  /** 2^64 over the golden ratio: spreads what is in the low bits over the high ones. */
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private final long[] bits;
  private final int lines;

  KeyFilter(long keys) {
    this.lines = lines(keys);
    this.bits = new long[lines * LINE];
  }

  private static int lines(long keys) {
    return Math.toIntExact(keys * BITS_PER_WORD / LINE_BITS + 1);
  }

  /** Bytes of heap for so many. */
  static long heapBytes(long keys) {
    return (long) lines(keys) * LINE * Long.BYTES;
  }

  private int line(long word) {
    return (int) ((word * SPREAD >>> 32) * lines >>> 32) * LINE;
  }

  void add(long word) {
    int at = line(word);
    for (int i = 0; i < LINE; i++) {
      bits[at + i] |= 1L << (word >>> 6 * i);
    }
  }

  /** Reads of a word's line, so that it is in the cache. */
  long fetch(long word) {
    return bits[line(word)];
  }

  /** Whether it may have been added; never false if it was. */
  boolean mayHold(long word) {
    int at = line(word);
    for (int i = 0; i < LINE; i++) {
      if ((bits[at + i] >>> (word >>> 6 * i) & 1) == 0) {
        return false;
      }
    }
    return true;
  }
}
