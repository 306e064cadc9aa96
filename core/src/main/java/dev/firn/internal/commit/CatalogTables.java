package dev.firn.internal.commit;

import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.TableGoneException;
import dev.firn.api.error.WriterInterruptedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/** Finds tables, and makes them with properties that suit frequent commits. */
public final class CatalogTables {

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

  private CatalogTables() {}

  /**
   * The table called {@code name}.
   *
   * @throws TableGoneException if there is none
   * @throws StorageException if the catalog does not answer
   */
  public static Table load(Catalog catalog, TableIdentifier name) {
    Objects.requireNonNull(catalog, "catalog");
    Objects.requireNonNull(name, "name");
    try {
      return catalog.loadTable(name);
    } catch (NoSuchTableException | NoSuchNamespaceException e) {
      throw gone(name.toString(), e);
    } catch (FirnException | IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unanswered(name.toString(), e);
    }
  }

  /**
   * {@code table}, whose metadata is in hand from here on: after a change of its own, a table
   * object asks its catalog again with the next look at it.
   *
   * @throws TableGoneException if it was dropped meanwhile
   * @throws StorageException if the catalog does not answer
   */
  public static Table present(Table table) {
    if (!(table instanceof BaseTable base)) {
      return table;
    }
    TableMetadata metadata;
    try {
      metadata = base.operations().current();
    } catch (NoSuchTableException e) {
      throw gone(table.name(), e);
    } catch (FirnException e) {
      throw e;
    } catch (RuntimeException e) {
      throw ExactBaseOperations.replaced(e) ? gone(table.name(), e) : unanswered(table.name(), e);
    }
    if (metadata == null) {
      throw gone(table.name(), null);
    }
    return table;
  }

  private static TableGoneException gone(String name, @Nullable RuntimeException answer) {
    return new TableGoneException(
        "Table "
            + name
            + " does not exist. Make it first, with Firn.createTableIfAbsent for one, or correct"
            + " the name.",
        name,
        answer);
  }

  private static FirnException unanswered(String name, RuntimeException answer) {
    if (Thread.currentThread().isInterrupted()) {
      return new WriterInterruptedException(
          "Interrupted while table " + name + " was loaded.", answer);
    }
    return new StorageException(
        "Table "
            + name
            + " could not be loaded from its catalog: "
            + answer.getMessage()
            + ". Nothing is lost: open again when the catalog is well.",
        name,
        answer);
  }

  /** The table called {@code name}; made, with its namespace, if there is none. */
  public static Table loadOrCreate(
      Catalog catalog,
      TableIdentifier name,
      Schema schema,
      PartitionSpec spec,
      SortOrder order,
      Map<String, String> properties) {
    if (catalog.tableExists(name)) {
      return load(catalog, name);
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
      return load(catalog, name); // somebody else was faster
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
