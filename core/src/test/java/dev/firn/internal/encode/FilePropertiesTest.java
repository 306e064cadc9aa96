package dev.firn.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.parquet.ColumnSettings;
import java.util.Map;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilePropertiesTest {

  @Test
  void withoutPropertiesIcebergsDefaultsHold() {
    FileProperties properties = new FileProperties(Map.of());

    assertThat(properties.codec).isEqualTo(CompressionCodecName.GZIP);
    assertThat(properties.level).isEqualTo(ColumnSettings.DEFAULT_LEVEL);
    assertThat(properties.pageRows).isEqualTo(20_000);
    assertThat(properties.pageBytes).isEqualTo(1 << 20);
    assertThat(properties.dictionaryBytes).isEqualTo(2 << 20);
    assertThat(properties.rowGroupBytes).isEqualTo(128L << 20);
    assertThat(properties.targetFileBytes).isEqualTo(512L << 20);
    assertThat(properties.version2).isFalse();
    ColumnSettings column = properties.column("any");
    assertThat(column.dictionary()).isTrue();
    assertThat(column.statistics()).isTrue();
    assertThat(column.delta()).isTrue();
    assertThat(column.bloom()).isNull();
  }

  @Test
  void integersArePlainForReadersThatKnowNoDeltas() {
    FileProperties properties = new FileProperties(Map.of("firn.parquet.delta-integers", "false"));

    assertThat(properties.column("any").delta()).isFalse();
  }

  @Test
  void parquetMayBeAskedForInAnyCase() {
    assertThat(new FileProperties(Map.of("write.format.default", "PARQUET")).version2).isFalse();
  }

  @Test
  void columnsHavePropertiesOfTheirOwn() {
    FileProperties properties =
        new FileProperties(
            Map.of(
                "write.parquet.bloom-filter-enabled.column.s.inner",
                "true",
                "write.parquet.bloom-filter-fpp.column.s.inner",
                "0.05",
                "write.parquet.bloom-filter-ndv.column.s.inner",
                "1000",
                "write.parquet.bloom-filter-max-bytes",
                "4096",
                "write.parquet.stats-enabled.column.a",
                "false",
                "write.parquet.dict-encoding-enabled.column.a",
                "false"));

    assertThat(properties.column("s.inner").bloom())
        .isEqualTo(new ColumnSettings.Bloom(4096, 0.05, 1000, false));
    assertThat(properties.column("a").bloom()).isNull();
    assertThat(properties.column("a").statistics()).isFalse();
    assertThat(properties.column("a").dictionary()).isFalse();
    assertThat(properties.column("b").statistics()).isTrue();
    assertThat(properties.column(null).dictionary()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "write.format.default, orc, must be parquet",
    "write.format.default, avro, must be parquet",
    "write.parquet.compression-codec, brotli, must be zstd",
    "write.parquet.compression-codec, lz4, must be zstd",
    "write.parquet.page-version, v3, must be v1 or v2",
    "write.parquet.page-size-bytes, 0, must be positive",
    "write.parquet.page-row-limit, -1, must be positive",
    "write.parquet.dict-size-bytes, many, is not a number",
    "write.parquet.row-group-size-bytes, 1e9, is not a number",
    "write.target-file-size-bytes, 0, must be positive",
  })
  void whatCannotBeObeyedIsRefusedByName(String key, String value, String reason) {
    assertThatThrownBy(() -> new FileProperties(Map.of(key, value)))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("'" + value + "'")
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({"zstd, 23", "gzip, 10", "gzip, -1", "zstd, fast"})
  void aLevelThatTheCodecDoesNotHaveIsRefused(String codec, String level) {
    assertThatThrownBy(
            () ->
                new FileProperties(
                    Map.of(
                        "write.parquet.compression-codec",
                        codec,
                        "write.parquet.compression-level",
                        level)))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("write.parquet.compression-level");
  }

  @Test
  void aLevelIsNotHeldAgainstACodecWithoutLevels() {
    FileProperties properties =
        new FileProperties(
            Map.of(
                "write.parquet.compression-codec",
                "snappy",
                "write.parquet.compression-level",
                "99"));

    assertThat(properties.level).isEqualTo(ColumnSettings.DEFAULT_LEVEL);
  }
}
