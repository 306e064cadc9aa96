package dev.firn.proofs.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is secret in properties, URLs and the application's objects shows nowhere. */
class SecretsTest {

  private static final String SECRET = "hunter2-7f3a";

  @TempDir Path folder;

  @Test
  void noSecretShowsInLogsTokensBytesOrFailures() throws Exception {
    assertThat(outputOf())
        .contains("the end of the road")
        .as("what was looked at: rejections, failed commits, unknown outcomes, URLs, tokens, logs")
        .contains("RecordRejectedException", "jdbc:nosuch", "firn.tok", "StagedCommit[")
        .contains("TableGoneException", "InvalidTokenException")
        .doesNotContain(SECRET);
  }

  @Test
  void aSecretThatShowsIsSeen() throws Exception {
    assertThat(outputOf("leak")).contains(SECRET);
  }

  private String outputOf(String... more) throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.log.dev.firn=trace",
                "-Dorg.slf4j.simpleLogger.log.dev.firn.internal.commit=trace",
                "-cp",
                System.getProperty("java.class.path"),
                SecretRoad.class.getName(),
                folder.resolve("catalog").toString(),
                SECRET));
    command.addAll(List.of(more));
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    String text = Files.readString(output, StandardCharsets.ISO_8859_1);
    assertThat(exit).as(text).isZero();
    return text;
  }
}
