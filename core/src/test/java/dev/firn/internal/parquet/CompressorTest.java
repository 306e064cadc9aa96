package dev.firn.internal.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages as parquet-java's own codecs decompress them. */
class CompressorTest {

  @ParameterizedTest
  @EnumSource(names = {"UNCOMPRESSED", "ZSTD", "SNAPPY", "GZIP", "LZ4_RAW"})
  void bytesOfAnySizeComeBack(CompressionCodecName codec) throws Exception {
    Random random = new Random(1);
    Compressor compressor = Compressor.of(codec, ColumnSettings.DEFAULT_LEVEL);
    var decompressor = new CodecFactory(new Configuration(), 1 << 20).getDecompressor(codec);
    for (int size : new int[] {1, 10, 1000, 70_000, 1_500_000, 20}) {
      for (boolean noise : new boolean[] {true, false}) {
        byte[] page = new byte[size + 20];
        for (int i = 0; i < page.length; i++) {
          page[i] = (byte) (noise ? random.nextInt() : i % 100);
        }
        byte[] compressed = compressor.compress(page, 0, size);
        byte[] back = bytes(decompressor.decompress(BytesInput.from(compressed), size));
        assertThat(back).isEqualTo(Arrays.copyOf(page, size));

        byte[] behindLevels = compressor.compress(page, Math.min(7, size), size);
        assertThat(ByteBuffer.wrap(behindLevels, 0, Math.min(7, size)))
            .isEqualTo(ByteBuffer.wrap(page, 0, Math.min(7, size)));
        if (size > 7) {
          byte[] values =
              bytes(
                  decompressor.decompress(
                      BytesInput.from(behindLevels, 7, behindLevels.length - 7), size - 7));
          assertThat(values).isEqualTo(Arrays.copyOfRange(page, 7, size));
        }
      }
    }
  }

  private static byte[] bytes(BytesInput input) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    input.writeAllTo(out);
    return out.toByteArray();
  }

  @Test
  void levelsAreObeyed() {
    StringBuilder text = new StringBuilder();
    Random random = new Random(2);
    while (text.length() < 500_000) {
      text.append("word").append(Math.abs((int) (random.nextGaussian() * 3000))).append(' ');
    }
    byte[] page = text.toString().getBytes(StandardCharsets.US_ASCII);
    for (CompressionCodecName codec :
        new CompressionCodecName[] {CompressionCodecName.ZSTD, CompressionCodecName.GZIP}) {
      int fast = Compressor.of(codec, 1).compress(page, 0, page.length).length;
      int small = Compressor.of(codec, 9).compress(page, 0, page.length).length;
      assertThat(small).as("%s", codec).isLessThan(fast);
    }
  }

  @Test
  void codecsThatCannotBeWrittenAreRefused() {
    assertThatThrownBy(() -> Compressor.of(CompressionCodecName.BROTLI, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BROTLI");
  }
}
