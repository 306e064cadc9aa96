package dev.firn.internal.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;

/** Decisions of an encoder: dictionary or not, where pages end, what statistics say. */
class ColumnEncoderTest {

  private static final int PAGE = 20_000;

  private final PageScratch scratch =
      new PageScratch(CompressionCodecName.SNAPPY, ColumnSettings.DEFAULT_LEVEL);
  private final LeafSlice slice = new LeafSlice();

  @Test
  void fewValuesKeepTheirDictionary() {
    assertThat(encodings(longs(3, i -> i % 100)))
        .containsExactly(Encoding.RLE_DICTIONARY, Encoding.RLE_DICTIONARY, Encoding.RLE_DICTIONARY);
  }

  @Test
  void idsLoseTheirDictionaryAfterASample() {
    ColumnEncoder encoder = encoder(PrimitiveTypeName.INT64, settings(2 << 20));
    addLongs(encoder, PAGE, i -> i * 31L);

    assertThat(encoder.heldByValues()).isZero();
    assertThat(encodings(encoder.finish(scratch))).containsExactly(Encoding.PLAIN);
  }

  @Test
  void aDictionaryThatSavesLittleIsDroppedAfterThePage() {
    // Half of the sample is new, and so is half of the page: 10,000 values and 14 bits a row.
    ColumnChunk chunk = ints(1, i -> i / 2 * 7);

    assertThat(encodings(chunk)).containsExactly(Encoding.PLAIN);
    assertThat(chunk.dictionary()).isNull();
  }

  @Test
  void aPageThatWouldOutgrowTheDictionaryIsPlainAndTheEarlierOnesKeepTheirCodes() {
    ColumnEncoder encoder = encoder(PrimitiveTypeName.INT64, settings(1000 * Long.BYTES));
    addLongs(encoder, PAGE, i -> i % 900);
    addLongs(encoder, PAGE, i -> i % 1100);
    addLongs(encoder, PAGE, i -> i % 900);

    ColumnChunk chunk = encoder.finish(scratch);
    assertThat(encodings(chunk))
        .containsExactly(Encoding.RLE_DICTIONARY, Encoding.PLAIN, Encoding.PLAIN);
    assertThat(chunk.dictionary()).isNotNull();
    assertThat(chunk.dictionary().values()).isEqualTo(900);
  }

  @Test
  void theNextChunkDecidesAnew() {
    ColumnEncoder encoder = encoder(PrimitiveTypeName.INT64, settings(2 << 20));
    addLongs(encoder, PAGE, i -> i * 31L);
    assertThat(encodings(encoder.finish(scratch))).containsExactly(Encoding.PLAIN);
    addLongs(encoder, PAGE, i -> i % 10);

    assertThat(encodings(encoder.finish(scratch))).containsExactly(Encoding.RLE_DICTIONARY);
    assertThat(encoder.summary().entries()).isEqualTo(2 * PAGE);
  }

  @Test
  void pagesOfNullsDoNotEndADictionary() {
    ColumnEncoder encoder = encoder(PrimitiveTypeName.INT64, settings(2 << 20));
    addLongs(encoder, PAGE, i -> i % 10);
    slice.levelsOfNullBits(100, new long[] {-1, -1}, 0);
    slice.longs(new long[0], 0, 0);
    encoder.add(slice, scratch);

    ColumnChunk chunk = encoder.finish(scratch);
    assertThat(encodings(chunk)).containsOnly(Encoding.RLE_DICTIONARY);
    assertThat(chunk.pages().get(1).nulls()).isEqualTo(100);
    assertThat(chunk.pages().get(1).statistics().hasNonNullValue()).isFalse();
    assertThat(encoder.summary().nulls()).isEqualTo(100);
  }

  @Test
  void integersWithoutADictionaryMayBeDeltas() {
    ColumnSettings settings =
        new ColumnSettings(
            1 << 20, true, 2 << 20, true, true, false, CompressionCodecName.SNAPPY, 0, null);
    ColumnEncoder encoder = encoder(PrimitiveTypeName.INT64, settings);
    addLongs(encoder, PAGE, i -> i * 1_000L);

    ColumnChunk chunk = encoder.finish(scratch);
    assertThat(encodings(chunk)).containsExactly(Encoding.DELTA_BINARY_PACKED);
    assertThat(chunk.fileBytes()).isLessThan(5000);
  }

