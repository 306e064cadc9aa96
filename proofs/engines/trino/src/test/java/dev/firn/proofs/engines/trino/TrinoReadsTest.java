package dev.firn.proofs.engines.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trino reads what Firn wrote, in a process of its own: it wants Java 25. */
@Tag("integration")
class TrinoReadsTest {

  private static final String JAVA = "25";

  @TempDir Path directory;

  @Test
  void trinoReadsEveryTypeTransformAndEvolvedTable() throws Exception {
    Optional<Path> java = java25();
    if (java.isEmpty()) {
      System.out.println(
          "trino: skipped all tables, no Java 25 in JAVA_HOME_25 or beside "
              + System.getProperty("java.home"));
      System.out.println("trino: tables=0 rows=0 cells=0 predicates=0 skipped=all");
    }
    assumeTrue(java.isPresent(), "no Java 25");
    Process process =
        new ProcessBuilder(
                java.get().resolve("bin/java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-Duser.timezone=UTC",
                "-Dfirn.java.home=" + System.getProperty("java.home"),
                "-Dfirn.seed=" + Long.getLong("firn.seed", 20_260L),
                "-Dfirn.tables=" + System.getProperty("firn.tables", ""),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Files.readString(Path.of("target", "class-path.txt")).strip(),
                Path.of("src", "trino", "java", "TrinoReads.java").toString(),
                directory.toString())
            .redirectError(Path.of("target", "trino.log").toFile())
            .start();
    // Not inherited: the standard output of this JVM belongs to the build.
    process.inputReader().lines().forEach(System.out::println);
    assertThat(process.waitFor()).as("exit code of the process, see target/trino.log").isZero();
  }

  /** A Java 25: the one that is named, or one installed beside the Java of this build. */
  private static Optional<Path> java25() throws IOException {
    String named = System.getenv("JAVA_HOME_25");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    Path here = Path.of(System.getProperty("java.home"));
    try (Stream<Path> beside = Files.list(here.toAbsolutePath().getParent())) {
      List<Path> found = beside.filter(TrinoReadsTest::isJava25).sorted().toList();
      return found.stream().findFirst();
    }
  }

  private static boolean isJava25(Path home) {
    try {
      return Files.readAllLines(home.resolve("release")).stream()
          .anyMatch(line -> line.startsWith("JAVA_VERSION=\"" + JAVA));
    } catch (IOException e) {
      return false; // not a Java
    }
  }
}
