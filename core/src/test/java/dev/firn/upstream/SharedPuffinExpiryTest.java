package dev.firn.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DVFileWriter;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two deletion vectors lie in one Puffin file, one of them is replaced, and the expiry of the
 * replaced one takes the file from under the other. See docs/upstream/shared-puffin-expiry.md.
 */
class SharedPuffinExpiryTest {

  private static final TableIdentifier NAME = TableIdentifier.of("db", "t");

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private Table table;

  @BeforeEach
  void createTable() {
    catalog.initialize("test", Map.of());
    catalog.createNamespace(Namespace.of("db"));
    table =
        catalog
            .buildTable(NAME, new Schema(Types.NestedField.required(1, "id", Types.LongType.get())))
            .withProperty("format-version", "3")
            .create();
  }

  @AfterEach
  void close() throws IOException {
    catalog.dropTable(NAME, false);
    catalog.close();
  }

  @Test
  void theExpiryOfOneVectorTakesTheFileFromUnderTheOther() throws IOException {
    DataFile a = file("a");
    DataFile b = file("b");
    table.newFastAppend().appendFile(a).appendFile(b).commit();

    DeleteWriteResult both = vectors(a, b);
    DeleteFile ofA = vectorOf(both, a);
    DeleteFile ofB = vectorOf(both, b);
    assertThat(ofA.location()).as("one Puffin file holds both").isEqualTo(ofB.location());
    table.newRowDelta().addDeletes(ofA).addDeletes(ofB).commit();

    DeleteFile newOfA = vectorOf(vectors(a), a);
    table
        .newRowDelta()
        .validateFromSnapshot(table.currentSnapshot().snapshotId())
        .removeDeletes(ofA)
        .addDeletes(newOfA)
        .commit();
    table.newFastAppend().appendFile(file("c")).commit();
    table
        .expireSnapshots()
        .expireOlderThan(System.currentTimeMillis() + 60_000)
        .retainLast(1)
        .commit();

    assertThat(deletesOf(b)).as("the current snapshot needs it").isEqualTo(ofB.location());
    assertThatThrownBy(() -> table.io().newInputFile(ofB.location()).exists())
        .as("what upstream should leave: a file that a live vector lies in")
        .isInstanceOf(NotFoundException.class);
  }

  private DeleteWriteResult vectors(DataFile... files) throws IOException {
    OutputFileFactory factory =
        OutputFileFactory.builderFor(table, 1, System.nanoTime()).format(FileFormat.PUFFIN).build();
    DVFileWriter writer = new BaseDVFileWriter(factory, path -> null);
    try (writer) {
      for (DataFile file : files) {
        writer.delete(file.location(), 0, PartitionSpec.unpartitioned(), null);
      }
    }
    return writer.result();
  }

  private static DeleteFile vectorOf(DeleteWriteResult result, DataFile file) {
    return result.deleteFiles().stream()
        .filter(vector -> file.location().equals(vector.referencedDataFile()))
        .findFirst()
        .orElseThrow();
  }

  private String deletesOf(DataFile file) throws IOException {
    table.refresh();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        if (task.file().location().equals(file.location())) {
          return task.deletes().get(0).location();
        }
      }
    }
    throw new AssertionError(file.location() + " is not in the table");
  }

  private static DataFile file(String name) {
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath("/db/t/data/" + name + ".parquet")
        .withFormat("parquet")
        .withFileSizeInBytes(1)
        .withRecordCount(10)
        .build();
  }
}
