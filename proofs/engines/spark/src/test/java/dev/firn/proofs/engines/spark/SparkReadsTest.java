package dev.firn.proofs.engines.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.engines.Dialect;
import dev.firn.proofs.engines.EngineCheck;
import dev.firn.proofs.engines.FirnProcess;
import dev.firn.proofs.engines.TableFacts;
import java.nio.file.Path;
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
    Path facts = directory.resolve("facts");
    FirnProcess.writeTables(directory, facts, seed);
    try (SparkEngine spark = new SparkEngine(directory)) {
      EngineCheck check = new EngineCheck("spark", Dialect.SPARK, spark, LACKS);
      for (TableFacts table : TableFacts.loadAll(facts)) {
        check.check(table);
      }
      System.out.println("spark: files that predicates ruled out: " + spark.skippedFiles());
      System.out.println(check.report());
      assertThat(check.differences()).isEmpty();
      assertThat(spark.skippedFiles()).as("files that predicates ruled out").isPositive();
    }
  }
}
