package dev.firn.internal.parquet;

/**
 * Definition and repetition levels as runs. Hot.
 *
 * <p>Most columns are flat: their levels are 0 (null) and 1, and Firn's columns keep exactly that,
 * inverted, as null bits. Packed levels of one bit are those bits, so they are copied a word at a
 * time and no level is ever looked at alone; words that are all null or all present become repeated
 * runs. Nested columns bring one byte per level and take the general road.
 */
final class LevelRuns {

  private LevelRuns() {}

  /** Definition levels of a flat optional column: 1, and 0 where a bit is set. */
  static void ofNullBits(long[] nullBits, int from, int to, PageBuffer out) {
    int at = from;
    int pending = from;
    while (at + 64 <= to) {
      long nulls = BitPacking.bitsAt(nullBits, at);
      if (nulls == 0 || nulls == -1) {
        int end = at + 64;
        while (end + 64 <= to && BitPacking.bitsAt(nullBits, end) == nulls) {
          end += 64;
        }
        packedPresence(nullBits, pending, at, out);
        RunLength.repeat(nulls == 0 ? 1 : 0, end - at, 1, out);
        at = end;
        pending = end;
      } else {
        at += 64;
      }
    }
    packedPresence(nullBits, pending, to, out);
  }

  private static void packedPresence(long[] nullBits, int from, int to, PageBuffer out) {
    int count = to - from;
    if (count == 0) {
      return;
    }
    out.putVarLong((count + 7) >>> 3 << 1 | 1);
    int length = (count + 7) >>> 3;
    byte[] bytes = out.ensure(length + (long) Long.BYTES);
    int at = out.size;
    for (int bit = 0; bit < count; bit += 64) {
      long present = ~BitPacking.bitsAt(nullBits, from + bit);
      if (count - bit < 64) {
        present &= (1L << (count - bit)) - 1;
      }
      LittleEndian.putLong(bytes, at, present);
      at += Long.BYTES;
    }
    out.size += length;
  }

  /** Levels of one byte each, from 0 to {@code max}; {@code scratch} holds as many ints. */
  static void ofBytes(byte[] levels, int from, int to, int max, int[] scratch, PageBuffer out) {
    for (int i = from; i < to; i++) {
      scratch[i - from] = levels[i];
    }
    RunLength.encode(scratch, 0, to - from, RunLength.width(max + 1), out);
  }
}
