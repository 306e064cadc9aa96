package dev.firn.proofs.fuzz;

import dev.firn.proofs.fuzz.Judge.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The long run: each target for some minutes, guided by coverage, in a process of its own that an
 * input may hang or kill.
 *
 * <pre>
 * mvn -q -B -f proofs/fuzz/pom.xml test-compile exec:exec -Dfuzz="--minutes 30 --target names"
 * </pre>
 *
 * Without {@code --target} all run in turn; {@code --folder} is {@code target/fuzz} by default.
 * Prints a line for each target, and exits with 1 if there is a finding. The inputs that coverage
 * led to stay in the folder and are where the next run starts.
 */
public final class Fuzz {

  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

  /** What libFuzzer gives one input, on a machine that may be busy with thirty others. */
  private static final int TIMEOUT_SECONDS = 300;

  private static final int MAX_INPUT_BYTES = 4096;

  private Fuzz() {}

  static List<Target> targets() {
    return List.of(
        new StagedBytes(), new TokenBytes(), new Records(), new JavaRecords(), new Names());
  }

  static Target target(String name) {
    return targets().stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no target is called " + name));
  }

  /** How a target's run ended. */
  record Tally(String target, Map<Kind, Long> counts, double minutes) {

    long inputs() {
      return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    boolean isClean() {
      return inputs() > 0 && inputs() == counts.getOrDefault(Kind.FINE, 0L);
    }

    @Override
    public String toString() {
      return String.format(
          "target=%s inputs=%d crashes=%d hangs=%d over=%d minutes=%.1f",
          target,
          inputs(),
          counts.getOrDefault(Kind.CRASH, 0L),
          counts.getOrDefault(Kind.HANG, 0L),
          counts.getOrDefault(Kind.OVER, 0L),
          minutes);
    }
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Map<String, String> options = new TreeMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    double minutes = Double.parseDouble(options.getOrDefault("--minutes", "30"));
    Path folder = Path.of(options.getOrDefault("--folder", "target/fuzz"));
    String only = options.get("--target");
    boolean clean = true;
    List<Tally> tallies = new ArrayList<>();
    for (Target target : only == null ? targets() : List.of(target(only))) {
      Tally tally = run(target, minutes, folder.resolve(target.name()));
      clean &= tally.isClean();
      tallies.add(tally);
    }
    tallies.forEach(System.out::println);
    System.exit(clean ? 0 : 1);
  }

  /** Runs one target until its time is over; a process that an input ended is begun anew. */
  static Tally run(Target target, double minutes, Path folder)
      throws IOException, InterruptedException {
    delete(folder.resolve(JazzerDoor.FINDINGS));
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    int number = 0;
    for (byte[] seed : target.seeds()) {
      Files.write(corpus.resolve("seed-" + number++), seed);
    }
    Map<Kind, Long> counts = new TreeMap<>();
    long begin = System.nanoTime();
    double left = 60 * minutes;
    while (left >= 1) {
      Files.deleteIfExists(folder.resolve(JazzerDoor.TALLY));
      int exit = runOnce(target, (int) left, folder, corpus);
      addTally(folder.resolve(JazzerDoor.TALLY), counts);
      left = 60 * minutes - (System.nanoTime() - begin) / 1e9;
      if (exit != 0) {
        System.out.println(target.name() + " ended with " + exit + ", see " + folder);
        boolean hang = Files.readString(folder.resolve("log.txt")).contains("libFuzzer: timeout");
        counts.merge(hang ? Kind.HANG : Kind.CRASH, 1L, Long::sum);
      }
    }
    return new Tally(target.name(), counts, (System.nanoTime() - begin) / 60e9);
  }

  private static int runOnce(Target target, int seconds, Path folder, Path corpus)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-D" + JazzerDoor.TARGET + "=" + target.name(),
            "-D" + JazzerDoor.FOLDER + "=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            JAZZER,
            "--target_class=" + JazzerDoor.class.getName(),
            "--instrumentation_includes=dev.firn.api.**:dev.firn.internal.**",
            // Hooks into every class that is loaded would take minutes before the first input.
            "--custom_hook_includes=dev.firn.api.**:dev.firn.internal.**",
            "--reproducer_path=" + folder,
            "-artifact_prefix=" + folder + "/",
            "-max_total_time=" + seconds,
            "-timeout=" + TIMEOUT_SECONDS,
            "-max_len=" + MAX_INPUT_BYTES,
            "-rss_limit_mb=0",
            corpus.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log.txt").toFile())
        .start()
        .waitFor();
  }

  private static void addTally(Path file, Map<Kind, Long> counts) throws IOException {
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        counts.merge(
            Kind.valueOf(line.substring(0, equals)),
            Long.valueOf(line.substring(equals + 1)),
            Long::sum);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
