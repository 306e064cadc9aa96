package dev.firn.internal.encode;

import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.RowBatch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * Deletes as a Parquet file of positions, all in one data file. Parquet whatever {@code
 * write.delete.format.default} says: who reads the table reads its data files, which are Parquet.
 */
final class PositionDeleteFile implements DeleteFileEncoder.Form {

  private static final Schema SCHEMA =
      new Schema(MetadataColumns.DELETE_FILE_PATH, MetadataColumns.DELETE_FILE_POS);

  private static final List<ColumnShape> SHAPES =
      List.of(ColumnShape.of(ColumnShape.Kind.BYTES), ColumnShape.of(ColumnShape.Kind.LONG));

  private final EncodeSettings settings;

  PositionDeleteFile(
      Map<Integer, PartitionSpec> specs,
      Map<String, String> tableProperties,
      FileIO io,
      LocationProvider locations,
      EncryptionManager encryption,
      FileNames names) {
    this.settings =
        EncodeSettings.of(
            SCHEMA,
            specs,
            SortOrder.unsorted(),
            // Older readers know the data file by the bounds of its path alone: they must be the
            // whole path.
            DeleteProperties.of(tableProperties, "full"),
            io,
            locations,
            encryption,
            names,
            Crew.none());
  }

  @Override
  public DeleteFile write(DataFile file, PartitionSpec spec, DeletedRows rows) {
    DataFileEncoder encoder = new DataFileEncoder(settings, Partition.of(file.partition(), spec));
    addAll(file.location().getBytes(StandardCharsets.UTF_8), rows, encoder);
    return deletes(encoder.seal().dataFile(), file, spec);
  }

  private void addAll(byte[] path, DeletedRows rows, DataFileEncoder encoder) {
    RowBatch batch = new RowBatch(SHAPES);
    BytesColumn paths = (BytesColumn) batch.columns().get(0);
    LongColumn positions = (LongColumn) batch.columns().get(1);
    rows.forEach(
        position -> {
          if (batch.rows() == settings.pageRows()) {
            encoder.add(batch);
            batch.truncate(0);
          }
          paths.append(path, 0, path.length);
          positions.append(position);
          batch.endRow();
        });
    encoder.add(batch);
  }

  private static DeleteFile deletes(DataFile written, DataFile file, PartitionSpec spec) {
    return FileMetadata.deleteFileBuilder(spec)
        .ofPositionDeletes()
        .withFormat(written.format())
        .withPath(written.location())
        .withPartition(written.partition())
        .withFileSizeInBytes(written.fileSizeInBytes())
        .withMetrics(
            new Metrics(
                written.recordCount(),
                written.columnSizes(),
                written.valueCounts(),
                written.nullValueCounts(),
                written.nanValueCounts(),
                written.lowerBounds(),
                written.upperBounds()))
        .withSplitOffsets(written.splitOffsets())
        .withEncryptionKeyMetadata(written.keyMetadata())
        .withReferencedDataFile(file.location())
        .build();
  }
}
