package dev.firn.internal.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.junit.jupiter.api.Test;

/** Numbers that parquet-java has packed. */
class PageValuesTest {

  private static final int COUNT = 1_003;

  private final Random random = new Random(1);

  @Test
  void runsOfEveryWidth() throws IOException {
    for (int width = 0; width <= 32; width++) {
      int[] values = new int[COUNT];
      for (int i = 0; i < COUNT; i++) {
        boolean repeats = i > 0 && (i / 100 % 2 == 0 || random.nextInt(3) == 0);
        values[i] = repeats ? values[i - 1] : width == 0 ? 0 : random.nextInt() >>> 32 - width;
      }
      try (RunLengthBitPackingHybridEncoder encoder =
          new RunLengthBitPackingHybridEncoder(width, 64, 1 << 20, new HeapByteBufferAllocator())) {
        for (int value : values) {
          encoder.writeInt(value);
        }
        byte[] bytes = encoder.toBytes().toInputStream().readAllBytes();
        RunReader reader = new RunReader(bytes, 0, bytes.length, width);
        int[] found = new int[COUNT];
        int[] some = new int[COUNT];
        for (int at = 0; at < COUNT; ) {
          int count = Math.min(COUNT - at, random.nextInt(40));
          reader.read(some, count);
          System.arraycopy(some, 0, found, at, count);
          at += count;
        }
        assertThat(found).as("width %s", width).isEqualTo(values);
        if (width > 0) {
          assertThatThrownBy(() -> reader.read(some, COUNT)).isInstanceOf(IOException.class);
        }
      }
    }
  }

  @Test
  void differencesOfEveryWidth() throws IOException {
    for (int width = 0; width <= 64; width++) {
      long[] values = new long[COUNT];
      long step = random.nextInt(1_000) - 500;
      for (int i = 0; i < COUNT; i++) {
        values[i] = i * step + (width == 0 ? 0 : random.nextLong() >>> 64 - width);
      }
      DeltaBinaryPackingValuesWriterForLong writer =
          new DeltaBinaryPackingValuesWriterForLong(64, 1 << 20, new HeapByteBufferAllocator());
      for (long value : values) {
        writer.writeLong(value);
      }
      byte[] bytes = writer.getBytes().toInputStream().readAllBytes();
      DeltaValues reader = new DeltaValues(bytes, 0, bytes.length);
      long[] found = new long[COUNT];
      long[] some = new long[2 * COUNT];
      for (int at = 0; at < COUNT; ) {
        int count = Math.min(COUNT - at, random.nextInt(90));
        reader.longs(some, count);
        System.arraycopy(some, 0, found, at, count);
        at += count;
      }
      assertThat(found).as("width %s", width).isEqualTo(values);
      assertThatThrownBy(() -> reader.longs(some, COUNT)).isInstanceOf(IOException.class);
      writer.close();
    }
  }

  @Test
  void differencesOfIntsThatOverflow() throws IOException {
    int[] values = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[i] =
          i % 3 == 0 ? Integer.MIN_VALUE : i % 3 == 1 ? Integer.MAX_VALUE : random.nextInt();
    }
    DeltaBinaryPackingValuesWriterForInteger writer =
        new DeltaBinaryPackingValuesWriterForInteger(64, 1 << 20, new HeapByteBufferAllocator());
    for (int value : values) {
      writer.writeInteger(value);
    }
    byte[] bytes = writer.getBytes().toInputStream().readAllBytes();
    int[] found = new int[COUNT];
    new DeltaValues(bytes, 0, bytes.length).words(found, COUNT);
    assertThat(found).isEqualTo(values);
    writer.close();

    byte[] nonsense = Arrays.copyOf(new byte[] {1, 0, 1, 0}, 4);
    assertThatThrownBy(() -> new DeltaValues(nonsense, 0, 4)).isInstanceOf(IOException.class);
    DeltaValues none = new DeltaValues(nonsense, 4, 4);
    none.longs(new long[1], 0);
    assertThatThrownBy(() -> none.longs(new long[1], 1)).isInstanceOf(IOException.class);
  }
}
