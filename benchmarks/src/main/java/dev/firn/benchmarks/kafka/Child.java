package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.kafka.contender.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A contender's JVM, looked at from outside: Linux says what it has used. Beside the heap
 * everything is the JVM's choice. The property {@value #MORE_OPTIONS} adds options for all, divided
 * by blanks, for instance of the flight recorder.
 */
final class Child implements AutoCloseable {

  private static final List<String> OPTIONS =
      List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Duser.timezone=UTC");
  private static final String MORE_OPTIONS = "firn.bench.kafka.options";
  private static final int STOP_SECONDS = 10;
  private static final int LAST_LINES = 40;
  private static final String PEAK = "VmHWM:";

  private final String name;
  private final Path log;
  private final Process process;

  private Child(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  static Child start(Contender contender, Task task, Path scratch, int heapMegabytes)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heapMegabytes + "m");
    command.addAll(OPTIONS);
    Stream.of(System.getProperty(MORE_OPTIONS, "").split(" ", -1))
        .filter(option -> !option.isEmpty())
        .forEach(command::add);
    command.addAll(contender.command(task, scratch));
    Path log = scratch.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(scratch.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new Child(contender.name(), log, process);
  }

  /** Waits a little, and throws if the process has ended. */
  void pause(long millis) throws IOException, InterruptedException {
    if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
      throw new IOException(name + " ended with " + process.exitValue() + lastWords());
    }
  }

  /** What it has said, for the message of a failure. */
  String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return ":\n"
        + String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  /** Processor time of all its threads, compilers and garbage collector included. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The most memory that it had resident, in bytes. */
  long peakBytes() throws IOException {
    for (String line :
        Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      if (line.startsWith(PEAK)) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("This system does not say how much memory " + name + " had");
  }

  /** Ends it, and kills it if it does not end by itself. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
