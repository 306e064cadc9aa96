package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.internal.local.LocalFileIO;
import dev.firn.internal.stage.StagedFiles;
import dev.firn.internal.stage.StagedFilesCodec;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyOperations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;

/** A table whose data files are names only: enough to see what is in it, exactly once or not. */
final class TestTable {

  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "text", Types.StringType.get()));

  static final TableIdentifier NAME = TableIdentifier.of("db", "events");

  final Catalog catalog;

  private TestTable(Catalog catalog) {
    this.catalog = catalog;
  }

  /** A table in memory, in a catalog of its own. */
  static TestTable inMemory() {
    return inMemory(Map.of());
  }

  static TestTable inMemory(Map<String, String> properties) {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("test", Map.of("warehouse", "memory:///" + UUID.randomUUID()));
    return in(catalog, PartitionSpec.unpartitioned(), properties);
  }

  static TestTable in(Catalog catalog, PartitionSpec spec, Map<String, String> properties) {
    ((SupportsNamespaces) catalog).createNamespace(Namespace.of("db"));
    catalog.createTable(NAME, SCHEMA, spec, null, properties);
    return new TestTable(catalog);
  }

  /** The one that is in {@code catalog} already. */
  static TestTable of(Catalog catalog) {
    return new TestTable(catalog);
  }

  /** The table, loaded anew: nobody shares its operations. */
  Table load() {
    return catalog.loadTable(NAME);
  }

  /** A table in a catalog on SQLite, with files below {@code folder}. */
  static TestTable onSqlite(Path folder, Map<String, String> properties) {
    JdbcCatalog catalog = new JdbcCatalog();
    catalog.initialize(
        "test",
        Map.of(
            "uri",
            "jdbc:sqlite:" + folder.resolve("catalog.db"),
            "warehouse",
            folder.resolve("warehouse").toString(),
            "io-impl",
            LocalFileIO.class.getName(),
            "firn.local.sync",
            "false"));
    return in(catalog, PartitionSpec.unpartitioned(), properties);
  }

  /** The table as a writer sees it whose catalog and files fail as {@code plan} says. */
  Table faulty(FaultPlan plan) {
    return new BaseTable(
        new FaultyOperations(operations(), plan, this::operations), NAME.toString());
  }

  TableOperations operations() {
    return ((HasTableOperations) load()).operations();
  }

  TableMetadata metadata() {
    return operations().current();
  }

  /** A data file that is a name; one row. */
  static DataFile file(Table table, String name) {
    return DataFiles.builder(table.spec())
        .withPath(table.location() + "/data/" + name + ".parquet")
        .withFileSizeInBytes(100)
        .withRecordCount(1)
        .build();
  }

  /** A staged commit of main with one file, {@code name}. */
  StagedCommit stage(String stream, CommitToken from, CommitToken to, String... names) {
    return stageOn("main", stream, from, to, names);
  }

  StagedCommit stageOn(
      String branch, String stream, CommitToken from, CommitToken to, String... names) {
    Table table = load();
    List<DataFile> files = new ArrayList<>();
    for (String name : names) {
      files.add(file(table, name));
    }
    return StagedFilesCodec.encode(
        new StagedFiles(
            UUID.randomUUID(), table.uuid().toString(), stream, branch, from, to, files),
        table.specs());
  }

  /** A foreign engine's append. */
  void append(String name) {
    Table table = load();
    table.newFastAppend().appendFile(file(table, name)).commit();
  }

  /** The names of all files in the head of main, in order; fails when one is in twice. */
  List<String> names() {
    return names("main");
  }

  List<String> names(String branch) {
    Table table = load();
    TreeSet<String> names = new TreeSet<>();
    TableScan scan = table.newScan();
    if (table.refs().containsKey(branch)) {
      scan = scan.useRef(branch);
    }
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      for (FileScanTask task : tasks) {
        String path = task.file().location();
        String name = path.substring(path.lastIndexOf('/') + 1).replace(".parquet", "");
        if (!names.add(name)) {
          throw new AssertionError(name + " is in the table twice");
        }
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return List.copyOf(names);
  }
}
