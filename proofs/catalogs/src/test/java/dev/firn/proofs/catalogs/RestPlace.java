package dev.firn.proofs.catalogs;

import dev.firn.Firn;
import dev.firn.internal.local.LocalFileIO;
import dev.firn.testkit.rest.RestCatalogServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.RESTCatalog;

/** A REST catalog behind {@link RestProxy}. */
final class RestPlace implements FaultyCatalogPlace {

  private final JdbcCatalog backend;
  private final RestCatalogServer service;
  private final RestProxy proxy;

  RestPlace(Path folder, Duration slow) {
    this.backend = Firn.openEmbedded(folder, Map.of(LocalFileIO.SYNC, "false"));
    this.service = new RestCatalogServer(backend);
    this.proxy = new RestProxy(service.port(), slow);
  }

  @Override
  public Catalog client(Map<String, String> properties) {
    return client(proxy.port(), properties);
  }

  @Override
  public Catalog healthy() {
    return client(service.port(), Map.of());
  }

  private static Catalog client(int port, Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(properties);
    all.put(CatalogProperties.URI, "http://127.0.0.1:" + port);
    all.put(CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName());
    all.put(LocalFileIO.SYNC, "false");
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize("rest", all);
    return catalog;
  }

  @Override
  public Map<String, String> impatience() {
    return Map.of("rest.client.socket-timeout-ms", "2000");
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
    service.close();
    backend.close();
  }
}
