package dev.firn.internal.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.internal.buffer.Partition;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.TestFiles;
import dev.firn.testkit.Cells;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.parquet.Parquet;
import org.jspecify.annotations.Nullable;

/** Files that were read row by row and written again, as a compaction does it. */
final class RowCopies {

  private final TestFiles files;

  RowCopies(FileIO io) {
    this.files = new TestFiles(io, "memory://copies");
  }

  /** The cells of a copy of {@code input}, as Iceberg reads them from the copy. */
  List<List<Object>> cells(InputFile input, Schema schema, @Nullable NameMapping names) {
    return cells(input, schema, names, Map.of());
  }

  List<List<Object>> cells(
      InputFile input,
      Schema schema,
      @Nullable NameMapping names,
      Map<Integer, LongUnaryOperator> ifNull) {
    DataFileEncoder encoder =
        new DataFileEncoder(files.settings(schema, Map.of()), Partition.unpartitioned(0));
    long rows = 0;
    try (RowScan scan = RowScan.open(input, schema.columns(), names, ifNull)) {
      while (scan.next()) {
        assertThat(scan.firstRow()).isEqualTo(rows);
        assertThat(scan.batch().rows()).isEqualTo(scan.rows());
        encoder.add(scan.batch());
        rows += scan.rows();
      }
    }
    return rows == 0 ? List.of() : files.read(schema, encoder.seal().dataFile().location());
  }

  /** The cells of {@code input} itself, as Iceberg reads them. */
  static List<List<Object>> byIceberg(InputFile input, Schema schema, @Nullable NameMapping names)
      throws IOException {
    Parquet.ReadBuilder reading =
        Parquet.read(input)
            .project(schema)
            .createReaderFunc(file -> GenericParquetReaders.buildReader(schema, file));
    if (names != null) {
      reading = reading.withNameMapping(names);
    }
    List<List<Object>> rows = new ArrayList<>();
    try (CloseableIterable<Record> records = reading.build()) {
      records.forEach(record -> rows.add(Cells.of(schema.asStruct(), record)));
    }
    return rows;
  }
}
