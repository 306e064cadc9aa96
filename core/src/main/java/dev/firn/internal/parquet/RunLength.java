package dev.firn.internal.parquet;

/**
 * Parquet's hybrid of runs and bit-packing, for dictionary codes and levels. Hot.
 *
 * <p>The stream is a sequence of runs. A run of one value repeated: {@code varint(count << 1)}, the
 * value in whole bytes. A run of packed values: {@code varint(groups << 1 | 1)}, groups of eight
 * values packed. Only the last packed run may be shorter than its groups.
 *
 * <p>The encoder looks at eight values at a time, always at a multiple of eight from the start of
 * the packed run that is pending. Eight equal values end the pending run, which is then whole
 * groups, and start a repeated one that is followed to its end; anything else joins the pending
 * run. Repeats that straddle two groups are packed: finding them would cost more than they take.
 */
final class RunLength {

  private RunLength() {}

  /** Bits that {@code values} different codes, from 0 on, need. */
  static int width(int values) {
    return values <= 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(values - 1);
  }

  /** Encodes {@code values[from..to)}, each of at most {@code width} bits. */
  static void encode(int[] values, int from, int to, int width, PageBuffer out) {
    if (width == 0) {
      repeat(0, to - from, 0, out);
      return;
    }
    int pending = from;
    int i = from;
    while (i + 8 <= to) {
      int value = values[i];
      // Not one by one: where values repeat a little, such a branch is mispredicted all the time.
      int different =
          (value ^ values[i + 1])
              | (value ^ values[i + 2])
              | (value ^ values[i + 3])
              | (value ^ values[i + 4])
              | (value ^ values[i + 5])
              | (value ^ values[i + 6])
              | (value ^ values[i + 7]);
      if (different == 0) {
        int end = i + 8;
        while (end < to && values[end] == value) {
          end++;
        }
        packed(values, pending, i, width, out);
        repeat(value, end - i, width, out);
        i = end;
        pending = end;
      } else {
        i += 8;
      }
    }
    packed(values, pending, to, width, out);
  }

  /** One run: {@code value}, {@code count} times. */
  static void repeat(int value, int count, int width, PageBuffer out) {
    if (count == 0) {
      return;
    }
    out.putVarLong((long) count << 1);
    for (int shift = 0; shift < width; shift += 8) {
      out.putByte(value >>> shift);
    }
  }

  private static void packed(int[] values, int from, int to, int width, PageBuffer out) {
    if (from < to) {
      out.putVarLong((to - from + 7) >>> 3 << 1 | 1);
      BitPacking.pack(values, from, to, width, out);
    }
  }
}
