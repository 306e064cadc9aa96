package dev.firn.testkit.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.testkit.rest.RestCatalogServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.aws.s3.S3FileIOProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg's own clients are content with the store, and with a REST catalog on it. */
class ObjectStoreTest {

  private static final TableIdentifier FLAKES = TableIdentifier.of("snow", "flakes");
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

  @TempDir Path directory;

  @Test
  void aTableOfARestCatalogHasItsFilesInTheStore() throws IOException {
    try (ObjectStore store = ObjectStore.start(directory);
        InMemoryCatalog backend = new InMemoryCatalog()) {
      store.createBucket("lake");
      Map<String, String> files = new HashMap<>(store.properties());
      files.put(CatalogProperties.WAREHOUSE_LOCATION, "s3://lake/warehouse");
      backend.initialize("backend", files);
      try (RestCatalogServer server = new RestCatalogServer(backend, files);
          RESTCatalog catalog = new RESTCatalog()) {
        catalog.initialize("rest", Map.of(CatalogProperties.URI, server.uri()));
        catalog.createNamespace(Namespace.of("snow"));
        Table table = catalog.createTable(FLAKES, SCHEMA);
        table.newAppend().appendFile(write(table, 7)).commit();

        Table again = catalog.loadTable(FLAKES);
        assertThat(again.currentSnapshot().manifestListLocation()).startsWith("s3://lake/");
        try (CloseableIterable<Record> rows = IcebergGenerics.read(again).build()) {
          assertThat(rows).extracting(row -> row.getField("id")).containsExactly(7L);
        }
      }
    }
  }

  private static DataFile write(Table table, long id) throws IOException {
    DataWriter<Record> writer =
        Parquet.writeData(table.io().newOutputFile(table.location() + "/data/one.parquet"))
            .forTable(table)
            .createWriterFunc(GenericParquetWriter::create)
            .withSpec(table.spec())
            .build();
    try (writer) {
      Record row = GenericRecord.create(SCHEMA);
      row.set(0, id);
      writer.write(row);
    }
    return writer.toDataFile();
  }

  @Test
  void anotherStoreOnTheDirectoryHasTheObjectsOfTheFirst() throws IOException {
    byte[] bytes = {1, 2, 3};
    try (ObjectStore store = ObjectStore.start(directory);
        FileIO files = files(store.properties())) {
      store.createBucket("lake");
      try (OutputStream out = files.newOutputFile("s3://lake/a/b").create()) {
        out.write(bytes);
      }
    }
    try (ObjectStore store = ObjectStore.start(directory);
        FileIO files = files(store.properties())) {
      store.createBucket("lake"); // which is there
      try (InputStream in = files.newInputFile("s3://lake/a/b").newStream()) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }
    }
  }

  @Test
  void whoHasNotTheKeysIsRefused() {
    try (ObjectStore store = ObjectStore.start(directory)) {
      store.createBucket("lake");
      Map<String, String> wrong = new HashMap<>(store.properties());
      wrong.put(S3FileIOProperties.SECRET_ACCESS_KEY, "wrong");
      try (FileIO files = files(wrong)) {
        assertThatThrownBy(() -> files.newInputFile("s3://lake/a/b").exists())
            .hasMessageContaining("403");
      }
    }
  }

  @Test
  void aBucketIsADirectoryOfTheStoreAndNoOther() {
    try (ObjectStore store = ObjectStore.start(directory.resolve("store"))) {
      assertThatThrownBy(() -> store.createBucket("../lake"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("../lake");
    }
  }

  private static FileIO files(Map<String, String> properties) {
    S3FileIO files = new S3FileIO();
    files.initialize(properties);
    return files;
  }
}
