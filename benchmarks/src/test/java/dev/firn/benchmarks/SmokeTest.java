package dev.firn.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.benchmarks.encode.EncodeBenchmark;
import dev.firn.benchmarks.rows.Workload;
import dev.firn.benchmarks.rows.Workloads;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Every benchmark still runs, and all contestants still write the same rows. No figures. */
final class SmokeTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Run run =
      new Run(1, 1, 0.0003, new PrintStream(printed, true, StandardCharsets.UTF_8));

  @Test
  void everyContestantWritesTheRowsOfEveryWorkload() throws Exception {
    for (Workload<?> workload : Workloads.all()) {
      EncodeBenchmark.run(workload, run);
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .containsPattern(
              "encode " + workload.name() + "(/typed vs iceberg-generic cpu=| skipped:)");
    }
  }
}
