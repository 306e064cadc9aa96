package dev.firn.proofs.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.relocated.com.google.common.collect.Iterables;
import org.apache.iceberg.types.TypeUtil;

/**
 * A table in memory around one data file that a test has a place for: the field ids are the test's,
 * and the data file goes into the test's {@code OutputFile}.
 */
final class OneFileTable implements TableOperations {

  private static final String LOCATION = "memory:/one-file-table";

  /**
   * Tests of row groups of some hundred bytes. Firn counts a row group by what it takes in the
   * file; parquet-java counts what is not yet a page without compression, and does not encode
   * deltas.
   */
  private static final Map<String, String> ROW_GROUPS_AS_ICEBERG_COUNTS =
      Map.of(
          TableProperties.PARQUET_ROW_GROUP_SIZE_TRACK_UNCOMPRESSED,
          "true",
          "firn.parquet.delta-integers",
          "false");

  private static final long TINY_ROW_GROUP_BYTES = 1 << 16;

  private final String dataLocation;
  private final EncryptionManager encryption;
  private final FileIO io;
  private final AtomicInteger versions = new AtomicInteger();
  private TableMetadata current;

  OneFileTable(
      OutputFile file,
      Schema schema,
      Map<String, String> properties,
      MetricsConfig metrics,
      EncryptionManager encryption) {
    this.dataLocation = file.location();
    this.encryption = encryption;
    this.io = new HeldFiles(file);
    int lastColumn = TypeUtil.getProjectedIds(schema).stream().mapToInt(id -> id).max().orElse(0);
    this.current =
        TableMetadata.buildFromEmpty(oldestFormat(schema))
            .assignUUID(UUID.randomUUID().toString())
            .setLocation(LOCATION)
            .setCurrentSchema(schema, lastColumn)
            .setDefaultPartitionSpec(PartitionSpec.unpartitioned())
            .setDefaultSortOrder(SortOrder.unsorted())
            .setProperties(tableProperties(dataLocation, schema, properties, metrics))
            .discardChanges()
            .withMetadataLocation(nextLocation())
            .build();
  }

  private static int oldestFormat(Schema schema) {
    try {
      Schema.checkCompatibility(schema, 2);
      return 2;
    } catch (IllegalStateException e) {
      return 3;
    }
  }

  /** A writer is handed the parsed metrics modes; a table says them column by column. */
  private static Map<String, String> tableProperties(
      String location, Schema schema, Map<String, String> properties, MetricsConfig metrics) {
    Map<String, String> all = new HashMap<>(properties);
    all.putAll(GivenLocation.properties(location));
    // Whoever asked for this file has chosen its format; the default is for others.
    all.remove(TableProperties.DEFAULT_FILE_FORMAT);
    String rowGroupBytes = properties.get(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES);
    if (rowGroupBytes != null && Long.parseLong(rowGroupBytes) < TINY_ROW_GROUP_BYTES) {
      all.putAll(ROW_GROUPS_AS_ICEBERG_COUNTS);
    }
    for (String column : TypeUtil.indexNameById(schema.asStruct()).values()) {
      all.put(
          TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + column,
          metrics.columnMode(column).toString());
    }
    return all;
  }

  Table table() {
    return new BaseTable(this, "iceberg-tests." + dataLocation);
  }

  /** The one data file, as a scan of the table finds it. */
  DataFile file() {
    try (CloseableIterable<FileScanTask> tasks =
        table().newScan().includeColumnStats().planFiles()) {
      return Iterables.getOnlyElement(tasks).file();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String nextLocation() {
    return metadataFileLocation(versions.incrementAndGet() + ".metadata.json");
  }

  @Override
  public synchronized TableMetadata current() {
    return current;
  }

  @Override
  public TableMetadata refresh() {
    return current();
  }

  @Override
  public synchronized void commit(TableMetadata base, TableMetadata metadata) {
    if (base != current) {
      throw new CommitFailedException("built on %s, not on %s", base, current);
    }
    current =
        TableMetadata.buildFrom(metadata)
            .discardChanges()
            .withMetadataLocation(nextLocation())
            .build();
  }

  @Override
  public FileIO io() {
    return io;
  }

  @Override
  public EncryptionManager encryption() {
    return encryption;
  }

  @Override
  public String metadataFileLocation(String fileName) {
    return LOCATION + "/metadata/" + fileName;
  }

  @Override
  public LocationProvider locationProvider() {
    return new GivenLocation(LOCATION, current().properties());
  }
}
