package dev.firn.internal.ingest;

import java.util.Map;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * What sealing files needs to know of a table, at one moment. Rows of one batch are all written
 * under one state; a new one is taken between batches.
 */
public record TableState(
    String name,
    String uuid,
    String location,
    Schema schema,
    Map<Integer, PartitionSpec> specs,
    PartitionSpec spec,
    SortOrder sortOrder,
    Map<String, String> properties,
    FileIO io,
    LocationProvider locations,
    EncryptionManager encryption) {

  /** The state that the table object shows. */
  public static TableState of(Table table) {
    return new TableState(
        table.name(),
        table.uuid().toString(),
        table.location(),
        table.schema(),
        table.specs(),
        table.spec(),
        table.sortOrder(),
        table.properties(),
        table.io(),
        table.locationProvider(),
        table.encryption());
  }

  /** The state that {@code metadata} shows, with the file access of {@code table}. */
  public static TableState of(Table table, TableMetadata metadata) {
    return new TableState(
        table.name(),
        metadata.uuid(),
        metadata.location(),
        metadata.schema(),
        metadata.specsById(),
        metadata.spec(),
        metadata.sortOrder(),
        metadata.properties(),
        table.io(),
        LocationProviders.locationsFor(metadata.location(), metadata.properties()),
        table.encryption());
  }

  /** Whether files written under {@code other} would be the same. */
  public boolean writesLike(TableState other) {
    return schema.schemaId() == other.schema.schemaId()
        && schema.sameSchema(other.schema)
        && spec.equals(other.spec)
        && sortOrder.equals(other.sortOrder)
        && properties.equals(other.properties)
        && location.equals(other.location);
  }

  /** Without the properties, among which are keys and passwords. */
  @Override
  public String toString() {
    return "TableState[" + name + " " + uuid + "]";
  }
}
