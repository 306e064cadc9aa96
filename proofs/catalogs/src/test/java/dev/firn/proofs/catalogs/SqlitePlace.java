package dev.firn.proofs.catalogs;

import dev.firn.Firn;
import dev.firn.internal.local.LocalFileIO;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.Catalog;

/** The embedded catalog, in SQLite, with {@link CutDriver} between. */
final class SqlitePlace implements FaultyCatalogPlace {

  private final Path folder;
  private final CutDriver.Knife knife = new CutDriver.Knife();
  private final String url;

  SqlitePlace(Path folder) {
    this.folder = folder;
    String real = "jdbc:sqlite:" + folder.resolve("catalog.db") + "?busy_timeout=30000";
    this.url = CutDriver.url(UUID.randomUUID().toString(), real, knife);
  }

  @Override
  public Catalog client(Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(properties);
    all.put(CatalogProperties.URI, url);
    all.put(LocalFileIO.SYNC, "false");
    return Firn.openEmbedded(folder, all);
  }

  @Override
  public Catalog healthy() {
    return Firn.openEmbedded(folder, Map.of(LocalFileIO.SYNC, "false"));
  }

  @Override
  public Map<String, String> impatience() {
    return Map.of();
  }

  @Override
  public void strikeNext(Strike strike) {
    knife.strikeNext(strike);
  }

  @Override
  public void heal() {
    knife.heal();
  }

  @Override
  public void close() {}
}
