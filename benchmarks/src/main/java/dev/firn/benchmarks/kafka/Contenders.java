package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.kafka.contender.FirnIngest;
import dev.firn.benchmarks.kafka.contender.ParseOnly;
import dev.firn.benchmarks.kafka.contender.Task;
import dev.firn.benchmarks.measure.RivalModule;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Who takes part. Firn is the first. */
final class Contenders {

  private static final String BUILD =
      "-Pkafka-rivals -pl benchmarks/kafka-rivals/connect,benchmarks/kafka-rivals/flink";

  static final RivalModule CONNECT =
      new RivalModule("kafka-rivals/connect", "firn.bench.kafka.connect", BUILD);
  private static final RivalModule FLINK =
      new RivalModule("kafka-rivals/flink", "firn.bench.kafka.flink", BUILD);

  /** What Flink asks for on Java 17. */
  private static final List<String> FLINK_OPTIONS =
      List.of(
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED");

  static final Contender FIRN = new Here("firn", FirnIngest.class, true);
  static final Contender LIMIT = new Here("limit", ParseOnly.class, false);

  private Contenders() {}

  static List<Contender> all() {
    return List.of(FIRN, new ConnectContender(), new Flink(), LIMIT);
  }

  /** A main of the class path of this JVM. */
  private record Here(String name, Class<?> main, boolean writes) implements Contender {

    @Override
    public List<String> command(Task task, Path scratch) {
      List<String> command = new ArrayList<>();
      command.addAll(List.of("-cp", classPath(), main.getName()));
      command.addAll(task.arguments());
      return command;
    }

    /** That of this JVM, whatever the directory. */
    private static String classPath() {
      return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
          .splitAsStream(System.getProperty("java.class.path"))
          .map(entry -> Path.of(entry).toAbsolutePath().toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  /** A Flink job in a mini-cluster. */
  private record Flink() implements Contender {

    @Override
    public String name() {
      return "flink";
    }

    @Override
    public Optional<String> missing() {
      return FLINK.missing();
    }

    @Override
    public List<String> command(Task task, Path scratch) {
      List<String> command = new ArrayList<>(FLINK_OPTIONS);
      command.addAll(List.of("-cp", FLINK.classPath(), "dev.firn.benchmarks.kafka.flink.FlinkJob"));
      command.addAll(task.arguments());
      command.add(Integer.toString(Runtime.getRuntime().availableProcessors()));
      return command;
    }
  }
}
