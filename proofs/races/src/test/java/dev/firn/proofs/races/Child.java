package dev.firn.proofs.races;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process of its own, for it runs with other classes than this one, and may hang.
 *
 * @param output what it said, on both its streams
 * @param exit its exit code, or {@link #HUNG}
 */
record Child(String output, int exit) {

  static final int HUNG = -1;

  /**
   * Runs {@code main} in {@code directory}, whose classes come before all others, and ends it when
   * the time is up.
   */
  static Child run(Path directory, Duration patience, String main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-cp");
    command.add(classPath(directory));
    command.add(main);
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(directory, "child", ".out");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = false;
    try {
      ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    return new Child(Files.readString(output), ended ? process.exitValue() : HUNG);
  }

  /** What is there of this process's; jcstress does not bear with entries that are not. */
  private static String classPath(Path first) {
    String rest = System.getProperty("java.class.path");
    return Stream.concat(Stream.of(first.toString()), Stream.of(rest.split(File.pathSeparator)))
        .filter(entry -> Files.exists(Path.of(entry)))
        .collect(joining(File.pathSeparator));
  }
}
