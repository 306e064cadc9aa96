package dev.firn;

import dev.firn.api.SharedTableWriter;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.maintain.TableMaintenance;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.commit.CatalogTables;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.internal.convert.RecordMappers;
import dev.firn.internal.ingest.GuardedListener;
import dev.firn.internal.ingest.StagingWriter;
import dev.firn.internal.local.LocalFileIO;
import dev.firn.internal.maintain.MaintainedTable;
import dev.firn.internal.stream.SharedWriter;
import dev.firn.internal.stream.StreamingGroup;
import dev.firn.internal.stream.StreamingWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.jdbc.UncheckedSQLException;

/**
 * The only door in: opens writers and committers on Iceberg tables.
 *
 * <pre>{@code
 * WriterOptions options = WriterOptions.builder("orders-ingest").build();
 * try (StreamingTableWriter<Order> writer = Firn.openWriter(table, mapper, options)) {
 *   for (Order order : source.from(writer.committed().position().orElse(0))) {
 *     writer.append(order);
 *     writer.mark(order.offset() + 1);
 *   }
 *   writer.commit();
 * }
 * }</pre>
 *
 * <p>Every {@code open...} reads the table's newest metadata, and throws a kind of {@link
 * dev.firn.api.error.FirnException}: {@code UnsupportedTableException} for a table that cannot be
 * written safely, {@code TokenLostException} when the stream is known but its token is gone, {@code
 * TableGoneException} when there is no such table, {@code StorageException} when the catalog does
 * not answer. All methods may be called by any thread.
 *
 * @since 0.1
 */
public final class Firn {

  private static final String SQLITE = "org.xerial:sqlite-jdbc";

  private Firn() {}

  /**
   * Opens a stream for a source that can be replayed. Under {@link
   * dev.firn.api.Ownership#EXCLUSIVE} this fences every writer that had the stream before.
   */
  public static <T> StreamingTableWriter<T> openWriter(
      Table table, RecordMapper<T> mapper, WriterOptions options) {
    return new StreamingWriter<>(CatalogTables.present(table), mapper, options);
  }

  /**
   * As {@link #openWriter(Table, RecordMapper, WriterOptions)}, on the table called {@code name}.
   */
  public static <T> StreamingTableWriter<T> openWriter(
      Catalog catalog, TableIdentifier name, RecordMapper<T> mapper, WriterOptions options) {
    return openWriter(CatalogTables.load(catalog, name), mapper, options);
  }

  /**
   * Opens a stream for a source that can be replayed and is read by several threads of this JVM,
   * each with a writer of its own; their batches are committed together. For {@link
   * dev.firn.api.Ownership#PER_SOURCE} only.
   *
   * @throws IllegalArgumentException if the options ask for another ownership
   */
  public static WriterGroup openWriterGroup(Table table, WriterOptions options) {
    return new StreamingGroup(CatalogTables.present(table), options);
  }

  /** As {@link #openWriterGroup(Table, WriterOptions)}, on the table called {@code name}. */
  public static WriterGroup openWriterGroup(
      Catalog catalog, TableIdentifier name, WriterOptions options) {
    return openWriterGroup(CatalogTables.load(catalog, name), options);
  }

  /** Opens a stream for an application with many threads that cannot replay its rows. */
  public static <T> SharedTableWriter<T> openSharedWriter(
      Table table, RecordMapper<T> mapper, WriterOptions options) {
    return new SharedWriter<>(CatalogTables.present(table), mapper, options);
  }

  /**
   * As {@link #openSharedWriter(Table, RecordMapper, WriterOptions)}, on the table called {@code
   * name}.
   */
  public static <T> SharedTableWriter<T> openSharedWriter(
      Catalog catalog, TableIdentifier name, RecordMapper<T> mapper, WriterOptions options) {
    return openSharedWriter(CatalogTables.load(catalog, name), mapper, options);
  }

  /** Opens the first half of a commit: rows to staged commits. Does not touch the table. */
  public static <T> StagingTableWriter<T> openStagingWriter(
      Table table, RecordMapper<T> mapper, WriterOptions options) {
    return new StagingWriter<>(CatalogTables.present(table), mapper, options);
  }

  /**
   * Opens the second half of a commit: staged commits to snapshots. Fences like {@code openWriter}.
   */
  public static TableCommitter openCommitter(Table table, WriterOptions options) {
    return SnapshotCommitter.open(CatalogTables.present(table), GuardedListener.in(options));
  }

  /** What keeps {@code table} tidy. */
  public static TableMaintenance maintenance(Table table) {
    return new MaintainedTable(CatalogTables.present(table), Clock.systemUTC());
  }

