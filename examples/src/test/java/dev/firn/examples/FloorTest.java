package dev.firn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Floor 8: examples stand where users stand. */
class FloorTest {

  private static final Pattern IMPORT =
      Pattern.compile("import (?:static )?(dev\\.firn\\.[\\w.*]+);");
  private static final Pattern ALLOWED =
      Pattern.compile(
          "dev\\.firn\\.(?:Firn|(?:api|examples|testkit)\\.[\\w.]+"
              + "|kafka\\.(?:(?:format|metrics)\\.)?[A-Z][\\w.]+)");

  @Test
  void examplesImportOnlyWhatUsersMay() throws IOException {
    List<String> imports = new ArrayList<>();
    try (Stream<Path> files =
        Stream.concat(Files.walk(Path.of("src")), Files.walk(Path.of("s3/src")))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        Matcher found = IMPORT.matcher(Files.readString(file));
        while (found.find()) {
          imports.add(found.group(1));
        }
      }
    }
    assertThat(imports).contains("dev.firn.Firn").allMatch(ALLOWED.asMatchPredicate());
  }
}
