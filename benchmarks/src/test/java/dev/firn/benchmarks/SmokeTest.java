package dev.firn.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.benchmarks.encode.EncodeBenchmark;
import dev.firn.benchmarks.rows.Workload;
import dev.firn.benchmarks.rows.Workloads;
import dev.firn.benchmarks.small.CommitBenchmark;
import dev.firn.benchmarks.small.GroupBenchmark;
import dev.firn.benchmarks.small.GrowthBenchmark;
import dev.firn.benchmarks.small.TinyFileBenchmark;
import dev.firn.benchmarks.upsert.UpsertBenchmark;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Every benchmark still runs, and all contestants still write the same rows. No figures. */
final class SmokeTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Run run =
      new Run(1, Duration.ZERO, 0.0003, new PrintStream(printed, true, StandardCharsets.UTF_8));

  @Test
  void everyContestantWritesTheRowsOfEveryWorkload() throws Exception {
    for (Workload<?> workload : Workloads.all()) {
      EncodeBenchmark.run(workload, run);
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .containsPattern(
              "encode " + workload.name() + "(/typed vs iceberg-generic cpu=| skipped:)");
    }
  }

  @Test
  void tinyFilesAreReadBack() throws Exception {
    TinyFileBenchmark.run(Workloads.named("wide"), 3, run);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("tiny-file wide/3 vs iceberg-generic");
  }

  @Test
  void commitsAreReadBack() throws Exception {
    for (String catalog : CommitBenchmark.catalogs()) {
      CommitBenchmark.run(catalog, run);
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .contains("commit " + catalog + " vs newAppend");
    }
    GrowthBenchmark.run("in-memory", new Run(1, Duration.ZERO, 0.002, run.out()));
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("commit growth/in-memory/expired/6 wall=")
        .contains("commit growth/in-memory/kept/6 wall=");
    GroupBenchmark.run("in-memory", run);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("commit group/in-memory/8 separate:")
        .contains("commit group/in-memory/8 grouped:");
  }

  @Test
  void upsertsAreReadBack() throws Exception {
    for (String version : UpsertBenchmark.versions()) {
      UpsertBenchmark.run(version, run);
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .contains("upsert " + version + "/write vs equality-deletes cpu=")
          .contains("upsert " + version + "/scan vs compacted cpu=")
          .contains("upsert " + version + "/write+rewrite vs equality-deletes cpu=")
          .contains("upsert " + version + "/scan-rewritten vs compacted cpu=");
    }
  }
}
