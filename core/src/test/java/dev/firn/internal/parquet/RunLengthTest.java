package dev.firn.internal.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs and levels as parquet-java decodes them. */
class RunLengthTest {

  private final PageBuffer page = new PageBuffer();

  @Test
  void widthsAreThoseOfTheLargestCode() {
    assertThat(RunLength.width(0)).isZero();
    assertThat(RunLength.width(1)).isZero();
    assertThat(RunLength.width(2)).isEqualTo(1);
    assertThat(RunLength.width(3)).isEqualTo(2);
    assertThat(RunLength.width(256)).isEqualTo(8);
    assertThat(RunLength.width(257)).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void valuesOfEveryWidthAndAnyMixOfRunsComeBack(long seed) throws Exception {
    Random random = new Random(seed);
    for (int width = 0; width <= 32; width++) {
      for (int count : new int[] {0, 1, 7, 8, 9, 63, 64, 65, 1000}) {
        int[] values = mixed(random, width, count + 3);

        page.clear();
        RunLength.encode(values, 3, count + 3, width, page);

        assertThat(decode(width, count))
            .as("seed %s, width %s, count %s", seed, width, count)
            .isEqualTo(Arrays.copyOfRange(values, 3, count + 3));
      }
    }
  }

  @Test
  void longRunsTakeAFewBytes() throws Exception {
    int[] values = new int[20_000];
    Arrays.fill(values, 10_000, 20_000, 5);

    RunLength.encode(values, 0, values.length, 3, page);

    assertThat(page.size).isLessThan(10);
    assertThat(decode(3, values.length)).isEqualTo(values);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.02, 0.5, 0.98, 0.999, 1})
  void nullBitsFromAnyBitOnBecomeLevels(double nullShare) throws Exception {
    Random random = new Random(4);
    for (int from : new int[] {0, 1, 63, 64, 65, 200}) {
      for (int count : new int[] {1, 8, 63, 64, 65, 128, 129, 5000}) {
        long[] bits = new long[(from + count >> 6) + 1];
        int[] expected = new int[count];
        int runEnd = 0;
        boolean isNull = false;
        for (int i = 0; i < count; i++) {
          if (i >= runEnd) {
            isNull = random.nextDouble() < nullShare;
            runEnd = i + 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 3);
          }
          if (isNull) {
            bits[from + i >> 6] |= 1L << (from + i);
          }
          expected[i] = isNull ? 0 : 1;
        }
        // Columns may keep fewer words than they have slots: what is missing is not null.
        int words = bits.length;
        while (words > 0 && bits[words - 1] == 0) {
          words--;
        }

        page.clear();
        LevelRuns.ofNullBits(Arrays.copyOf(bits, words), from, from + count, page);

        assertThat(decode(1, count)).as("from %s, count %s", from, count).isEqualTo(expected);
      }
    }
  }

  @Test
  void byteLevelsComeBack() throws Exception {
    Random random = new Random(5);
    for (int max = 1; max < 20; max++) {
      byte[] levels = new byte[777];
      for (int i = 0; i < levels.length; i++) {
        levels[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(max + 1) : max);
      }
      page.clear();
      LevelRuns.ofBytes(levels, 5, 777, max, new int[777], page);

      int[] decoded = decode(RunLength.width(max + 1), 772);
      for (int i = 0; i < decoded.length; i++) {
        assertThat(decoded[i]).isEqualTo(levels[5 + i]);
      }
    }
  }

  private static int[] mixed(Random random, int width, int count) {
    int[] values = new int[count];
    int mask = width == 32 ? -1 : (1 << width) - 1;
    for (int i = 0; i < count; ) {
      int value = random.nextInt() & mask;
      int end = Math.min(count, i + 1 + (random.nextBoolean() ? 0 : random.nextInt(40)));
      Arrays.fill(values, i, end, value);
      i = end;
    }
    return values;
  }

  private int[] decode(int width, int count) throws IOException {
    RunLengthBitPackingHybridDecoder decoder =
        new RunLengthBitPackingHybridDecoder(
            width, new ByteArrayInputStream(page.bytes, 0, page.size));
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = decoder.readInt();
    }
    return values;
  }
}
