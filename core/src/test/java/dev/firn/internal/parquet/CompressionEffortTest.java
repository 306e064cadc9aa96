package dev.firn.internal.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;

/** The light effort is taken where it does as well, and never with a level of the table's own. */
class CompressionEffortTest {

  private static final int PAGES = 40;

  private final Random random = new Random(1);

  @Test
  void noiseIsCompressedLightlyFromTheFirstTrialOn() {
    Recorder zstd = new Recorder(true);
    compress(zstd, noise(), PAGES);

    // Page 0 as usual, page 1 both ways, all others lightly, page 33 both ways again.
    assertThat(zstd.usual).isEqualTo(3);
    assertThat(zstd.light).isEqualTo(PAGES - 1);
  }

  @Test
  void whatTheUsualEffortMakesSmallerStaysWithIt() {
    Recorder zstd = new Recorder(true);
    compress(zstd, repeatsFarApart(), PAGES);

    assertThat(zstd.usual).isEqualTo(PAGES);
    assertThat(zstd.light).isEqualTo(2);
  }

  @Test
  void aChunkOfOnePageCostsNoTrial() {
    Recorder zstd = new Recorder(true);
    compress(zstd, noise(), 1);

    assertThat(zstd.usual).isEqualTo(1);
    assertThat(zstd.light).isZero();
  }

  @Test
  void aCodecWithOneEffortGetsThat() {
    Recorder codec = new Recorder(false);
    compress(codec, noise(), PAGES);

    assertThat(codec.usual).isEqualTo(PAGES);
    assertThat(codec.light).isZero();
  }

  @Test
  void onlyZstandardWithoutALevelHasTwoEfforts() {
    int free = ColumnSettings.DEFAULT_LEVEL;

    assertThat(Compressor.of(CompressionCodecName.ZSTD, free).hasLightEffort()).isTrue();
    assertThat(Compressor.of(CompressionCodecName.ZSTD, 3).hasLightEffort()).isFalse();
    assertThat(Compressor.of(CompressionCodecName.GZIP, free).hasLightEffort()).isFalse();
    assertThat(Compressor.of(CompressionCodecName.SNAPPY, free).hasLightEffort()).isFalse();
  }

  private static void compress(Recorder codec, byte[] page, int pages) {
    CompressionEffort effort = new CompressionEffort();
    for (int i = 0; i < pages; i++) {
      effort.compress(codec, page, 0, page.length);
    }
  }

  private byte[] noise() {
    byte[] page = new byte[40_000];
    random.nextBytes(page);
    return page;
  }

  /** Words of five letters out of 20,000, which the larger tables of level 3 remember longer. */
  private byte[] repeatsFarApart() {
    byte[][] words = new byte[20_000][24];
    for (byte[] word : words) {
      random.nextBytes(word);
    }
    byte[] page = new byte[24 * 40_000];
    for (int at = 0; at < page.length; at += 24) {
      System.arraycopy(words[random.nextInt(words.length)], 0, page, at, 24);
    }
    return page;
  }

  /** Zstandard, and a count of what was asked of it. */
  private static final class Recorder extends Compressor {

    private final Compressor zstd =
        Compressor.of(CompressionCodecName.ZSTD, ColumnSettings.DEFAULT_LEVEL);
    private final boolean twoEfforts;
    private int usual;
    private int light;

    Recorder(boolean twoEfforts) {
      this.twoEfforts = twoEfforts;
    }

    @Override
    long maxCompressed(int length) {
      return zstd.maxCompressed(length);
    }

    @Override
    int compress(byte[] source, int from, int length, byte[] target, int to) {
      usual++;
      return zstd.compress(source, from, length, target, to);
    }

    @Override
    boolean hasLightEffort() {
      return twoEfforts;
    }

    @Override
    int compressLightly(byte[] source, int from, int length, byte[] target, int to) {
      light++;
      return zstd.compressLightly(source, from, length, target, to);
    }
  }
}
