package dev.firn.internal.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.DeletedRows;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.avro.Avro;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Delete files that others wrote. */
class ForeignDeletedRowsScanTest {

  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

  private Table table;

  @BeforeEach
  void createTable() {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("test", Map.of());
    catalog.createNamespace(Namespace.of("db"));
    table =
        catalog.createTable(
            TableIdentifier.of("db", "t" + System.nanoTime()),
            SCHEMA,
            PartitionSpec.unpartitioned(),
            Map.of("format-version", "3"));
  }

  private static DeletedRows rows(long... positions) {
    DeletedRows rows = new DeletedRows();
    Arrays.stream(positions).forEach(rows::add);
    return rows;
  }

  @Test
  void oneOfSeveralVectorsInAFile() throws IOException {
    BaseDVFileWriter writer =
        new BaseDVFileWriter(
            OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build(),
            path -> null);
    Map<String, DeletedRows> expected = new HashMap<>();
    try (writer) {
      for (int file = 0; file < 5; file++) {
        String path = "memory://data/" + file + ".parquet";
        for (long position = file; position < 3_000; position += file + 1) {
          writer.delete(path, position, PartitionSpec.unpartitioned(), null);
          expected.computeIfAbsent(path, any -> new DeletedRows()).add(position);
        }
      }
    }
    List<DeleteFile> vectors = writer.result().deleteFiles();

    assertThat(vectors.stream().map(DeleteFile::location).collect(Collectors.toSet())).hasSize(1);
    for (DeleteFile vector : vectors) {
      String path = vector.referencedDataFile();
      assertThat(DeletedRowsScan.of(table.io(), vector, path)).isEqualTo(expected.remove(path));
    }
    assertThat(expected).isEmpty();
  }

  @Test
  void aVectorOfAnotherCountThanItsManifestSaysIsRefused() throws IOException {
    BaseDVFileWriter writer =
        new BaseDVFileWriter(
            OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build(),
            path -> null);
    try (writer) {
      writer.delete("memory://a", 1, PartitionSpec.unpartitioned(), null);
      writer.delete("memory://a", 2, PartitionSpec.unpartitioned(), null);
    }
    DeleteFile vector = writer.result().deleteFiles().get(0);
    DeleteFile wrong =
        FileMetadata.deleteFileBuilder(PartitionSpec.unpartitioned())
            .copy(vector)
            .withRecordCount(3)
            .build();

    assertThatThrownBy(() -> DeletedRowsScan.of(table.io(), wrong, "memory://a"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(vector.location())
        .hasMessageContaining("3 rows, but it deletes 2");
  }

  @ParameterizedTest
  @EnumSource(
      value = FileFormat.class,
      names = {"PARQUET", "AVRO"})
  void positionDeletesOfManyDataFiles(FileFormat format) throws IOException {
    DeleteFile deletes =
        write(format, Map.of("a", rows(0, 3, 70_000), "b", rows(1), "ä €", rows(2, 4)));

    assertThat(DeletedRowsScan.byDataFile(table.io(), deletes))
        .isEqualTo(Map.of("a", rows(0, 3, 70_000), "b", rows(1), "ä €", rows(2, 4)));
    assertThat(DeletedRowsScan.of(table.io(), deletes, "a")).isEqualTo(rows(0, 3, 70_000));
    assertThat(DeletedRowsScan.of(table.io(), deletes, "ä €")).isEqualTo(rows(2, 4));
    assertThat(DeletedRowsScan.of(table.io(), deletes, "c").isEmpty()).isTrue();
  }

  private DeleteFile write(FileFormat format, Map<String, DeletedRows> rows) throws IOException {
    OutputFile out = table.io().newOutputFile(table.location() + "/data/deletes." + format);
    PositionDeleteWriter<Record> writer =
        format == FileFormat.PARQUET
            ? Parquet.writeDeletes(out)
                .withSpec(PartitionSpec.unpartitioned())
                .buildPositionWriter()
            : Avro.writeDeletes(out).withSpec(PartitionSpec.unpartitioned()).buildPositionWriter();
    try (writer) {
      PositionDelete<Record> delete = PositionDelete.create();
      rows.keySet().stream()
          .sorted()
          .forEach(
              path -> rows.get(path).forEach(position -> writer.write(delete.set(path, position))));
    }
    return writer.toDeleteFile();
  }

  @Test
  void whatFirnDoesNotReadIsRefusedWithAWayOut() {
    FileMetadata.Builder file =
        FileMetadata.deleteFileBuilder(PartitionSpec.unpartitioned())
            .withPath("memory://deletes")
            .withFileSizeInBytes(10)
            .withRecordCount(1);
    DeleteFile orc = file.ofPositionDeletes().withFormat(FileFormat.ORC).build();
    DeleteFile equality = file.ofEqualityDeletes(1).withFormat(FileFormat.PARQUET).build();

    for (DeleteFile refused : List.of(orc, equality)) {
      assertThatThrownBy(() -> DeletedRowsScan.of(table.io(), refused, "memory://a"))
          .isInstanceOf(UnsupportedTableException.class)
          .hasMessageContaining("memory://deletes")
          .hasMessageContaining("Rewrite the data files");
    }
  }
}
