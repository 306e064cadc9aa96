package dev.firn.proofs.engines.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.engines.Dialect;
import dev.firn.proofs.engines.EngineRun;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flink reads what Firn wrote: each cell, and each answer that leans on what Firn says of files.
 */
@Tag("integration")
class FlinkReadsTest {

  /** Types of Iceberg that Flink 2.0, or Iceberg's connector for it, does not have. */
  private static final Set<String> LACKS = Set.of("geometry", "geography");

  @TempDir Path directory;

  @Test
  void flinkReadsEveryTypeTransformAndEvolvedTable() throws Exception {
    EngineRun run =
        new EngineRun("flink", Dialect.FLINK, LACKS, FlinkEngine::new, directory, System.out);
    assertThat(run.firnsDoing())
        .as("what Flink reads wrong from Firn's files, and right from Iceberg's own")
        .isEmpty();
  }
}
