package dev.firn.proofs.crash;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One source's child process, started anew after every kill; and its trace. One thread. */
final class Child {

  private final Path folder;
  private final Variant variant;
  private final String source;
  private final Path log;
  private final Path traceFile;
  private final Trace trace;
  private Process process;
  private long generation;

  Child(Path folder, Variant variant, String source) throws IOException {
    this.folder = folder;
    this.variant = variant;
    this.source = source;
    this.log = folder.resolve("child-" + source + ".log");
    this.traceFile = folder.resolve("child-" + source + ".trace");
    this.trace = Trace.open(traceFile);
  }

  String source() {
    return source;
  }

  Trace trace() {
    return trace;
  }

  /** Starts the process; it writes up to {@code end}. */
  void start(long end) throws IOException {
    trace.reset(end);
    generation++;
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx160m",
                "-cp",
                classPath(),
                StreamChild.class.getName(),
                folder.resolve("catalog").toString(),
                variant.name(),
                source,
                Long.toString(generation),
                traceFile.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  private static String classPath() {
    // Surefire's own class path is one jar that names the others: slower to start from.
    String whole = System.getProperty("surefire.test.class.path");
    return whole == null
        ? System.getProperty("java.class.path")
        : String.join(File.pathSeparator, List.of(whole.split(File.pathSeparator)));
  }

  /** Kills it, as {@code kill -9} does, and returns where it was. */
  Trace.Phase kill() throws InterruptedException, IOException {
    process.destroyForcibly();
    int status = process.waitFor();
    if (status != 128 + 9) {
      throw new AssertionError("the child ended by itself with " + status + ": " + tail());
    }
    return trace.phase();
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Waits until it has come to its end. */
  void awaitEnd() throws InterruptedException, IOException {
    if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new AssertionError("the last child did not come to its end: " + tail());
    }
  }

  /** Ends it, whatever has happened. */
  void stop() throws InterruptedException {
    if (isAlive()) {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  /** The end of what it printed. */
  String tail() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }
}
