package dev.firn.proofs.engines.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.engines.Dialect;
import dev.firn.proofs.engines.EngineCheck;
import dev.firn.proofs.engines.FirnProcess;
import dev.firn.proofs.engines.TableFacts;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark reads what Firn wrote: each cell, and each answer that leans on what Firn says of files.
 */
@Tag("integration")
class SparkReadsTest {

  /** Types of Iceberg that Spark 4.0, or Iceberg's connector for it, does not have. */
  private static final Set<String> LACKS =
      Set.of("time", "timestamp_ns", "timestamptz_ns", "geometry", "geography");

  @TempDir Path directory;

  @Test
  void sparkReadsEveryTypeTransformAndEvolvedTable() throws Exception {
    long seed = Long.getLong("firn.seed", 20_260L);
    System.out.println("spark: seed " + seed);
    FirnProcess.writeTables(directory.resolve("firn"), directory.resolve("facts"), seed);
    EngineCheck check = read("firn", "facts");
    EngineCheck control = new EngineCheck("none", Dialect.SPARK, null, LACKS);
    if (!check.differences().isEmpty()) {
      List<String> tables = List.copyOf(check.differences().keySet());
      Path facts = directory.resolve("control-facts");
      FirnProcess.writeControl(directory.resolve("control"), facts, seed, tables);
      control = read("control", "control-facts");
    }
    check
        .differences()
        .forEach(
            (table, some) ->
                System.out.println("spark: differs, " + table + " " + some.size() + ": " + some));
    System.out.println(check.report());
    assertThat(check.differencesBeyond(control))
        .as("what Spark reads wrong from Firn's files, and right from Iceberg's own")
        .isEmpty();
  }

  private EngineCheck read(String who, String facts) throws Exception {
    try (SparkEngine spark = new SparkEngine(directory.resolve(who), true)) {
      EngineCheck check = new EngineCheck("spark", Dialect.SPARK, spark, LACKS);
      for (TableFacts table : TableFacts.loadAll(directory.resolve(facts))) {
        check.check(table);
      }
      System.out.println("spark: files ruled out by predicates: " + spark.skippedFiles());
      assertThat(spark.skippedFiles()).as("files ruled out by predicates").isPositive();
      return check;
    }
  }
}
