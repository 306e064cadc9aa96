package dev.firn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** What a user finds on the class path when firn-core is all that was added. */
@Tag("no-hadoop")
class RuntimeClassPathTest {
  /** 45 MB: the libraries of Iceberg and Parquet are 38 MB; room for Firn, none for an engine. */
  private static final long MAX_BYTES = 45_000_000;

  private static final byte[] PAGE = page();

  @Test
  void noHadoopClassIsThere() {
    assertThatThrownBy(() -> Class.forName("org.apache.hadoop.conf.Configuration"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void zstdIsThere() {
    assertThat(Zstd.decompress(Zstd.compress(PAGE), PAGE.length)).isEqualTo(PAGE);
  }

  @Test
  void snappyIsThere() throws Exception {
    assertThat(Snappy.uncompress(Snappy.compress(PAGE))).isEqualTo(PAGE);
  }

  @Test
  void gzipIsThere() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(PAGE);
    }
    assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray())).readAllBytes())
        .isEqualTo(PAGE);
  }

  @Test
  void lz4RawIsThere() {
    Lz4Compressor compressor = new Lz4Compressor();
    byte[] packed = new byte[compressor.maxCompressedLength(PAGE.length)];
    int length = compressor.compress(PAGE, 0, PAGE.length, packed, 0, packed.length);
    byte[] unpacked = new byte[PAGE.length];
    new Lz4Decompressor().decompress(packed, 0, length, unpacked, 0, unpacked.length);
    assertThat(unpacked).isEqualTo(PAGE);
  }

  @Test
  void theJarsAreLightAndNoneIsOfHadoop() throws Exception {
    Path written = Path.of("target", "runtime-class-path.txt");
    Assumptions.assumeTrue(Files.exists(written), "the class path is written by Maven only");
    List<Path> jars =
        List.of(Files.readString(written).strip().split(File.pathSeparator)).stream()
            .map(Path::of)
            .toList();
    long bytes = 0;
    for (Path jar : jars) {
      bytes += Files.size(jar);
    }
    assertThat(bytes).as("bytes in %s", jars).isLessThanOrEqualTo(MAX_BYTES);
    assertThat(jars)
        .as("jars of Hadoop (parquet-hadoop is Parquet's)")
        .noneMatch(jar -> jar.getFileName().toString().startsWith("hadoop-"));
  }

  private static byte[] page() {
    byte[] page = new byte[64 << 10];
    for (int i = 0; i < page.length; i++) {
      page[i] = (byte) (i % 7);
    }
    return page;
  }
}
