package dev.firn.benchmarks.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class KafkaLinesTest {

  private static Outcome outcome(double seconds, double cpuSeconds, long peakBytes, int files) {
    return new Outcome(
        1_000_000,
        1,
        seconds + 1,
        seconds,
        cpuSeconds + 1,
        cpuSeconds,
        cpuSeconds + 2,
        peakBytes,
        files,
        files * 5_000_000L,
        files / 2);
  }

  @Test
  void aboveOneFirnIsBetter() {
    Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
    outcomes.put("firn", List.of(outcome(10, 3, 100_000_000, 4), outcome(10, 2, 100_000_000, 4)));
    outcomes.put("rival", List.of(outcome(20, 12, 300_000_000, 8), outcome(40, 4, 300_000_000, 8)));
    outcomes.put("limit", List.of(outcome(5, 1, 50_000_000, 0), outcome(5, 1, 50_000_000, 0)));

    assertThat(new KafkaLines("kafka telemetry", outcomes).all())
        .anyMatch(
            line ->
                line.startsWith(
                    "kafka telemetry firn vs rival rows/cpu-s=3.00 rss=3.00 wall=3.00 2.00..4.00"))
        .anyMatch(line -> line.startsWith("kafka telemetry firn vs limit rows/cpu-s=0.42 rss=0.50"))
        .anyMatch(line -> line.endsWith("; 8 files of 5.0 MB, 4 snapshots"))
        .anyMatch(
            line ->
                line.startsWith("kafka telemetry limit: 0.500 M rows/cpu-s (0.500..0.500;")
                    && line.endsWith("first fetch after 1.0 s"));
  }
}
