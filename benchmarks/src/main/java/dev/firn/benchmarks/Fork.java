package dev.firn.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main of this class path in a JVM of its own, with the options of this one. */
final class Fork {

  private Fork() {}

  /**
   * Returns the lines that {@code main} printed; they go to {@code out} as they come.
   *
   * @throws IOException if it ended with an error
   */
  static List<String> run(
      Class<?> main, List<String> jvmOptions, List<String> arguments, PrintStream out)
      throws IOException {
    return run(main.getName(), jvmOptions, arguments, out);
  }

  /** As {@link #run(Class, List, List, PrintStream)}, for a main that must not be imported. */
  static List<String> run(
      String main, List<String> jvmOptions, List<String> arguments, PrintStream out)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main);
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = reader.readLine()) != null) {
        lines.add(line);
        out.println(line);
      }
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(main + " " + String.join(" ", arguments) + " ended with " + code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroy();
    }
    return lines;
  }
}