  @Test
  void aDictionaryMustBeatTheDeltas() {
    ColumnSettings settings =
        new ColumnSettings(
            1 << 20, true, 2 << 20, true, true, false, CompressionCodecName.SNAPPY, 0, null);

    // Each value four times in a row: a dictionary halves PLAIN, deltas are an eighth of that.
    ColumnEncoder growing = encoder(PrimitiveTypeName.INT64, settings);
    addLongs(growing, PAGE, i -> i / 4 * 3L);
    assertThat(encodings(growing.finish(scratch))).containsExactly(Encoding.DELTA_BINARY_PACKED);

    ColumnEncoder few = encoder(PrimitiveTypeName.INT64, settings);
    addLongs(few, PAGE, i -> i * 7919L % 100 * 1_000_000);
    assertThat(encodings(few.finish(scratch))).containsExactly(Encoding.RLE_DICTIONARY);
  }

  @Test
  void anEncoderServesTheNextFileAsIfNew() {
    ColumnEncoder encoder = encoder(PrimitiveTypeName.INT64, settings(2 << 20));
    addLongs(encoder, PAGE, i -> i % 5000);
    encoder.finish(scratch);
    encoder.reset();
    addLongs(encoder, PAGE, i -> 100 + i % 10);

    ColumnChunk chunk = encoder.finish(scratch);
    assertThat(chunk.dictionary()).isNotNull();
    assertThat(chunk.dictionary().values()).isEqualTo(10);
    assertThat(encoder.summary().entries()).isEqualTo(PAGE);
  }

  @Test
  void aSliceIsCutAtRowsSoThatPagesKeepTheirSize() {
    byte[] text = "x".repeat(1000).getBytes(StandardCharsets.US_ASCII);
    int[] starts = new int[500];
    int[] ends = new int[500];
    Arrays.fill(ends, 1000);
    ColumnSettings settings =
        new ColumnSettings(
            10_000, false, 1, false, true, false, CompressionCodecName.SNAPPY, 0, null);
    ColumnEncoder encoder = encoder(PrimitiveTypeName.BINARY, settings);
    slice.levelsWithoutNulls(500);
    slice.strings(text, starts, ends, 500);
    encoder.add(slice, scratch);

    List<Page> pages = encoder.finish(scratch).pages();
    assertThat(pages).hasSize(56);
    assertThat(pages).allMatch(page -> page.uncompressedBytes() <= 10_010);
    assertThat(pages.stream().mapToInt(Page::rows).sum()).isEqualTo(500);
  }

  @Test
  void aRowOfManyElementsIsNeverTorn() {
    int elements = 3000;
    byte[] definitions = new byte[elements];
    byte[] repetitions = new byte[elements];
    Arrays.fill(definitions, (byte) 3);
    Arrays.fill(repetitions, (byte) 1);
    // Rows of 1, 2000, 1 and 998 elements.
    for (int start : new int[] {0, 1, 2001, 2002}) {
      repetitions[start] = 0;
    }
    ColumnSettings settings =
        new ColumnSettings(
            4000, false, 1, false, true, false, CompressionCodecName.SNAPPY, 0, null);
    ColumnEncoder encoder = ColumnEncoder.of(listColumn(), settings);
    slice.levelsOfBytes(4, elements, definitions, repetitions);
    slice.ints(new int[elements], 0, elements);
    encoder.add(slice, scratch);

    List<Page> pages = encoder.finish(scratch).pages();
    assertThat(pages.stream().map(Page::entries)).containsExactly(1, 2000, 999);
    assertThat(pages.stream().map(Page::rows)).containsExactly(1, 1, 2);
  }

