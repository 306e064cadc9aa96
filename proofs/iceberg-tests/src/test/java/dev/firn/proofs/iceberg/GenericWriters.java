package dev.firn.proofs.iceberg;

import java.util.List;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.FileWriterFactory;
import org.apache.iceberg.io.TestDVWriters;
import org.apache.iceberg.io.TestPartitioningWriters;
import org.apache.iceberg.io.TestPositionDeltaWriters;
import org.apache.iceberg.io.TestRollingFileWriters;
import org.apache.iceberg.util.ArrayUtil;
import org.apache.iceberg.util.StructLikeSet;

/**
 * Iceberg's published writer tests that leave their records to others, with Iceberg's generics. The
 * factory is Iceberg's own; through the seam its data files are Firn's.
 */
final class GenericWriters {

  private GenericWriters() {}

  private static FileWriterFactory<Record> factory(
      Table table, Schema schema, FileFormat format, List<Integer> ids, Schema deleteSchema) {
    return new GenericFileWriterFactory.Builder(table)
        .dataSchema(schema)
        .dataFileFormat(format)
        .deleteFileFormat(format)
        .equalityFieldIds(ArrayUtil.toIntArray(ids))
        .equalityDeleteRowSchema(deleteSchema)
        .build();
  }

  private static Record row(Table table, Integer id, String data) {
    GenericRecord record = GenericRecord.create(table.schema().asStruct());
    record.set(0, id);
    record.set(1, data);
    return record;
  }

  private static StructLikeSet set(Table table, Iterable<Record> records) {
    StructLikeSet set = StructLikeSet.create(table.schema().asStruct());
    records.forEach(set::add);
    return set;
  }

  /** Files rolled by size. */
  public static final class Rolling extends TestRollingFileWriters<Record> {

    @Override
    protected FileWriterFactory<Record> newWriterFactory(
        Schema schema, List<Integer> ids, Schema deleteSchema, Schema positionDeleteSchema) {
      return factory(table, schema, format(), ids, deleteSchema);
    }

    @Override
    protected Record toRow(Integer id, String data) {
      return row(table, id, data);
    }
  }

  /** A file for each partition, sorted and unsorted. */
  public static final class Partitioning extends TestPartitioningWriters<Record> {

    @Override
    protected FileWriterFactory<Record> newWriterFactory(
        Schema schema, List<Integer> ids, Schema deleteSchema, Schema positionDeleteSchema) {
      return factory(table, schema, format(), ids, deleteSchema);
    }

    @Override
    protected Record toRow(Integer id, String data) {
      return row(table, id, data);
    }

    @Override
    protected StructLikeSet toSet(Iterable<Record> records) {
      return set(table, records);
    }
  }

  /** Iceberg's position deletes on Firn's files. */
  public static final class PositionDeltas extends TestPositionDeltaWriters<Record> {

    @Override
    protected FileWriterFactory<Record> newWriterFactory(
        Schema schema, List<Integer> ids, Schema deleteSchema, Schema positionDeleteSchema) {
      return factory(table, schema, format(), ids, deleteSchema);
    }

    @Override
    protected Record toRow(Integer id, String data) {
      return row(table, id, data);
    }

    @Override
    protected StructLikeSet toSet(Iterable<Record> records) {
      return set(table, records);
    }
  }

  /** Iceberg's deletion vectors on Firn's files. */
  public static final class DeletionVectors extends TestDVWriters<Record> {

    @Override
    protected FileWriterFactory<Record> newWriterFactory(
        Schema schema, List<Integer> ids, Schema deleteSchema, Schema positionDeleteSchema) {
      return factory(table, schema, dataFormat(), ids, deleteSchema);
    }

    @Override
    protected FileFormat dataFormat() {
      return FileFormat.PARQUET;
    }

    @Override
    protected Record toRow(Integer id, String data) {
      return row(table, id, data);
    }

    @Override
    protected StructLikeSet toSet(Iterable<Record> records) {
      return set(table, records);
    }
  }
}
