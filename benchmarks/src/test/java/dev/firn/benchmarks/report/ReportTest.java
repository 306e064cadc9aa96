package dev.firn.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {

  @TempDir Path directory;

  @Test
  void everyPlaceInTheTemplateIsFilled() throws Exception {
    new Report(
            List.of(
                "# a header",
                "encode iot/typed vs iceberg-generic cpu=3.33 wall=2.77 2.62..3.37 size=0.998"
                    + " alloc=47 [236] caller=3.33 (wall 2.10..2.90, 2.691 M rows/cpu-s)",
                "encode flights skipped: no file",
                "commit growth/sqlite/3000 wall=1.05 (last 100: 4.20 ms, first 100: 4.00 ms)",
                "upsert v3/scan vs compacted cpu=0.50 wall=0.48 0.45..0.55 size=1.976 alloc=990 [451]"
                    + " caller=0.45:960 (wall 0.39..0.56, 0.965 M rows/cpu-s) 1.04 us cpu",
                "upsert flink firn vs flink rows/cpu-s=9.00 8.00..9.50",
                "kafka telemetry firn vs connect rows/cpu-s=2.00 rss=1.10 wall=3.00 1.90..2.10",
                "kafka-freshness telemetry firn: p50=0.50 s",
                "profile iot/typed 40.0 % zstd",
                "profile iot/typed 10.0 % statistics",
                "profile upsert 20.3 % encode",
                "profile iot/typed 8.0 % statistics | FloatingRange.add:12"))
        .write(directory, "a machine");

    assertThat(Files.readString(directory.resolve("RESULTS.md")))
        .doesNotContain("${")
        .contains(
            "| iot/typed | iceberg-generic | **3.33** | 2.62..3.37 | 2.77 | 0.998 | 47 | 236 |")
        .contains("- encode flights skipped: no file")
        .contains("wall=3.00 1.90..2.10\nkafka-freshness telemetry firn: p50=0.50 s\n```")
        .contains("| v3/scan | compacted | **0.50** | 0.45..0.55 | 0.48 | 1.976 | 990 | 451 |")
        .contains("```\nupsert flink firn vs flink rows/cpu-s=9.00 8.00..9.50\n```")
        .contains("| encode | 20.3 % |")
        .contains("| zstd | 40 % |")
        .contains(
            "| **the floor: zstd, page checksums, file and footer, columns in memory** | 40 % |");
    assertThat(Files.readString(directory.resolve("results-encode.svg")))
        .contains("iot/typed vs iceberg-generic");
  }
}
