package dev.firn.internal.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.junit.jupiter.api.Test;

/** Deltas as parquet-java decodes them. */
class DeltaBinaryPackingTest {

  private static final int[] COUNTS = {1, 2, 3, 32, 33, 34, 128, 129, 130, 161, 1000, 20_000};

  private final PageBuffer page = new PageBuffer();
  private final DeltaBinaryPacking delta = new DeltaBinaryPacking();

  @Test
  void longsOfEveryKindComeBack() throws Exception {
    Random random = new Random(1);
    for (int kind = 0; kind < 5; kind++) {
      for (int count : COUNTS) {
        long[] values = new long[count + 2];
        for (int i = 0; i < values.length; i++) {
          values[i] =
              switch (kind) {
                case 0 -> 7;
                case 1 -> i * 1000L + random.nextInt(100);
                case 2 -> random.nextLong();
                case 3 -> i % 2 == 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
                default -> random.nextLong() >> random.nextInt(64);
              };
        }
        page.clear();
        delta.encode(values, 2, count, page);

        DeltaBinaryPackingValuesReader reader = reader(count);
        for (int i = 0; i < count; i++) {
          assertThat(reader.readLong()).as("kind %s, value %s", kind, i).isEqualTo(values[2 + i]);
        }
      }
    }
  }

  @Test
  void intsOfEveryKindComeBackAndNeverTakeMoreThan32Bits() throws Exception {
    Random random = new Random(2);
    for (int kind = 0; kind < 4; kind++) {
      for (int count : COUNTS) {
        int[] values = new int[count + 1];
        for (int i = 0; i < values.length; i++) {
          values[i] =
              switch (kind) {
                case 0 -> -3;
                case 1 -> i * 10 - random.nextInt(9);
                case 2 -> random.nextInt();
                default -> i % 2 == 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
              };
        }
        page.clear();
        delta.encode(values, 1, count, page);

        // Block header, widths and first value apart, no value takes more than four bytes.
        assertThat(page.size).isLessThan(4 * count + count / 12 + 160);
        DeltaBinaryPackingValuesReader reader = reader(count);
        for (int i = 0; i < count; i++) {
          assertThat(reader.readInteger()).isEqualTo(values[1 + i]);
        }
      }
    }
  }

  @Test
  void aSteadyClockTakesHardlyAnything() {
    long[] values = new long[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1_700_000_000_000_000L + i * 1_000_000L;
    }
    delta.encode(values, 0, values.length, page);

    assertThat(page.size).isLessThan(2000);
  }

  private DeltaBinaryPackingValuesReader reader(int count) throws IOException {
    DeltaBinaryPackingValuesReader reader = new DeltaBinaryPackingValuesReader();
    reader.initFromPage(
        count, ByteBufferInputStream.wrap(ByteBuffer.wrap(page.bytes, 0, page.size)));
    return reader;
  }
}
