package dev.firn.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.testkit.DuckDbReader;
import dev.firn.testkit.MemoryFileIO;
import dev.firn.testkit.RowModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files are written without a single Hadoop class. */
@Tag("no-hadoop")
class NoHadoopEncodeTest {

  private final MemoryFileIO io = new MemoryFileIO();
  private final TestFiles files = new TestFiles(io, "memory://no-hadoop");

  @Test
  void hadoopIsNotThere() {
    assertThatThrownBy(() -> Class.forName("org.apache.hadoop.conf.Configuration"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip", "snappy", "lz4_raw", "uncompressed"})
  void aFileIsWrittenWithEveryCodec(String codec, @TempDir Path folder) throws Exception {
    RowModel model = new RowModel(1);
    Schema every = model.everyType(3);
    Schema schema =
        new Schema(
            every.columns().stream().filter(field -> DuckDbReader.reads(field.type())).toList());
    List<Record> rows = model.rows(schema, 500);
    Map<String, String> properties =
        Map.of(
            "write.parquet.compression-codec",
            codec,
            "write.parquet.bloom-filter-enabled.column.string_14",
            "true",
            "write.parquet.row-group-size-bytes",
            "100000");

    DataFile file = files.write(schema, properties, rows, 200);

    assertThat(file.recordCount()).isEqualTo(500);
    Path copy = folder.resolve("copy.parquet");
    try (var in = io.newInputFile(file.location()).newStream()) {
      Files.write(copy, in.readAllBytes());
    }
    assertThat(DuckDbReader.rows(schema, List.of(copy.toString())))
        .isEqualTo(TestFiles.cells(schema, rows));
  }
}
