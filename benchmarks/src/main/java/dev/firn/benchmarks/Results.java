package dev.firn.benchmarks;

import dev.firn.benchmarks.profile.Profile;
import dev.firn.benchmarks.profile.UpsertProfile;
import dev.firn.benchmarks.report.Report;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Runs everything and writes RESULTS.md and its plots.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar dev.firn.benchmarks.Results [--quick] [directory]
 * </pre>
 *
 * <p>The directory is {@code benchmarks} if none is named. Meant for a machine that does nothing
 * else.
 */
public final class Results {

  private static final List<String> NAMES =
      List.of(
          "encode", "tiny-file", "commit", "upsert", "kafka", "kafka-freshness", "kafka-memory");
  private static final List<String> PROFILED = List.of("iot", "wide", "lineitem");

  /** By name: what looks inside rooms is behind a wall. */
  private static final List<String> INDEX_FIGURES =
      List.of(
          "dev.firn.benchmarks.inside.KeyIndexFigures",
          "dev.firn.benchmarks.inside.KeyLoadFigures",
          "dev.firn.benchmarks.inside.TieredIndexFigures");

  private static final List<String> EXACT_LINES =
      List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints");

  private Results() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    List<String> options = Arrays.asList(args);
    Path directory =
        Path.of(
            options.stream()
                .filter(option -> !option.startsWith("--"))
                .findFirst()
                .orElse("benchmarks"));
    double before = load();
    List<String> lines = new ArrayList<>();
    for (String name : NAMES) {
      List<String> arguments = new ArrayList<>(List.of(name));
      options.stream().filter(option -> option.startsWith("--")).forEach(arguments::add);
      lines.addAll(Fork.run(Ratios.class, List.of(), arguments, System.out));
    }
    for (String workload : PROFILED) {
      lines.addAll(Fork.run(Profile.class, EXACT_LINES, List.of(workload), System.out));
    }
    lines.addAll(Fork.run(UpsertProfile.class, EXACT_LINES, List.of(), System.out));
    for (String figures : INDEX_FIGURES) {
      lines.addAll(Fork.run(figures, List.of(), List.of(), System.out));
    }
    new Report(lines).write(directory, machine(before, options.contains("--quick")));
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String machine(double before, boolean quick) throws IOException {
    return String.format(
        Locale.ROOT,
        "%s, %d processors, %s %s, Java %s, heap up to %d MB; load %.1f before and %.1f after;"
            + " %s%s",
        processor(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.version(),
        Runtime.getRuntime().maxMemory() >> 20,
        before,
        load(),
        LocalDate.now(ZoneOffset.UTC),
        quick ? "; a quick run, not for publication" : "");
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return "unknown processor";
    }
    return Files.readAllLines(info).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown processor");
  }
}