  /** Loads the table, or creates it without partitions. */
  public static Table createTableIfAbsent(Catalog catalog, TableIdentifier name, Schema schema) {
    return createTableIfAbsent(catalog, name, schema, PartitionSpec.unpartitioned());
  }

  /** Loads the table, or creates it with the partitions of {@code spec}. */
  public static Table createTableIfAbsent(
      Catalog catalog, TableIdentifier name, Schema schema, PartitionSpec spec) {
    return createTableIfAbsent(catalog, name, schema, spec, SortOrder.unsorted(), Map.of());
  }

  /**
   * Loads the table, or creates it, and its namespace, if there is none. A table that exists is
   * taken as it is, whatever its schema.
   *
   * <p>A new table is of format version 2 unless {@code properties} say otherwise, and gets
   * properties that suit frequent commits where {@code properties} say nothing: compressed metadata
   * files of which the newest 20 are kept, and zstd for data.
   */
  public static Table createTableIfAbsent(
      Catalog catalog,
      TableIdentifier name,
      Schema schema,
      PartitionSpec spec,
      SortOrder order,
      Map<String, String> properties) {
    return CatalogTables.loadOrCreate(catalog, name, schema, spec, order, properties);
  }

  /**
   * A catalog in a directory: table names in a SQLite file, tables as local files. For development,
   * tests, and applications that are alone on their machine. Needs {@code org.xerial:sqlite-jdbc}
   * on the class path. The caller closes it.
   *
   * @throws StorageException if the directory cannot be made, or SQLite cannot open its file
   * @throws UnsupportedTableException if {@code sqlite-jdbc} is not on the class path
   */
  public static JdbcCatalog openEmbedded(Path directory) {
    return openEmbedded(directory, Map.of());
  }

  /**
   * As {@link #openEmbedded(Path)}, with catalog properties of the caller's, which win over Firn's.
   * {@code firn.local.sync=false} saves the wait for the disk at the end of every file, where the
   * data may go with the machine.
   */
  public static JdbcCatalog openEmbedded(Path directory, Map<String, String> properties) {
    Path root = directory.toAbsolutePath().normalize();
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new StorageException(
          "Cannot open an embedded catalog: the directory " + root + " cannot be made. " + e,
          root.toString(),
          e);
    }
    Map<String, String> all = new HashMap<>();
    all.put(CatalogUtil.ICEBERG_CATALOG_TYPE, CatalogUtil.ICEBERG_CATALOG_TYPE_JDBC);
    // Writers of other processes wait for the file lock instead of failing at once.
    all.put(
        CatalogProperties.URI, "jdbc:sqlite:" + root.resolve("catalog.db") + "?busy_timeout=30000");
    all.put(CatalogProperties.WAREHOUSE_LOCATION, root.resolve("warehouse").toString());
    all.put(CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName());
    all.put("jdbc.schema-version", "V1");
    all.putAll(properties);
    try {
      return (JdbcCatalog) CatalogUtil.buildIcebergCatalog("firn", all, null);
    } catch (UncheckedSQLException e) {
      throw notOpened(root, all.get(CatalogProperties.URI), e);
    }
  }

  private static FirnException notOpened(Path root, String uri, UncheckedSQLException e) {
    String what = "Cannot open an embedded catalog in " + root + ": ";
    ShownUri shown = new ShownUri(uri);
    if (uri.startsWith("jdbc:sqlite:") && !hasDriver(uri)) {
      return new UnsupportedTableException(
          what + "no SQLite driver is on the class path. Add " + SQLITE + " to it.",
          SQLITE,
          shown.in(e));
    }
    return new StorageException(
        what + shown.in(e.getMessage()) + ", " + shown.in(String.valueOf(e.getCause())) + ".",
        root.toString(),
        shown.in(e));
  }

  private static boolean hasDriver(String uri) {
    try {
      DriverManager.getDriver(uri);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** A mapper for Iceberg's own records: fields are matched by name. */
  public static RecordMapper<Record> recordMapper() {
    return RecordMappers.forRecords();
  }

  /**
   * A mapper for maps from column name to value, nested likewise. A missing key is the column's
   * default, or null; an unknown key rejects the record.
   */
  public static RecordMapper<Map<String, ?>> mapMapper() {
    return RecordMappers.forMaps();
  }

  /**
   * A mapper for a Java record: components are matched to columns of the same name, or of the name
   * in snake case. Opening a writer throws {@code UnsupportedTableException} if a component has no
   * column, or a required column no component.
   *
   * @throws IllegalArgumentException if Firn may not read the record's components
   */
  public static <R extends java.lang.Record> RecordMapper<R> javaRecordMapper(Class<R> type) {
    return RecordMappers.forJavaRecords(type);
  }
}