  @Test
  void aNanIsThePagesMaximumAndLeftOutOfTheFilesRange() {
    ColumnEncoder encoder = encoder(PrimitiveTypeName.DOUBLE, settings(2 << 20));
    double[][] pages = {
      {1, 2}, {Double.NaN, -3, 7}, {Double.NaN}, {0.0, -0.0}, {Double.NEGATIVE_INFINITY}
    };
    for (double[] values : pages) {
      slice.levelsWithoutNulls(values.length);
      slice.doubles(values, 0, values.length);
      encoder.add(slice, scratch);
    }

    List<Page> written = encoder.finish(scratch).pages();
    assertThat(range(written.get(0))).containsExactly(1.0, 2.0);
    assertThat(range(written.get(1))).containsExactly(-3.0, Double.NaN);
    assertThat(range(written.get(2))).containsExactly(Double.NaN, Double.NaN);
    assertThat(range(written.get(3))).containsExactly(-0.0, 0.0);
    ValueSummary summary = encoder.summary();
    assertThat(summary.nans()).isEqualTo(2);
    assertThat(summary.lowest()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(summary.highest()).isEqualTo(7);
  }

  @Test
  void minimumAndMaximumOfStringsAreUnsignedAndExact() {
    Random random = new Random(1);
    for (int round = 0; round < 300; round++) {
      int count = 1 + random.nextInt(40);
      byte[] all = new byte[count * 12];
      int[] starts = new int[count];
      int[] ends = new int[count];
      byte[] min = null;
      byte[] max = null;
      int at = 0;
      for (int i = 0; i < count; i++) {
        byte[] value = new byte[random.nextInt(12)];
        for (int k = 0; k < value.length; k++) {
          value[k] = (byte) (random.nextInt(3) - 1);
        }
        System.arraycopy(value, 0, all, at, value.length);
        starts[i] = at;
        at += value.length;
        ends[i] = at;
        min = min == null || Arrays.compareUnsigned(value, min) < 0 ? value : min;
        max = max == null || Arrays.compareUnsigned(value, max) > 0 ? value : max;
      }
      for (boolean dictionary : new boolean[] {true, false}) {
        ColumnEncoder encoder =
            encoder(
                PrimitiveTypeName.BINARY,
                new ColumnSettings(
                    1 << 20,
                    dictionary,
                    1 << 20,
                    false,
                    true,
                    false,
                    CompressionCodecName.SNAPPY,
                    0,
                    null));
        slice.levelsWithoutNulls(count);
        slice.strings(all, starts, ends, count);
        encoder.add(slice, scratch);

        var statistics = encoder.finish(scratch).pages().get(0).statistics();
        assertThat(statistics.getMinBytes()).isEqualTo(min);
        assertThat(statistics.getMaxBytes()).isEqualTo(max);
      }
    }
  }

  private static double[] range(Page page) {
    return new double[] {
      (Double) page.statistics().genericGetMin(), (Double) page.statistics().genericGetMax()
    };
  }

  private ColumnChunk longs(int pages, IntToLongFunction values) {
    ColumnEncoder encoder = encoder(PrimitiveTypeName.INT64, settings(2 << 20));
    for (int page = 0; page < pages; page++) {
      addLongs(encoder, PAGE, values);
    }
    return encoder.finish(scratch);
  }

  private ColumnChunk ints(int pages, IntToLongFunction values) {
    ColumnEncoder encoder = encoder(PrimitiveTypeName.INT32, settings(2 << 20));
    int[] array = new int[PAGE];
    for (int i = 0; i < PAGE; i++) {
      array[i] = (int) values.applyAsLong(i);
    }
    for (int page = 0; page < pages; page++) {
      slice.levelsWithoutNulls(PAGE);
      slice.ints(array, 0, PAGE);
      encoder.add(slice, scratch);
    }
    return encoder.finish(scratch);
  }

  private void addLongs(ColumnEncoder encoder, int count, IntToLongFunction values) {
    long[] array = new long[count];
    for (int i = 0; i < count; i++) {
      array[i] = values.applyAsLong(i);
    }
    slice.levelsWithoutNulls(count);
    slice.longs(array, 0, count);
    encoder.add(slice, scratch);
  }

  private static List<Encoding> encodings(ColumnChunk chunk) {
    return chunk.pages().stream().map(Page::encoding).toList();
  }

  private static ColumnSettings settings(int dictionaryBytes) {
    return new ColumnSettings(
        1 << 20, true, dictionaryBytes, false, true, false, CompressionCodecName.SNAPPY, 0, null);
  }

  private static ColumnEncoder encoder(PrimitiveTypeName type, ColumnSettings settings) {
    String[] path = {"c"};
    PrimitiveType primitive = new PrimitiveType(Type.Repetition.OPTIONAL, type, "c");
    return ColumnEncoder.of(new ColumnDescriptor(path, primitive, 0, 1), settings);
  }

  private static ColumnDescriptor listColumn() {
    MessageType schema =
        org.apache.parquet.schema.Types.buildMessage()
            .optionalList()
            .optionalElement(PrimitiveTypeName.INT32)
            .named("c")
            .named("table");
    return schema.getColumns().get(0);
  }
}
