package dev.firn.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLimitTest {

  private static final Pattern REPORT =
      Pattern.compile(
          "rows=(\\d+) committed=(\\d+) longestPauseMillis=(\\d+) peakBufferedBytes=(\\d+)");

  @TempDir Path directory;

  @Test
  void twoThousandPartitionsAndAnEndlessStreamFitIntoASmallHeap() throws Exception {
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    EndlessStream.class.getName(),
                    directory.toString(),
                    System.getProperty("firn.endless.seconds", "4"),
                    "2000",
                    "64"))
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes());
    assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(output).doesNotContain("OutOfMemoryError");
    Matcher report = REPORT.matcher(output);
    assertThat(report.find()).as(output).isTrue();
    long rows = Long.parseLong(report.group(1));
    assertThat(Long.parseLong(report.group(2))).as("committed").isEqualTo(rows);
    assertThat(rows).isPositive();
    assertThat(Long.parseLong(report.group(3))).as("longest pause, ms").isLessThan(60_000);
    assertThat(Long.parseLong(report.group(4)))
        .as("peak of bytes buffered: the limit and a page's overshoot")
        .isLessThan((64L << 20) * 5 / 4);
  }
}
