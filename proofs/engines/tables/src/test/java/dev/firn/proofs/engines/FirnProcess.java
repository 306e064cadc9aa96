package dev.firn.proofs.engines;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process with Firn's class path, beside an engine with its own. */
public final class FirnProcess implements AutoCloseable {

  /** Where the tests of an engine find it: they run in the directories of their modules. */
  private static final Path TABLES = Path.of("..", "tables", "target").toAbsolutePath().normalize();

  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;

  private FirnProcess(Process process) {
    this.process = process;
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Writes tables with Firn, all if none are named, and the facts beside them. */
  public static void writeTables(Path directory, Path facts, long seed, List<String> tables)
      throws IOException, InterruptedException {
    write(directory, facts, seed, "firn", tables);
  }

  /** Writes the same tables with Iceberg's own writer. */
  public static void writeControl(Path directory, Path facts, long seed, List<String> tables)
      throws IOException, InterruptedException {
    write(directory, facts, seed, "control", tables);
  }

  private static void write(Path directory, Path facts, long seed, String who, List<String> tables)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(directory.toString(), facts.toString(), String.valueOf(seed), who));
    arguments.addAll(tables);
    Process process = start(ProcessBuilder.Redirect.DISCARD, "WriteTables", arguments);
    if (process.waitFor() != 0) {
      throw new IOException("The process that writes the tables has failed");
    }
  }

  /** A writer of one table, which answers requests until it is closed or killed. */
  public static FirnProcess writer(Path directory, String table) throws IOException {
    return new FirnProcess(
        start(ProcessBuilder.Redirect.PIPE, "WriterLoop", List.of(directory.toString(), table)));
  }

  /** The same, of a table that is upserted by its key. */
  public static FirnProcess upserter(Path directory, String table) throws IOException {
    return new FirnProcess(
        start(ProcessBuilder.Redirect.PIPE, "UpsertLoop", List.of(directory.toString(), table)));
  }

  private static Process start(ProcessBuilder.Redirect output, String main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(
        Path.of(
                System.getProperty("firn.java.home", System.getProperty("java.home")),
                "bin",
                "java")
            .toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-Duser.timezone=UTC", "-cp"));
    command.add(
        TABLES.resolve("test-classes")
            + ":"
            + Files.readString(TABLES.resolve("class-path.txt")).strip());
    command.add("dev.firn.proofs.engines.tables." + main);
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectOutput(output)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Sends a request, and waits for the answer. */
  public String ask(String request) {
    send(request);
    return await();
  }

  /** Sends a request whose answer is fetched later. */
  public void send(String request) {
    try {
      requests.write(request + "\n");
      requests.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer to the oldest request without one. */
  public String await() {
    try {
      String answer = answers.readLine();
      if (answer == null || !answer.startsWith("ok")) {
        throw new IllegalStateException("Firn answers: " + answer);
      }
      return answer.substring(2).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the process in the middle of whatever it does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException, IOException {
    requests.close();
    process.waitFor();
  }
}
