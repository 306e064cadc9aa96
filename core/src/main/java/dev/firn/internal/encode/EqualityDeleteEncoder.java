package dev.firn.internal.encode;

import dev.firn.internal.buffer.Partition;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Writes which keys are to have no older row: Parquet files with the columns of the key and no
 * others. Such a file is encoded and sealed like one of rows, by a {@link DataFileEncoder}; here is
 * what it is otherwise: its columns, its name, and what a commit needs to know of it.
 *
 * <p>Made for one state of a table's metadata. Thread-safe.
 */
public final class EqualityDeleteEncoder {

  /** Enough to tell apart what a file has and has not; a bound that is cut is a bound still. */
  private static final String METRICS_MODE = "truncate(16)";

  private final EncodeSettings settings;
  private final Map<Integer, PartitionSpec> specs;
  private final int[] keyIds;

  private EqualityDeleteEncoder(
      EncodeSettings settings, Map<Integer, PartitionSpec> specs, int[] keyIds) {
    this.settings = settings;
    this.specs = specs;
    this.keyIds = keyIds;
  }

  /**
   * The encoder of a table.
   *
   * @param key the columns of the key, as batches will have them
   * @param specs all partition specs by id
   * @param tableProperties of the table
   * @param names of the run that writes; the files have names of their own among them
   */
  public static EqualityDeleteEncoder of(
      List<NestedField> key,
      Map<Integer, PartitionSpec> specs,
      Map<String, String> tableProperties,
      FileIO io,
      LocationProvider locations,
      EncryptionManager encryption,
      FileNames names) {
    EncodeSettings settings =
        EncodeSettings.of(
            new Schema(key),
            specs,
            SortOrder.unsorted(),
            DeleteProperties.of(tableProperties, METRICS_MODE),
            io,
            locations,
            encryption,
            names.ofEqualityDeletes(),
            Crew.none());
    int[] ids = key.stream().mapToInt(NestedField::fieldId).toArray();
    return new EqualityDeleteEncoder(settings, Map.copyOf(specs), ids);
  }

  /** A new file of {@code partition}, for batches of keys. */
  public DataFileEncoder newFile(Partition partition) {
    return new DataFileEncoder(settings, partition);
  }

  /** Rows that a page has at most: the best size of a batch. */
  public int pageRows() {
    return settings.pageRows();
  }

  /** The delete file that {@code sealed}, of a {@link #newFile}, is. */
  public DeleteFile deletes(SealedFile sealed) {
    DataFile file = sealed.dataFile();
    PartitionSpec spec = specs.get(file.specId());
    if (spec == null) {
      throw new IllegalStateException("the table has no partition spec " + file.specId());
    }
    return describe(file, spec, keyIds);
  }

  /**
   * The delete file that has everything that {@code file} has.
   *
   * @param spec of the file
   * @param keyIds the columns by which its rows are equal to those that they delete
   */
  public static DeleteFile describe(DataFile file, PartitionSpec spec, int... keyIds) {
    return FileMetadata.deleteFileBuilder(spec)
        .ofEqualityDeletes(keyIds)
        .withFormat(file.format())
        .withPath(file.location())
        .withPartition(file.partition())
        .withFileSizeInBytes(file.fileSizeInBytes())
        .withMetrics(
            new Metrics(
                file.recordCount(),
                file.columnSizes(),
                file.valueCounts(),
                file.nullValueCounts(),
                file.nanValueCounts(),
                file.lowerBounds(),
                file.upperBounds()))
        .withSplitOffsets(file.splitOffsets())
        .withEncryptionKeyMetadata(file.keyMetadata())
        .build();
  }
}
