package dev.firn.examples.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example reports what it promises; the report is made by a reader that finds all in S3. */
class KafkaToS3Test {

  @TempDir Path directory;

  @BeforeAll
  static void writeNumbersTheSameEverywhere() {
    Locale.setDefault(Locale.ROOT);
  }

  private String report(int events) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      KafkaToS3.run(directory, events, out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void theWeekIsInTheStoreOnceThoughItIsRunTwice() throws Exception {
    assertThat(report(0))
        .contains("The table held 0 rows; this run added 1,707.")
        .contains("1,707 rows visible")
        .contains("0 records missing, 0 doubled");
    assertThat(report(2_000))
        .contains("The table held 1,707 rows; this run added 0.")
        .contains("The table held 0 rows; this run added 2,000.");
    assertThat(parquetFiles(directory))
        .isNotEmpty()
        .allMatch(file -> file.startsWith(directory.resolve("store/lake/warehouse")));
  }

  private static List<Path> parquetFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }
}
