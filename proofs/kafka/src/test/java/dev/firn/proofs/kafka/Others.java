package dev.firn.proofs.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/** Somebody else at the same table, with Iceberg's own means. */
final class Others {

  private static final int FILES_TO_COMPACT = 6;

  private final Table table;
  private long appended;
  private int compacted;
  private int expired;

  Others(Table table) {
    this.table = table;
  }

  long appended() {
    return appended;
  }

  void append() throws IOException {
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Record row = GenericRecord.create(SoakTable.SCHEMA);
      row.setField("partition", SoakTable.FOREIGN);
      row.setField("offset", appended + i);
      row.setField("key", "foreign");
      row.setField("number", appended + i);
      rows.add(row);
    }
    table.refresh();
    table.newAppend().appendFile(write(rows)).commit();
    appended += rows.size();
  }

  void compact() throws IOException {
    table.refresh();
    Snapshot base = table.currentSnapshot();
    if (base == null) {
      return;
    }
    Set<DataFile> small;
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      List<DataFile> files = new ArrayList<>();
      tasks.forEach(task -> files.add(task.file()));
      small = files.stream().limit(FILES_TO_COMPACT).collect(Collectors.toSet());
    }
    if (small.size() < 2) {
      return;
    }
    List<Record> rows = new ArrayList<>();
    for (DataFile file : small) {
      try (CloseableIterable<Record> read = SoakTable.read(table, file)) {
        read.forEach(rows::add);
      }
    }
    try {
      RewriteFiles rewrite = table.newRewrite().validateFromSnapshot(base.snapshotId());
      small.forEach(rewrite::deleteFile);
      rewrite.addFile(write(rows)).commit();
      compacted++;
    } catch (ValidationException | CommitFailedException e) {
      table.refresh(); // somebody was faster
    }
  }

  void expire() {
    table.refresh();
    table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(10).commit();
    expired++;
  }

  private DataFile write(List<Record> rows) throws IOException {
    DataWriter<Record> writer =
        Parquet.writeData(
                table
                    .io()
                    .newOutputFile(
                        table
                            .locationProvider()
                            .newDataLocation("foreign-" + UUID.randomUUID() + ".parquet")))
            .forTable(table)
            .createWriterFunc(GenericParquetWriter::create)
            .build();
    try (writer) {
      rows.forEach(writer::write);
    }
    return writer.toDataFile();
  }

  @Override
  public String toString() {
    return appended + " foreign rows, " + compacted + " compactions, " + expired + " expiries";
  }
}
