package dev.firn.benchmarks.encode;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.parquet.Parquet;

/**
 * What the rows of a file must look like, whoever wrote it. Reads with Iceberg's generic reader.
 */
public final class WrittenFiles {

  private final Schema schema;
  private final List<Record> expected;
  private final long[] expectedSums;

  /**
   * @param expected the rows in their order
   */
  public WrittenFiles(Schema schema, List<Record> expected) {
    this.schema = schema;
    this.expected = expected;
    this.expectedSums = new long[schema.columns().size()];
    for (Record record : expected) {
      add(record, expectedSums);
    }
  }

  /** Adds a row to the columns' checksums, which depend on the order of the rows. */
  private static void add(Record record, long[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = sums[i] * 31 + Objects.hashCode(record.get(i));
    }
  }

  /**
   * Throws if the file holds anything but the expected rows.
   *
   * @param careful whether to compare value by value; else by count and checksum of each column
   */
  public void check(String writer, InputFile file, boolean careful) throws IOException {
    long[] sums = new long[expectedSums.length];
    int count = 0;
    try (CloseableIterable<Record> rows = read(file)) {
      for (Record row : rows) {
        if (careful && (count >= expected.size() || !expected.get(count).equals(row))) {
          throw new IllegalStateException(
              writer
                  + " wrote at row "
                  + count
                  + ": "
                  + row
                  + ", expected: "
                  + (count < expected.size() ? expected.get(count) : "no row"));
        }
        add(row, sums);
        count++;
      }
    }
    if (count != expected.size()) {
      throw new IllegalStateException(
          writer + " wrote " + count + " rows, expected " + expected.size());
    }
    for (int i = 0; i < sums.length; i++) {
      if (sums[i] != expectedSums[i]) {
        throw new IllegalStateException(
            writer + " wrote other values to column " + schema.columns().get(i).name());
      }
    }
  }

  private CloseableIterable<Record> read(InputFile file) {
    return Parquet.read(file)
        .project(schema)
        .reuseContainers()
        .createReaderFunc(type -> GenericParquetReaders.buildReader(schema, type))
        .build();
  }
}
