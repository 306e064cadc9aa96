package dev.firn.proofs.objects;

import dev.firn.Firn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;

/** Tables of numbered events: made, written by plain Iceberg, and read back by it. */
final class Events {

  /** Events of other writers have numbers from here on. */
  static final long FOREIGN = 1_000_000_000;

  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()));

  private Events() {}

  /**
   * A table on which every commit touches the store in every way: manifests are merged, so they are
   * read, and all metadata files but two are deleted.
   */
  static Table create(Catalog catalog, TableIdentifier name) {
    return Firn.createTableIfAbsent(
        catalog,
        name,
        SCHEMA,
        PartitionSpec.unpartitioned(),
        SortOrder.unsorted(),
        Map.of(
            "commit.manifest.min-count-to-merge", "2",
            "write.metadata.delete-after-commit.enabled", "true",
            "write.metadata.previous-versions-max", "1"));
  }

  static String name(long id) {
    return "event-" + id;
  }

  /** A data file of events, as an application writes it that has Iceberg only. */
  static DataFile write(Table table, long from, long to) {
    String location =
        table.locationProvider().newDataLocation("plain-" + UUID.randomUUID() + ".parquet");
    DataWriter<Record> writer;
    try {
      writer =
          Parquet.writeData(table.io().newOutputFile(location))
              .forTable(table)
              .createWriterFunc(GenericParquetWriter::create)
              .withSpec(table.spec())
              .overwrite()
              .build();
      try (writer) {
        Record row = GenericRecord.create(SCHEMA);
        for (long id = from; id < to; id++) {
          row.set(0, id);
          row.set(1, name(id));
          writer.write(row);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDataFile();
  }

  /** How often each event is in the table; every snapshot that is kept must be readable. */
  static Map<Long, Integer> read(Table table) {
    Map<Long, Integer> counts = new TreeMap<>();
    for (Snapshot snapshot : table.snapshots()) {
      counts = read(IcebergGenerics.read(table).useSnapshot(snapshot.snapshotId()));
    }
    return table.currentSnapshot() == null ? counts : read(IcebergGenerics.read(table));
  }

  private static Map<Long, Integer> read(IcebergGenerics.ScanBuilder scan) {
    Map<Long, Integer> counts = new TreeMap<>();
    try (CloseableIterable<Record> rows = scan.build()) {
      for (Record row : rows) {
        long id = (Long) row.get(0);
        if (!name(id).equals(row.get(1))) {
          throw new IllegalStateException("event " + id + " has the name " + row.get(1));
        }
        counts.merge(id, 1, Integer::sum);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counts;
  }

  /** How many data files lie in the table's place that its head does not name. */
  static long orphans(Table table) {
    Set<String> named = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> named.add(task.file().location()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Iterable<FileInfo> files =
        ((SupportsPrefixOperations) table.io()).listPrefix(table.location() + "/data/");
    return StreamSupport.stream(files.spliterator(), false)
        .filter(file -> !named.contains(file.location()))
        .count();
  }
}
