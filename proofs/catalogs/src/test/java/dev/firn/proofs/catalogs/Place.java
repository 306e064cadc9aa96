package dev.firn.proofs.catalogs;

import java.nio.file.Path;
import java.time.Duration;

/** Which catalog. */
enum Place {
  REST("REST over HTTP") {
    @Override
    FaultyCatalogPlace open(Path folder, Duration slow) {
      return new RestPlace(folder, slow);
    }
  },
  POSTGRESQL("JDBC, PostgreSQL") {
    @Override
    FaultyCatalogPlace open(Path folder, Duration slow) {
      return new PostgresPlace(folder);
    }
  },
  SQLITE("JDBC, SQLite") {
    @Override
    FaultyCatalogPlace open(Path folder, Duration slow) {
      return new SqlitePlace(folder);
    }
  };

  final String title;

  Place(String title) {
    this.title = title;
  }

  /** A catalog of its own, with its files in {@code folder}. */
  abstract FaultyCatalogPlace open(Path folder, Duration slow);
}
