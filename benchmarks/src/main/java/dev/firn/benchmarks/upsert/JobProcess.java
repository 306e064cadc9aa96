package dev.firn.benchmarks.upsert;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A JVM that does one job, says what it has cost, and ends. All get the same heap. */
final class JobProcess {

  /** All rows are in memory, and neither is to pay for a heap that they nearly fill. */
  private static final List<String> HEAP = List.of("-Xms6g", "-Xmx6g", "-XX:+AlwaysPreTouch");

  private final List<String> command = new ArrayList<>();

  private JobProcess() {}

  /** A main of this class path. */
  static JobProcess here(Class<?> main, String... arguments) {
    return of(List.of(), System.getProperty("java.class.path"), main.getName(), arguments);
  }

  /** A main of another class path. */
  static JobProcess of(List<String> options, String classPath, String main, String... arguments) {
    JobProcess process = new JobProcess();
    process.command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    process.command.addAll(HEAP);
    process.command.addAll(
        List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-Duser.timezone=UTC"));
    process.command.addAll(options);
    process.command.addAll(List.of("-cp", classPath, main));
    process.command.addAll(Arrays.asList(arguments));
    return process;
  }

  /**
   * Runs it, and returns what stands behind {@code prefix} in a line that it prints.
   *
   * @throws IOException if it ends without having printed one, or with an error
   */
  String answer(String prefix) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String answer = null;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        answer = line.startsWith(prefix) ? line.substring(prefix.length()) : answer;
      }
      int code = process.waitFor();
      if (code != 0 || answer == null) {
        throw new IOException(String.join(" ", command) + " ended with " + code);
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroy();
    }
  }
}
