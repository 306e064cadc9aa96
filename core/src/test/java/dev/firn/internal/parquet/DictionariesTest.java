package dev.firn.internal.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;

/** Codes are dense, in order of arrival, and equal exactly for equal values. */
class DictionariesTest {

  @Test
  void ofInts() {
    Random random = new Random(1);
    int[] values = new int[50_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(2000) - 1000;
    }
    IntDictionary dictionary = new IntDictionary();
    int[] codes = new int[values.length];
    dictionary.look(values, 0, 777, codes, 0);
    int after777 = dictionary.size();
    dictionary.look(values, 777, values.length - 777, codes, 777);

    Map<Integer, Integer> known = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      Integer code = known.computeIfAbsent(values[i], value -> known.size());
      assertThat(codes[i]).isEqualTo(code);
      assertThat(dictionary.values()[codes[i]]).isEqualTo(values[i]);
    }
    assertThat(dictionary.size()).isEqualTo(known.size());

    dictionary.closeAt(after777);
    assertThat(dictionary.size()).isEqualTo(after777);

    dictionary.clear();
    int[] again = new int[values.length];
    dictionary.look(values, 0, values.length, again, 0);
    assertThat(again).isEqualTo(codes);
  }

  @Test
  void ofLongs() {
    Random random = new Random(2);
    long[] values = new long[50_000];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (random.nextInt(3)) {
            case 0 -> random.nextLong();
            case 1 -> Double.doubleToRawLongBits(random.nextInt(1000) / 4.0);
            default -> (long) random.nextInt(1000) << 40;
          };
    }
    values[5] = 0;
    values[6] = -1;
    LongDictionary dictionary = new LongDictionary();
    int[] codes = new int[values.length];
    dictionary.look(values, 0, 777, codes, 0);
    int after777 = dictionary.size();
    dictionary.look(values, 777, values.length - 777, codes, 777);

    Map<Long, Integer> known = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      Integer code = known.computeIfAbsent(values[i], value -> known.size());
      assertThat(codes[i]).isEqualTo(code);
      assertThat(dictionary.values()[codes[i]]).isEqualTo(values[i]);
    }
    dictionary.closeAt(after777);
    assertThat(dictionary.size()).isEqualTo(after777);

    dictionary.clear();
    int[] again = new int[values.length];
    dictionary.look(values, 0, values.length, again, 0);
    assertThat(again).isEqualTo(codes);
  }

  @Test
  void ofStrings() {
    PageScratch scratch = new PageScratch(CompressionCodecName.UNCOMPRESSED, 0);
    Random random = new Random(3);
    int count = 30_000;
    StringBuilder all = new StringBuilder();
    int[] starts = new int[count];
    int[] ends = new int[count];
    String[] values = new String[count];
    for (int i = 0; i < count; i++) {
      // Lengths round one, two and more words, bytes that differ at the ends and in the middle,
      // zeros.
      int length = random.nextInt(random.nextInt(3) == 0 ? 120 : 20);
      char[] text = new char[length];
      Arrays.fill(text, random.nextInt(10) == 0 ? '\0' : 'a');
      if (length > 0) {
        text[random.nextInt(length)] = (char) ('a' + random.nextInt(3));
      }
      values[i] = random.nextInt(4) == 0 ? "value " + i : new String(text);
      starts[i] = all.length();
      all.append(values[i]);
      ends[i] = all.length();
    }
    byte[] bytes = all.toString().getBytes(StandardCharsets.ISO_8859_1);
    BytesDictionary dictionary = new BytesDictionary();
    int[] codes = new int[count];
    dictionary.look(bytes, starts, ends, 0, 1000, codes, 0, scratch);
    int after1000 = dictionary.size();
    int bytesAfter1000 = dictionary.pageBytes();
    dictionary.look(bytes, starts, ends, 1000, count - 1000, codes, 1000, scratch);

    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Integer code = known.computeIfAbsent(values[i], value -> known.size());
      assertThat(codes[i]).isEqualTo(code);
      assertThat(text(dictionary, codes[i])).isEqualTo(values[i]);
    }
    for (int i = 0; i < 10_000; i++) {
      int one = random.nextInt(dictionary.size());
      int other = random.nextInt(dictionary.size());
      assertThat(Integer.signum(dictionary.compare(one, other)))
          .isEqualTo(
              Integer.signum(
                  Arrays.compareUnsigned(
                      text(dictionary, one).getBytes(StandardCharsets.ISO_8859_1),
                      text(dictionary, other).getBytes(StandardCharsets.ISO_8859_1))));
    }
    dictionary.closeAt(after1000);
    assertThat(dictionary.size()).isEqualTo(after1000);
    assertThat(dictionary.pageBytes()).isEqualTo(bytesAfter1000);

    dictionary.clear();
    int[] again = new int[count];
    dictionary.look(bytes, starts, ends, 0, count, again, 0, scratch);
    assertThat(again).isEqualTo(codes);
  }

  private static String text(BytesDictionary dictionary, int code) {
    return new String(
        dictionary.data(),
        dictionary.start(code),
        dictionary.length(code),
        StandardCharsets.ISO_8859_1);
  }
}
