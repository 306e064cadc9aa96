package dev.firn.internal.maintain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.TypeUtil;
import org.jspecify.annotations.Nullable;

/** Writes as others do, by Iceberg alone: rows, and deletes that name keys. */
final class EqualityDeletingEngine {

  private final Table table;

  EqualityDeletingEngine(Table table) {
    this.table = table;
  }

  /** A record of today's schema. */
  Record record(Object... values) {
    Record record = GenericRecord.create(table.schema());
    for (int i = 0; i < values.length; i++) {
      record.set(i, values[i]);
    }
    return record;
  }

  /** One snapshot: rows come in, and those of earlier ones that are equal to {@code deleted} go. */
  void commit(List<Record> rows, List<Record> deleted, int... fieldIds) {
    commit(FileFormat.PARQUET, rows, deleted, fieldIds);
  }

  void commit(FileFormat format, List<Record> rows, List<Record> deleted, int... fieldIds) {
    table.refresh();
    RowDelta delta = table.newRowDelta();
    byPartition(rows).forEach((key, some) -> delta.addRows(data(format, key, some)));
    byPartition(deleted)
        .forEach((key, some) -> delta.addDeletes(deletes(format, key, some, fieldIds)));
    delta.commit();
  }

  /** Deletes rows of some file, in a file that speaks of it and perhaps of others. */
  void deletePositions(Map<DataFile, List<Long>> rows) {
    RowDelta delta = table.newRowDelta();
    DataFile any = rows.keySet().iterator().next();
    PartitionSpec spec = table.specs().get(any.specId());
    PositionDelete<Record> delete = PositionDelete.create();
    PositionDeleteWriter<Record> writer =
        writers(FileFormat.PARQUET, null)
            .newPositionDeleteWriter(output(FileFormat.PARQUET, spec, any), spec, any.partition());
    try (writer) {
      rows.forEach(
          (file, positions) ->
              positions.forEach(at -> writer.write(delete.set(file.location(), at))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    delta.addDeletes(writer.toDeleteFile()).commit();
  }

  private Map<PartitionKey, List<Record>> byPartition(List<Record> records) {
    PartitionKey key = new PartitionKey(table.spec(), table.schema());
    InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
    Map<PartitionKey, List<Record>> parts = new LinkedHashMap<>();
    for (Record record : records) {
      key.partition(wrapper.wrap(record));
      parts.computeIfAbsent(key.copy(), each -> new ArrayList<>()).add(record);
    }
    return parts;
  }

  private DataFile data(FileFormat format, PartitionKey key, List<Record> records) {
    DataWriter<Record> writer =
        writers(format, null).newDataWriter(output(format, key), table.spec(), key);
    try (writer) {
      records.forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDataFile();
  }

  private DeleteFile deletes(
      FileFormat format, PartitionKey key, List<Record> records, int... fieldIds) {
    EqualityDeleteWriter<Record> writer =
        writers(format, fieldIds).newEqualityDeleteWriter(output(format, key), table.spec(), key);
    Schema columns = columns(fieldIds);
    try (writer) {
      for (Record record : records) {
        Record values = GenericRecord.create(columns);
        columns.columns().forEach(c -> values.setField(c.name(), record.getField(c.name())));
        writer.write(values);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }

  private Schema columns(int... fieldIds) {
    return TypeUtil.select(
        table.schema(), Arrays.stream(fieldIds).boxed().collect(Collectors.toSet()));
  }

  private GenericFileWriterFactory writers(FileFormat format, int @Nullable [] fieldIds) {
    GenericFileWriterFactory.Builder builder =
        new GenericFileWriterFactory.Builder(table)
            .dataSchema(table.schema())
            .dataFileFormat(format)
            .deleteFileFormat(format);
    return fieldIds == null
        ? builder.build()
        : builder.equalityFieldIds(fieldIds).equalityDeleteRowSchema(columns(fieldIds)).build();
  }

  private EncryptedOutputFile output(FileFormat format, PartitionKey key) {
    return outputs(format).newOutputFile(table.spec(), key);
  }

  private EncryptedOutputFile output(FileFormat format, PartitionSpec spec, DataFile of) {
    return outputs(format).newOutputFile(spec, of.partition());
  }

  private OutputFileFactory outputs(FileFormat format) {
    return OutputFileFactory.builderFor(table, 0, 0)
        .operationId(UUID.randomUUID().toString())
        .format(format)
        .build();
  }
}
