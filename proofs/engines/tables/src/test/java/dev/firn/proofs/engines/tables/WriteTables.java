package dev.firn.proofs.engines.tables;

import dev.firn.Firn;
import dev.firn.proofs.engines.TableFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** Writes all tables, and the facts beside them: a process with Firn's class path. */
public final class WriteTables {

  private WriteTables() {}

  /** Takes the directory of the embedded catalog, that of the facts, and a seed. */
  public static void main(String[] args) {
    write(Path.of(args[0]), Path.of(args[1]), Long.parseLong(args[2]));
  }

  static void write(Path directory, Path facts, long seed) {
    Consumer<TableFacts> save =
        table -> {
          try {
            table.save(facts);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    try (JdbcCatalog catalog = open(directory)) {
      TypeTables.write(catalog, seed, save);
      PartitionTables.write(catalog, seed, save);
      new EvolvedTables(catalog, seed, save).write();
      EncodedTables.write(catalog, seed, save);
    }
  }

  /** The embedded catalog, with locations that have a scheme: Trino takes no others. */
  static JdbcCatalog open(Path directory) {
    return Firn.openEmbedded(
        directory,
        Map.of(
            "warehouse",
            "file://" + directory.toAbsolutePath().resolve("warehouse"),
            "firn.local.sync",
            "false"));
  }
}
