package dev.firn.testkit.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.firn.testkit.rest.RestCatalogServer.Refusal;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Iceberg's own client finds what it asks for. */
class RestCatalogServerTest {

  private static final Namespace SNOW = Namespace.of("snow");
  private static final TableIdentifier FLAKES = TableIdentifier.of(SNOW, "flakes");
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
  private static final DataFile FILE =
      DataFiles.builder(PartitionSpec.unpartitioned())
          .withPath("memory://data.parquet")
          .withFileSizeInBytes(100)
          .withRecordCount(7)
          .build();

  private final InMemoryCatalog backend = new InMemoryCatalog();
  private RestCatalogServer server;
  private RESTCatalog catalog;

  @BeforeEach
  void start() {
    backend.initialize("backend", Map.of(CatalogProperties.WAREHOUSE_LOCATION, "memory://tables"));
    server =
        new RestCatalogServer(
            backend, Map.of(CatalogProperties.FILE_IO_IMPL, InMemoryFileIO.class.getName()));
    catalog = client(server);
  }

  /** All that it knows is an address. */
  private static RESTCatalog client(RestCatalogServer server) {
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize("rest", Map.of(CatalogProperties.URI, server.uri()));
    return catalog;
  }

  @AfterEach
  void stop() throws IOException {
    catalog.close();
    server.close();
    backend.close();
  }

  @Test
  void tablesLiveAndDie() {
    catalog.createNamespace(SNOW);
    assertThat(catalog.tableExists(FLAKES)).isFalse();
    Table table = catalog.createTable(FLAKES, SCHEMA);
    assertThat(catalog.tableExists(FLAKES)).isTrue();
    assertThatThrownBy(() -> catalog.createTable(FLAKES, SCHEMA))
        .isInstanceOf(AlreadyExistsException.class);

    table.newAppend().appendFile(FILE).commit();
    assertThat(backend.loadTable(FLAKES).currentSnapshot().summary())
        .containsEntry("total-records", "7");
    assertThat(catalog.loadTable(FLAKES).currentSnapshot())
        .isEqualTo(backend.loadTable(FLAKES).currentSnapshot());

    TableIdentifier crystals = TableIdentifier.of(SNOW, "crystals / white");
    catalog.renameTable(FLAKES, crystals);
    assertThat(catalog.listTables(SNOW)).containsExactly(crystals);
    assertThat(catalog.dropTable(crystals)).isTrue();
    assertThat(catalog.dropTable(crystals)).isFalse();
    assertThatThrownBy(() -> catalog.loadTable(crystals)).isInstanceOf(NoSuchTableException.class);
  }

  @Test
  void aTableMayBeginWithItsFirstRows() {
    catalog.createNamespace(SNOW);
    Transaction create = catalog.newCreateTableTransaction(FLAKES, SCHEMA);
    create.newAppend().appendFile(FILE).commit();
    assertThat(catalog.tableExists(FLAKES)).isFalse();
    create.commitTransaction();
    assertThat(catalog.loadTable(FLAKES).currentSnapshot()).isNotNull();
  }

  @Test
  void namespacesMayLieInOthersAndHaveProperties() {
    Namespace old = Namespace.of("snow", "old, last year's");
    assertThatThrownBy(() -> catalog.listTables(SNOW)).isInstanceOf(NoSuchNamespaceException.class);
    catalog.createNamespace(SNOW);
    catalog.createNamespace(old, new HashMap<>(Map.of("depth", "3 m"))); // asked for null
    assertThat(catalog.listNamespaces()).containsExactly(SNOW);
    assertThat(catalog.listNamespaces(SNOW)).containsExactly(old);
    assertThat(catalog.namespaceExists(old)).isTrue();
    assertThat(catalog.loadNamespaceMetadata(old)).containsEntry("depth", "3 m");
    catalog.setProperties(old, new HashMap<>(Map.of("depth", "2 m")));
    assertThat(catalog.loadNamespaceMetadata(old)).containsEntry("depth", "2 m");

    TableIdentifier firn = TableIdentifier.of(old, "firn");
    catalog.createTable(firn, SCHEMA);
    assertThatThrownBy(() -> catalog.dropNamespace(old))
        .isInstanceOf(NamespaceNotEmptyException.class);
    catalog.dropTable(firn);
    assertThat(catalog.dropNamespace(old)).isTrue();
    assertThat(catalog.namespaceExists(old)).isFalse();
  }

  @Test
  void aSubclassMayAnswerACommitAsItLikes() throws IOException {
    try (RestCatalogServer unwell =
            new RestCatalogServer(backend) {
              @Override
              protected Object update(
                  HttpExchange exchange, TableIdentifier table, UpdateTableRequest request) {
                throw new Refusal(403, "Not today");
              }
            };
        RESTCatalog client = new RESTCatalog()) {
      client.initialize(
          "rest",
          Map.of(
              CatalogProperties.URI,
              unwell.uri(),
              CatalogProperties.FILE_IO_IMPL,
              InMemoryFileIO.class.getName()));
      client.createNamespace(SNOW);
      Table table = client.createTable(FLAKES, SCHEMA);
      assertThatThrownBy(() -> table.newAppend().appendFile(FILE).commit())
          .isInstanceOf(ForbiddenException.class)
          .hasMessageContaining("Not today");
      assertThat(backend.loadTable(FLAKES).currentSnapshot()).isNull();
    }
  }
}
