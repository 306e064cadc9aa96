package dev.firn.proofs.engines.tables;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/** The same rows through Iceberg's generic writer and parquet-java, without a line of Firn. */
final class ControlRows implements RowsWriter {

  private final Table table;
  private final String branch;

  ControlRows(Table table, String branch) {
    this.table = table;
    this.branch = branch;
    if (!branch.equals(SnapshotRef.MAIN_BRANCH)) {
      table.manageSnapshots().createBranch(branch).commit();
    }
  }

  @Override
  public void commit(List<Record> rows) {
    table.refresh();
    PartitionSpec spec = table.spec();
    InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
    PartitionKey key = new PartitionKey(spec, table.schema());
    Map<PartitionKey, List<Record>> partitions = new LinkedHashMap<>();
    for (Record row : rows) {
      key.partition(wrapper.wrap(row));
      partitions.computeIfAbsent(key.copy(), k -> new ArrayList<>()).add(row);
    }
    AppendFiles append = table.newAppend().toBranch(branch);
    partitions.forEach((partition, some) -> write(append, spec, partition, some));
    append.commit();
  }

  private void write(
      AppendFiles append, PartitionSpec spec, PartitionKey partition, List<Record> rows) {
    String name = UUID.randomUUID() + ".parquet";
    String location =
        spec.isPartitioned()
            ? table.locationProvider().newDataLocation(spec, partition, name)
            : table.locationProvider().newDataLocation(name);
    try {
      DataWriter<Record> writer =
          Parquet.writeData(table.io().newOutputFile(location))
              .forTable(table)
              .withSpec(spec)
              .withPartition(spec.isPartitioned() ? partition : null)
              .createWriterFunc(GenericParquetWriter::create)
              .build();
      try (writer) {
        for (Record row : rows) {
          writer.write(row);
        }
      }
      append.appendFile(writer.toDataFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {}
}
