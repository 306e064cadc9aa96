package dev.firn.proofs.engines.tables;

import dev.firn.Firn;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** Writes all tables, and the facts beside them: a process with Firn's class path. */
public final class WriteTables {

  private WriteTables() {}

  /**
   * Takes the directory of the embedded catalog, that of the facts, and a seed; then {@code firn}
   * or {@code control}, and the names of the tables, all if there are none.
   */
  public static void main(String[] args) {
    try (JdbcCatalog catalog = open(Path.of(args[0]))) {
      Set<String> wanted = Set.copyOf(List.of(args).subList(4, args.length));
      write(
          new TablePlan(
              catalog,
              Path.of(args[1]),
              Long.parseLong(args[2]),
              wanted,
              args[3].equals("control")));
    }
  }

  static void write(TablePlan plan) {
    TypeTables.write(plan);
    PartitionTables.write(plan);
    new EvolvedTables(plan).write();
    EncodedTables.write(plan);
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
