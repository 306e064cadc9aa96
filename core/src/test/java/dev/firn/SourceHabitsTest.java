package dev.firn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Habits that only show in the sources, not in the compiled classes. */
class SourceHabitsTest {
  private static final int LONG_FILE = 400;
  private static final String REASON = "Over 400 lines because";
  private static final Path MAIN = Path.of("src", "main", "java");
  private static final Pattern TYPE =
      Pattern.compile(
          "^(?:[a-z-]+ )*(?:class|interface|record|enum|@interface) ", Pattern.MULTILINE);

  @Test
  void aLongFileSaysInItsHeadWhyItIsLong() {
    assertThat(sources().filter(file -> lines(file).size() > LONG_FILE && !givesReason(file)))
        .as("files over %d lines whose class Javadoc does not say '%s ...'", LONG_FILE, REASON)
        .isEmpty();
  }

  @Test
  void everyPackageSaysItsDutyAndIsNullMarked() {
    assertThat(sources().map(Path::getParent).distinct().filter(folder -> !introduced(folder)))
        .as("packages without a package-info that has Javadoc and @NullMarked")
        .isEmpty();
  }

  @Test
  void nothingIsLeftToDo() {
    assertThat(
            sources()
                .filter(
                    file ->
                        lines(file).stream()
                            .anyMatch(line -> line.matches(".*\\b(TODO|FIXME|XXX)\\b.*"))))
        .as("files with open ends: finish it or write it down as an issue")
        .isEmpty();
  }

  private static boolean givesReason(Path file) {
    String text = String.join("\n", lines(file));
    Matcher type = TYPE.matcher(text);
    String head = type.find() ? text.substring(0, type.start()) : text;
    return head.replaceAll("\\s+\\*?\\s*", " ").contains(REASON);
  }

  private static boolean introduced(Path folder) {
    Path info = folder.resolve("package-info.java");
    return Files.exists(info)
        && lines(info).contains("@NullMarked")
        && lines(info).get(0).startsWith("/**");
  }

  private static Stream<Path> sources() {
    try (Stream<Path> files = Files.walk(MAIN)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
