package dev.firn.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A {@link GroupMember} in a JVM of its own, and what can be done to it. */
final class MemberProcess implements AutoCloseable {

  /** Far more than all of it takes. */
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);

  private static final long SECONDS_TO_STOP = 60;

  private final String name;
  private final Process process;
  private final CompletableFuture<Void> listening;
  private volatile int partitions;

  private MemberProcess(String name, Process process, PrintStream out) {
    this.name = name;
    this.process = process;
    this.listening = CompletableFuture.runAsync(() -> listen(out));
  }

  static MemberProcess start(String name, Path tables, String broker, String topic, PrintStream out)
      throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", // a short life: starting fast is what counts
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            GroupMember.class.getName(),
            name,
            tables.toString(),
            broker,
            topic);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    return new MemberProcess(name, builder.start(), out);
  }

  /** Passes on what the process says, which is a list of partitions. */
  private void listen(PrintStream out) {
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        out.println(line);
        partitions = (int) line.chars().filter(Character::isDigit).count();
      }
    } catch (IOException killed) {
      partitions = 0; // it says no more
    }
  }

  /** How many partitions it reads now. */
  int partitions() {
    return partitions;
  }

  /** Waits until {@code condition} holds, which this process is to bring about. */
  void await(BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() - begin > PATIENCE_NANOS) {
        throw new IllegalStateException(
            name + (process.isAlive() ? " does not get on" : " has stopped by itself"));
      }
      DemoKafka.waitAMoment();
    }
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    listening.join();
  }

  /** As {@code kill}, which lets it commit and leave. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
      throw new IllegalStateException(name + " does not stop");
    }
    listening.join();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
