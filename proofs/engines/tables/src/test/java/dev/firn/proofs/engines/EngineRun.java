package dev.firn.proofs.engines;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One engine's look at all tables. Where it differs from the model, it looks at the same tables
 * again, written by Iceberg's own writer: what it reads wrong from both is the engine's doing, the
 * rest would be Firn's.
 */
public final class EngineRun {

  private static final long DEFAULT_SEED = 20_260;

  private final String name;
  private final Dialect dialect;
  private final Set<String> lacks;
  private final Engine.Opening opening;
  private final Path directory;
  private final PrintStream out;

  /** A run of the engine, in an empty directory, that reports to {@code out}. */
  public EngineRun(
      String name,
      Dialect dialect,
      Set<String> lacks,
      Engine.Opening opening,
      Path directory,
      PrintStream out) {
    this.name = name;
    this.dialect = dialect;
    this.lacks = lacks;
    this.opening = opening;
    this.directory = directory;
    this.out = out;
  }

  /**
   * Reads everything, or the tables of {@code firn.tables}, and returns what is Firn's doing, by
   * table. Prints the rest, and figures.
   */
  public Map<String, List<String>> firnsDoing() throws Exception {
    long seed = Long.getLong("firn.seed", DEFAULT_SEED);
    out.println(name + ": seed " + seed);
    Path facts = directory.resolve("facts");
    String only = System.getProperty("firn.tables", "");
    FirnProcess.writeTables(
        directory.resolve("firn"),
        facts,
        seed,
        only.isEmpty() ? List.of() : List.of(only.split(",")));
    EngineCheck check = read("firn", facts);
    EngineCheck control = new EngineCheck(name, dialect, null, lacks);
    if (!check.differences().isEmpty()) {
      Path controlFacts = directory.resolve("control-facts");
      FirnProcess.writeControl(
          directory.resolve("control"),
          controlFacts,
          seed,
          List.copyOf(check.differences().keySet()));
      control = read("control", controlFacts);
    }
    Map<String, List<String>> firns = check.differencesBeyond(control);
    check
        .differences()
        .forEach(
            (table, some) ->
                out.printf(
                    "%s: %s differs, %d times with Iceberg's own files as well: %s%n",
                    name,
                    table,
                    some.size() - firns.getOrDefault(table, List.of()).size(),
                    String.join("; ", some)));
    for (String table : firns.keySet()) {
      out.printf(
          "%s: %s is Firn's doing; from Iceberg's own files: %s%n",
          name, table, control.differences().getOrDefault(table, List.of()));
    }
    out.println(check.report());
    return firns;
  }

  private EngineCheck read(String catalog, Path facts) throws Exception {
    try (Engine engine = opening.on(directory.resolve(catalog))) {
      EngineCheck check = new EngineCheck(name, dialect, engine, lacks);
      for (TableFacts table : TableFacts.loadAll(facts)) {
        check.check(table);
      }
      return check;
    }
  }
}
