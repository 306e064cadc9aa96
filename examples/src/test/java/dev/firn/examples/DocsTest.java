package dev.firn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The docs keep their word: their code is code of the examples, and their links lead somewhere. */
class DocsTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(?:#[^)]*)?\\)");

  @Test
  void theTwoCommandsStandAloneInTheReadmesFirstTwoBlocks() throws IOException {
    assertThat(blocks(ROOT.resolve("README.md"), "sh"))
        .startsWith("mvn -q -B -pl examples -am compile -Dexample=QuickStart\n", "mvn -B verify\n");
  }

  @Test
  void everyPieceOfJavaInTheDocsIsCompiledInTheExamples() throws IOException {
    List<String> sources = new ArrayList<>();
    for (Path source : List.of(Path.of("src"), Path.of("s3/src"))) {
      for (Path file : files(source, ".java")) {
        sources.add(withoutIndent(Files.readString(file)));
      }
    }
    for (Path doc : docs()) {
      for (String block : blocks(doc, "java")) {
        assertThat(sources)
            .as("a source of the examples holds this piece of %s:%n%s", doc, block)
            .anyMatch(source -> source.contains(withoutIndent(block)));
      }
    }
  }

  @Test
  void everyRelativeLinkLeadsToAFile() throws IOException {
    for (Path doc : docs()) {
      Matcher link = LINK.matcher(Files.readString(doc));
      while (link.find()) {
        if (!link.group(1).contains("://")) {
          assertThat(doc.resolveSibling(link.group(1))).as("a link of %s", doc).exists();
        }
      }
    }
  }

  private static List<Path> docs() throws IOException {
    List<Path> docs = files(ROOT.resolve("docs"), ".md");
    for (String name : List.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
      docs.add(ROOT.resolve(name));
    }
    return docs;
  }

  private static List<Path> files(Path directory, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .collect(Collectors.toCollection(ArrayList::new));
    }
  }

  private static List<String> blocks(Path doc, String language) throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(doc));
    List<String> found = new ArrayList<>();
    while (block.find()) {
      if (block.group(1).equals(language)) {
        found.add(block.group(2));
      }
    }
    return found;
  }

  /** The lines that say something, without the spaces around them. */
  private static String withoutIndent(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n", "\n", "\n"));
  }
}
