package dev.firn.benchmarks.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.rows.Workloads;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The benchmark still runs, and Firn still writes what was produced. No figures. */
final class KafkaBenchmarkTest {

  @Test
  @Tag("slow")
  void everyEventOfTheTopicIsInTheTable() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Run run =
        new Run(1, Duration.ZERO, 0.001, new PrintStream(printed, true, StandardCharsets.UTF_8));
    KafkaBenchmark.run(
        List.of(Contenders.FIRN, Contenders.LIMIT),
        Workloads.events("wide"),
        Duration.ofMillis(200),
        run);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("kafka wide " + Contenders.FIRN.name() + " vs limit rows/cpu-s=");
  }
}
