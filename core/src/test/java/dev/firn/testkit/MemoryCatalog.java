package dev.firn.testkit;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.BaseMetastoreCatalog;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;

/**
 * A metastore catalog in memory: the commit is the compare-and-set of a metadata location, as in
 * Iceberg's {@code InMemoryCatalog}, but its files go with it, metadata files are parsed once, and
 * a watcher sees every commit that was applied, whoever made it.
 */
public final class MemoryCatalog extends BaseMetastoreCatalog {

  /** Sees every applied commit, under the catalog's lock and before the committer hears of it. */
  @FunctionalInterface
  public interface Watcher {
    void applied(TableIdentifier table, TableMetadata before, TableMetadata after);
  }

  private final MemoryFileIO io = new MemoryFileIO();
  private final Map<TableIdentifier, String> tables = new ConcurrentHashMap<>();
  private final Map<String, TableMetadata> parsed = new ConcurrentHashMap<>();
  private Watcher watcher = (table, before, after) -> {};

  /** The one watcher. */
  public void watch(Watcher value) {
    watcher = value;
  }

  /** The files of all tables. */
  public MemoryFileIO io() {
    return io;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier identifier) {
    return new Operations(identifier);
  }

  @Override
  protected String defaultWarehouseLocation(TableIdentifier identifier) {
    return "/memory/" + identifier.toString().replace('.', '/');
  }

  @Override
  public List<TableIdentifier> listTables(Namespace namespace) {
    return tables.keySet().stream()
        .filter(table -> table.namespace().equals(namespace))
        .sorted((a, b) -> a.toString().compareTo(b.toString()))
        .toList();
  }

  @Override
  public boolean dropTable(TableIdentifier identifier, boolean purge) {
    if (purge) {
      io.deletePrefix(defaultWarehouseLocation(identifier) + "/");
    }
    return tables.remove(identifier) != null;
  }

  @Override
  public synchronized void renameTable(TableIdentifier from, TableIdentifier to) {
    String location = tables.get(from);
    if (location == null) {
      throw new NoSuchTableException("Table does not exist: %s", from);
    }
    if (tables.putIfAbsent(to, location) != null) {
      throw new AlreadyExistsException("Table already exists: %s", to);
    }
    tables.remove(from);
  }

  private TableMetadata parse(String location) {
    // Unlike computeIfAbsent this may parse twice, but never under a lock of the map.
    TableMetadata known = parsed.get(location);
    if (known == null) {
      known = TableMetadataParser.read(io, location);
      parsed.put(location, known);
    }
    return known;
  }

  private final class Operations extends BaseMetastoreTableOperations {

    private final TableIdentifier identifier;

    Operations(TableIdentifier identifier) {
      this.identifier = identifier;
    }

    @Override
    protected void doRefresh() {
      String location = tables.get(identifier);
      if (location == null) {
        if (currentMetadataLocation() != null) {
          throw new NoSuchTableException("Table does not exist: %s", identifier);
        }
        disableRefresh();
      } else {
        refreshFromMetadataLocation(location, null, 0, MemoryCatalog.this::parse);
      }
    }

    @Override
    protected void doCommit(TableMetadata base, TableMetadata metadata) {
      String newLocation = writeNewMetadataIfRequired(base == null, metadata);
      String oldLocation = base == null ? null : base.metadataFileLocation();
      synchronized (MemoryCatalog.this) {
        String location = tables.get(identifier);
        if (!Objects.equals(location, oldLocation)) {
          io.deleteFile(newLocation);
          if (base == null) {
            throw new AlreadyExistsException("Table already exists: %s", identifier);
          }
          if (location == null) {
            throw new NoSuchTableException("Table does not exist: %s", identifier);
          }
          throw new CommitFailedException(
              "Cannot commit to %s: it was built on %s, but %s is current",
              identifier, oldLocation, location);
        }
        tables.put(identifier, newLocation);
        if (base != null) {
          watcher.applied(identifier, base, parse(newLocation));
        }
      }
    }

    @Override
    public FileIO io() {
      return io;
    }

    @Override
    protected String tableName() {
      return identifier.toString();
    }
  }
}
