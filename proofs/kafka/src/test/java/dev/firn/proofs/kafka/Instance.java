package dev.firn.proofs.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of the group, and what can be done to it. */
final class Instance {

  private final Path log;
  private final Process process;
  private boolean halted;

  Instance(Path folder, String broker, String topic, String protocol, long seed)
      throws IOException {
    this.log = folder.resolve("instance-" + seed + ".log");
    this.process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                InstanceMain.class.getName(),
                folder.toString(),
                broker,
                topic,
                protocol,
                Long.toString(seed))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  boolean isHalted() {
    return halted;
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As {@code kill -TERM}: the instance closes. */
  void stop() throws InterruptedException {
    signal("CONT");
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("An instance did not close: " + tail());
    }
  }

  void halt() throws InterruptedException {
    halted = true;
    signal("STOP");
  }

  void wake() throws InterruptedException {
    halted = false;
    signal("CONT");
  }

  private void signal(String name) throws InterruptedException {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new AssertionError("No kill on this machine", e);
    }
  }

  /** The end of what it printed. */
  String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
