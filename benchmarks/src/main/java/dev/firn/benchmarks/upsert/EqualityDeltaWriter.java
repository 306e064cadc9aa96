package dev.firn.benchmarks.upsert;

import java.io.IOException;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.DeleteGranularity;
import org.apache.iceberg.io.BaseTaskWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Iceberg's writer of upserts, used as the connectors of Flink and Kafka use it: for each row an
 * equality delete of its key and the row, and a delete by position for a row of the same batch. One
 * batch, for a table without partitions.
 */
final class EqualityDeltaWriter extends BaseTaskWriter<Record> {

  private static final int ANY = 1;

  private final Delta delta;
  private final GenericRecord key;
  private final int keyPosition;

  private EqualityDeltaWriter(
      Table table, NestedField keyColumn, Schema keySchema, OutputFileFactory files) {
    super(
        table.spec(),
        FileFormat.PARQUET,
        new GenericFileWriterFactory.Builder(table)
            .dataFileFormat(FileFormat.PARQUET)
            .deleteFileFormat(FileFormat.PARQUET)
            .equalityFieldIds(new int[] {keyColumn.fieldId()})
            .equalityDeleteRowSchema(keySchema)
            .build(),
        files,
        table.io(),
        PropertyUtil.propertyAsLong(
            table.properties(),
            TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
            TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT),
        TableUtil.formatVersion(table) > 2);
    this.key = GenericRecord.create(keySchema);
    this.keyPosition = table.schema().columns().indexOf(keyColumn);
    this.delta = new Delta(table.schema(), keySchema);
  }

  /**
   * @param batch a number that no other writer of the table's has
   */
  static EqualityDeltaWriter open(Table table, String keyColumn, int batch) {
    NestedField column = table.schema().findField(keyColumn);
    OutputFileFactory files =
        OutputFileFactory.builderFor(table, ANY, batch).format(FileFormat.PARQUET).build();
    return new EqualityDeltaWriter(table, column, new Schema(column), files);
  }

  @Override
  public void write(Record row) throws IOException {
    key.set(0, row.get(keyPosition));
    delta.deleteKey(key);
    delta.write(row);
  }

  @Override
  public void close() throws IOException {
    delta.close();
    super.close();
  }

  private final class Delta extends BaseEqualityDeltaWriter {

    private final InternalRecordWrapper row;
    private final InternalRecordWrapper key;

    Delta(Schema schema, Schema keySchema) {
      super(null, schema, keySchema, DeleteGranularity.FILE, dvFileWriter());
      this.row = new InternalRecordWrapper(schema.asStruct());
      this.key = new InternalRecordWrapper(keySchema.asStruct());
    }

    @Override
    protected StructLike asStructLike(Record data) {
      return row.wrap(data);
    }

    @Override
    protected StructLike asStructLikeKey(Record data) {
      return key.wrap(data);
    }
  }
}
