package dev.firn.testkit;

import dev.firn.testkit.KeyedReader.LiveFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.OutputFileFactory;

/** Data files and delete files of keyed rows, as other engines write them: by Iceberg alone. */
final class ForeignFiles {

  private final KeyedShape shape;
  private final KeyedReader reader;
  private int tasks;

  ForeignFiles(KeyedShape shape, KeyedReader reader) {
    this.shape = shape;
    this.reader = reader;
  }

  /** Some rows of a file that are to be deleted. */
  record Doomed(LiveFile file, List<Long> positions) {}

  /** Names that are the same in every run of a seed. */
  private OutputFileFactory outputs(Table table, FileFormat format) {
    return OutputFileFactory.builderFor(table, 0, tasks++)
        .operationId("foreign")
        .format(format)
        .build();
  }

  private static GenericFileWriterFactory writers(Table table) {
    return new GenericFileWriterFactory.Builder(table)
        .dataSchema(table.schema())
        .dataFileFormat(FileFormat.PARQUET)
        .deleteFileFormat(FileFormat.PARQUET)
        .build();
  }

  /** A file for each partition of today's spec. */
  List<DataFile> write(Table table, List<KeyedRow> rows) {
    PartitionSpec spec = table.spec();
    PartitionKey partition = new PartitionKey(spec, table.schema());
    InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
    Map<PartitionKey, List<Record>> byPartition = new LinkedHashMap<>();
    for (KeyedRow row : rows) {
      Record record = shape.record(table.schema(), row);
      partition.partition(wrapper.wrap(record));
      byPartition.computeIfAbsent(partition.copy(), key -> new ArrayList<>()).add(record);
    }
    OutputFileFactory outputs = outputs(table, FileFormat.PARQUET);
    List<DataFile> files = new ArrayList<>();
    byPartition.forEach((key, some) -> files.add(write(table, outputs, key, some)));
    return files;
  }

  private static DataFile write(
      Table table, OutputFileFactory outputs, PartitionKey partition, List<Record> records) {
    PartitionSpec spec = table.spec();
    EncryptedOutputFile output = outputs.newOutputFile(spec, partition);
    DataWriter<Record> writer =
        writers(table).newDataWriter(output, spec, spec.isUnpartitioned() ? null : partition);
    try (writer) {
      records.forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDataFile();
  }

  /**
   * Deletion vectors that stand in for all deletes that the files had before.
   *
   * @param together whether they lie in one file
   */
  DeleteWriteResult vectors(Table table, List<Doomed> doomed, boolean together) {
    List<DeleteFile> written = new ArrayList<>();
    List<DeleteFile> rewritten = new ArrayList<>();
    List<List<Doomed>> groups = together ? List.of(doomed) : doomed.stream().map(List::of).toList();
    for (List<Doomed> group : groups) {
      DeleteWriteResult result = vectors(table, group);
      written.addAll(result.deleteFiles());
      rewritten.addAll(result.rewrittenDeleteFiles());
    }
    return new DeleteWriteResult(written, null, rewritten);
  }

  private DeleteWriteResult vectors(Table table, List<Doomed> group) {
    Map<String, LiveFile> byPath = new LinkedHashMap<>();
    group.forEach(one -> byPath.put(one.file().path(), one.file()));
    BaseDVFileWriter writer =
        new BaseDVFileWriter(
            outputs(table, FileFormat.PUFFIN),
            path -> {
              LiveFile file = byPath.get(path);
              return file == null || file.deletes().isEmpty()
                  ? null
                  : reader.deleted(file.deletes(), path);
            });
    try (writer) {
      for (Doomed one : group) {
        DataFile file = one.file().file();
        PartitionSpec spec = table.specs().get(file.specId());
        one.positions().forEach(at -> writer.delete(file.location(), at, spec, file.partition()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.result();
  }

  /** Position deletes of files that are all of one partition, in one file. */
  DeleteFile positionDeletes(Table table, List<Doomed> doomed) {
    DataFile first = doomed.get(0).file().file();
    PartitionSpec spec = table.specs().get(first.specId());
    StructLike partition = spec.isUnpartitioned() ? null : first.partition();
    PositionDeleteWriter<Record> writer =
        writers(table)
            .newPositionDeleteWriter(
                outputs(table, FileFormat.PARQUET).newOutputFile(spec, partition), spec, partition);
    PositionDelete<Record> delete = PositionDelete.create();
    try (writer) {
      doomed.stream()
          .sorted((a, b) -> a.file().path().compareTo(b.file().path()))
          .forEach(
              one ->
                  one.positions().forEach(at -> writer.write(delete.set(one.file().path(), at))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }
}
