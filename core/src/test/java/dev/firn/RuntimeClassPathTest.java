package dev.firn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a user finds on the class path when firn-core is all that was added. */
@Tag("no-hadoop")
class RuntimeClassPathTest {
  @Test
  void noHadoopClassIsThere() {
    assertThatThrownBy(() -> Class.forName("org.apache.hadoop.conf.Configuration"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void everyCodecIsThere() throws Exception {
    byte[] page = new byte[64 << 10];
    for (int i = 0; i < page.length; i++) {
      page[i] = (byte) (i % 7);
    }
    assertThat(
            com.github.luben.zstd.Zstd.decompress(
                com.github.luben.zstd.Zstd.compress(page), page.length))
        .isEqualTo(page);
    assertThat(org.xerial.snappy.Snappy.uncompress(org.xerial.snappy.Snappy.compress(page)))
        .isEqualTo(page);
  }
}
