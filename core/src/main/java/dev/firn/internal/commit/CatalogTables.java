package dev.firn.internal.commit;

import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;

/** Makes tables, with properties that suit frequent commits. */
public final class TableCreation {

  /**
   * Every commit rewrites the metadata file, and by default Iceberg keeps each of them for ever,
   * uncompressed: at a commit a second that is gigabytes a day. The newest 20 are enough for
   * whoever holds an old pointer.
   */
  private static final Map<String, String> FREQUENT_COMMITS =
      Map.of(
          TableProperties.METADATA_COMPRESSION,
          "gzip",
          TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
          "true",
          TableProperties.METADATA_PREVIOUS_VERSIONS_MAX,
          "20",
          TableProperties.PARQUET_COMPRESSION,
          "zstd");

  private TableCreation() {}

  /** The table called {@code name}; made, with its namespace, if there is none. */
  public static Table loadOrCreate(
      Catalog catalog,
      TableIdentifier name,
      Schema schema,
      PartitionSpec spec,
      SortOrder order,
      Map<String, String> properties) {
    if (catalog.tableExists(name)) {
      return catalog.loadTable(name);
    }
    createNamespace(catalog, name.namespace());
    Map<String, String> all = new HashMap<>(FREQUENT_COMMITS);
    all.putAll(properties);
    try {
      return catalog
          .buildTable(name, schema)
          .withPartitionSpec(spec)
          .withSortOrder(order)
          .withProperties(all)
          .create();
    } catch (AlreadyExistsException e) {
      return catalog.loadTable(name); // somebody else was faster
    }
  }

  private static void createNamespace(Catalog catalog, Namespace namespace) {
    if (namespace.isEmpty()
        || !(catalog instanceof SupportsNamespaces namespaces)
        || namespaces.namespaceExists(namespace)) {
      return;
    }
    try {
      namespaces.createNamespace(namespace);
    } catch (AlreadyExistsException e) {
      // Somebody else was faster.
    }
  }
}
