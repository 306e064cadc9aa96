package dev.firn.benchmarks.encode;

import dev.firn.benchmarks.measure.Contestant;
import dev.firn.benchmarks.measure.Cost;
import dev.firn.benchmarks.measure.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/** Iceberg's generic writer: open, write records that were there before, close. */
public final class GenericContestant implements Contestant {

  private final Table table;
  private final Place place;
  private final List<Record> records;
  private final WrittenFiles expected;

  GenericContestant(Table table, Place place, List<Record> records, WrittenFiles expected) {
    this.table = table;
    this.place = place;
    this.records = records;
    this.expected = expected;
  }

  @Override
  public String name() {
    return "iceberg-generic";
  }

  @Override
  public Result round(boolean careful) throws Exception {
    Path file = place.newFile();
    Meter.settle();
    Cost cost = Meter.of(() -> write(table, file.toString(), records));
    expected.check(name(), table.io().newInputFile(file.toString()), careful);
    Result result = new Result(cost, Files.size(file));
    Files.delete(file);
    return result;
  }

  /** Writes {@code records} to a file as {@code table}'s properties ask. */
  public static DataFile write(Table table, String file, List<Record> records) throws IOException {
    DataWriter<Record> writer =
        Parquet.writeData(table.io().newOutputFile(file))
            .forTable(table)
            .withSpec(PartitionSpec.unpartitioned())
            .createWriterFunc(GenericParquetWriter::create)
            .build();
    try (writer) {
      for (Record record : records) {
        writer.write(record);
      }
    }
    return writer.toDataFile();
  }
}
