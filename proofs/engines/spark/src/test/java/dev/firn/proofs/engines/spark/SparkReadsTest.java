package dev.firn.proofs.engines.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.engines.Dialect;
import dev.firn.proofs.engines.EngineRun;
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
    EngineRun run =
        new EngineRun(
            "spark",
            Dialect.SPARK,
            LACKS,
            catalog -> new SparkEngine(catalog, true),
            directory,
            System.out);
    assertThat(run.firnsDoing())
        .as("what Spark reads wrong from Firn's files, and right from Iceberg's own")
        .isEmpty();
  }
}
