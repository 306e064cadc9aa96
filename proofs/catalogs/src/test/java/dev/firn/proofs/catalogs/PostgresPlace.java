package dev.firn.proofs.catalogs;

import dev.firn.internal.local.LocalFileIO;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;

/** A JDBC catalog in PostgreSQL behind {@link PostgresProxy}. */
final class PostgresPlace implements FaultyCatalogPlace {

  /** One server for all tests; it is stopped with the process. */
  private static final class Server {
    static final EmbeddedPostgres INSTANCE = start();

    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres server =
            EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
        // Two catalogs that make Iceberg's tables at the same time get in each other's way.
        openCatalog("first", server.getPort(), Path.of("unused"), Map.of());
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Whose tables are whose: the server is shared. */
  private final String catalogName = "catalog-" + UUID.randomUUID();

  private final Path folder;
  private final PostgresProxy proxy;

  PostgresPlace(Path folder) {
    this.folder = folder;
    this.proxy = new PostgresProxy(Server.INSTANCE.getPort());
  }

  @Override
  public Catalog client(Map<String, String> properties) {
    return openCatalog(catalogName, proxy.port(), folder, properties);
  }

  @Override
  public Catalog healthy() {
    return openCatalog(catalogName, Server.INSTANCE.getPort(), folder, Map.of());
  }

  private static Catalog openCatalog(
      String name, int port, Path folder, Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(properties);
    all.put(CatalogUtil.ICEBERG_CATALOG_TYPE, CatalogUtil.ICEBERG_CATALOG_TYPE_JDBC);
    // The text of every statement is sent each time, so that the proxy can know it.
    all.put(
        CatalogProperties.URI,
        "jdbc:postgresql://127.0.0.1:"
            + port
            + "/postgres?user=postgres&sslmode=disable&gssEncMode=disable&prepareThreshold=0");
    all.put(CatalogProperties.WAREHOUSE_LOCATION, folder.toString());
    all.put(CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName());
    all.put(LocalFileIO.SYNC, "false");
    all.put("jdbc.schema-version", "V1");
    return CatalogUtil.buildIcebergCatalog(name, all, null);
  }

  @Override
  public Map<String, String> impatience() {
    return Map.of("jdbc.socketTimeout", "2");
  }

  @Override
  public void strikeNext(Strike strike) {
    proxy.strikeNext(strike);
  }

  @Override
  public void heal() {
    proxy.heal();
  }

  @Override
  public void close() {
    proxy.close();
  }
}
