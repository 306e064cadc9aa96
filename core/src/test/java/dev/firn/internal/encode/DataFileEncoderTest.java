package dev.firn.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testkit.MemoryFileIO;
import dev.firn.testkit.RowModel;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFileEncoderTest {

  private final MemoryFileIO io = new MemoryFileIO();
  private final TestFiles files = new TestFiles(io, "memory://data");

  @Test
  void everyTypeReadsBackCellForCell() {
    RowModel model = new RowModel(1);
    Schema schema = model.everyType(3);
    List<Record> rows = model.rows(schema, 3000);

    DataFile file = files.write(schema, Map.of(), rows, 1000);

    assertThat(files.read(schema, file.location())).isEqualTo(TestFiles.cells(schema, rows));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void randomNestedSchemasReadBackCellForCell(long seed) {
    RowModel model = new RowModel(seed);
    for (int round = 0; round < 5; round++) {
      Schema schema = model.schema(3, 8, 3);
      List<Record> rows = model.rows(schema, 500);

      DataFile file =
          files.write(schema, Map.of("write.parquet.compression-codec", "zstd"), rows, 200);

      assertThat(files.read(schema, file.location()))
          .as("seed %s, round %s, schema %s", seed, round, schema)
          .isEqualTo(TestFiles.cells(schema, rows));
    }
  }
}
