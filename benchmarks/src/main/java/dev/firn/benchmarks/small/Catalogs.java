package dev.firn.benchmarks.small;

import dev.firn.Firn;
import dev.firn.benchmarks.encode.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** The catalogs on which commits are measured. */
final class Catalogs {

  /** With everything in memory; with SQLite and local files; the same, forced to disk. */
  static final List<String> NAMES = List.of("in-memory", "sqlite", "sqlite-sync");

  private Catalogs() {}

  /** A catalog, and how to be rid of it. */
  record Opened(Catalog catalog, AutoCloseable closing) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      closing.close();
    }
  }

  static Opened open(String name) throws IOException {
    if (name.equals("in-memory")) {
      InMemoryCatalog catalog = new InMemoryCatalog();
      catalog.initialize("bench", Map.of());
      return new Opened(catalog, catalog);
    }
    Path directory = Place.newDirectory(name.equals("sqlite-sync"));
    JdbcCatalog catalog =
        Firn.openEmbedded(
            directory, Map.of("firn.local.sync", Boolean.toString(name.equals("sqlite-sync"))));
    return new Opened(
        catalog,
        () -> {
          catalog.close();
          Place.delete(directory);
        });
  }
}
