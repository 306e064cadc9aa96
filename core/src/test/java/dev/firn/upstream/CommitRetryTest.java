package dev.firn.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A catalog applies a commit and answers {@code CommitFailedException}, as JDBC and REST clients do
 * that send a request again; Iceberg's retry inside {@code commit()} takes it from there. See
 * docs/upstream/commit-retry.md.
 */
class CommitRetryTest {

  private static final TableIdentifier NAME = TableIdentifier.of("db", "t");

  private final InMemoryCatalog catalog = new InMemoryCatalog();

  @BeforeEach
  void createTable() {
    catalog.initialize("test", Map.of());
    catalog.createNamespace(Namespace.of("db"));
    catalog
        .buildTable(NAME, new Schema(Types.NestedField.required(1, "id", Types.LongType.get())))
        .withProperty("commit.retry.min-wait-ms", "1")
        .create();
    append(catalog.loadTable(NAME), "first");
  }

  @AfterEach
  void close() throws IOException {
    catalog.dropTable(NAME, false);
    catalog.close();
  }

  @Test
  void theCommitOfAnotherWriterVanishesAndNobodyIsTold() {
    Table mine = lyingOnce(() -> append(catalog.loadTable(NAME), "theirs"));
    append(mine, "mine"); // returns normally
    assertThat(live()).as("what upstream should hold: theirs too").containsExactly("first", "mine");
  }

  @Test
  void aSnapshotThatIsInTheTableLosesItsManifestList() {
    catalog.loadTable(NAME).updateProperties().set("commit.retry.num-retries", "0").commit();
    Table mine = lyingOnce(() -> {});
    assertThatThrownBy(() -> append(mine, "mine")).isInstanceOf(CommitFailedException.class);
    Table now = catalog.loadTable(NAME);
    Snapshot head = now.currentSnapshot();
    assertThat(head.summary()).containsEntry("added-data-files", "1");
    assertThatThrownBy(() -> now.io().newInputFile(head.manifestListLocation()).exists())
        .as("what upstream should leave: the manifest list of the current snapshot")
        .isInstanceOf(NotFoundException.class);
  }

  /** The table by operations that lie once: the commit is applied, then said to have failed. */
  private Table lyingOnce(Runnable meanwhile) {
    TableOperations real = ((HasTableOperations) catalog.loadTable(NAME)).operations();
    return new BaseTable(new LyingOperations(real, meanwhile), NAME.toString());
  }

  private static void append(Table table, String file) {
    AppendFiles append = table.newFastAppend().appendFile(file(file));
    append.commit();
  }

  private static DataFile file(String name) {
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath(name)
        .withFormat("parquet")
        .withFileSizeInBytes(1)
        .withRecordCount(1)
        .build();
  }

  private List<String> live() {
    List<String> names = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = catalog.loadTable(NAME).newScan().planFiles()) {
      tasks.forEach(task -> names.add(task.file().location()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    names.sort(null);
    return names;
  }

  private static final class LyingOperations implements TableOperations {
    private final TableOperations real;
    private final Runnable meanwhile;
    private boolean lied;

    LyingOperations(TableOperations real, Runnable meanwhile) {
      this.real = real;
      this.meanwhile = meanwhile;
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      real.commit(base, metadata);
      if (!lied) {
        lied = true;
        meanwhile.run();
        throw new CommitFailedException(
            "the first answer was lost, the second request was refused");
      }
    }

    @Override
    public TableMetadata current() {
      return real.current();
    }

    @Override
    public TableMetadata refresh() {
      return real.refresh();
    }

    @Override
    public FileIO io() {
      return real.io();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return real.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return real.locationProvider();
    }
  }
}
