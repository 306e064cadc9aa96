package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.measure.Duel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Outcomes in print: Firn beside each of the others, then each by itself. */
final class KafkaLines {

  private static final double MEGA = 1e6;

  private final String prefix;
  private final Map<String, List<Outcome>> outcomes;

  /**
   * @param outcomes of every contender, round by round; the first is the one that others are
   *     compared with
   */
  KafkaLines(String prefix, Map<String, List<Outcome>> outcomes) {
    this.prefix = prefix;
    this.outcomes = outcomes;
  }

  List<String> all() {
    List<String> lines = new ArrayList<>();
    String firn = outcomes.keySet().iterator().next();
    List<Outcome> ours = outcomes.getOrDefault(firn, List.of());
    outcomes.forEach(
        (name, theirs) -> {
          if (!name.equals(firn)) {
            lines.add(duel(firn, ours, name, theirs));
          }
        });
    outcomes.forEach((name, its) -> lines.add(absolute(name, its)));
    return lines;
  }

  private String duel(String firn, List<Outcome> ours, String rival, List<Outcome> theirs) {
    double[] cpu = ratios(theirs, ours, outcome -> 1 / outcome.warmRowsPerCpuSecond());
    double[] wall = ratios(theirs, ours, outcome -> 1 / outcome.warmRowsPerSecond());
    return String.format(
        Locale.ROOT,
        "%s %s vs %s rows/cpu-s=%.2f rss=%.2f wall=%.2f %.2f..%.2f (wall %.2f..%.2f; from the first"
            + " fetch: rows/cpu-s %.2f, wall %.2f; whole process: rows/cpu-s %.2f)",
        prefix,
        firn,
        rival,
        Duel.median(cpu),
        Duel.median(ratios(theirs, ours, Outcome::peakBytes)),
        Duel.median(wall),
        least(cpu),
        most(cpu),
        least(wall),
        most(wall),
        Duel.median(ratios(theirs, ours, Outcome::cpuSeconds)),
        Duel.median(ratios(theirs, ours, Outcome::seconds)),
        Duel.median(ratios(theirs, ours, Outcome::wholeCpuSeconds)));
  }

  private String absolute(String name, List<Outcome> its) {
    double[] speeds = each(its, outcome -> outcome.warmRowsPerCpuSecond() / MEGA);
    String line =
        String.format(
            Locale.ROOT,
            "%s %s: %.3f M rows/cpu-s (%.3f..%.3f; from the first fetch %.3f, whole process %.3f),"
                + " %.3f M rows/s (from the first fetch %.3f), %.0f MB at most, first fetch after"
                + " %.1f s",
            prefix,
            name,
            Duel.median(speeds),
            least(speeds),
            most(speeds),
            median(its, outcome -> outcome.rowsPerCpuSecond() / MEGA),
            median(its, outcome -> outcome.rowsPerWholeCpuSecond() / MEGA),
            median(its, outcome -> outcome.warmRowsPerSecond() / MEGA),
            median(its, outcome -> outcome.rowsPerSecond() / MEGA),
            median(its, outcome -> outcome.peakBytes() / MEGA),
            median(its, Outcome::startSeconds));
    return its.stream().allMatch(outcome -> outcome.files() == 0)
        ? line
        : line
            + String.format(
                Locale.ROOT,
                "; %.0f files of %.1f MB, %.0f snapshots",
                median(its, Outcome::files),
                median(its, outcome -> outcome.bytes() / MEGA / outcome.files()),
                median(its, Outcome::snapshots));
  }

  private static double median(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
    return Duel.median(each(outcomes, value));
  }

  private static double[] each(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
    return outcomes.stream().mapToDouble(value).toArray();
  }

  private static double[] ratios(
      List<Outcome> above, List<Outcome> below, ToDoubleFunction<Outcome> value) {
    double[] ratios = new double[Math.min(above.size(), below.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = value.applyAsDouble(above.get(i)) / value.applyAsDouble(below.get(i));
    }
    return ratios;
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElse(Double.NaN);
  }

  private static double most(double[] values) {
    return Arrays.stream(values).max().orElse(Double.NaN);
  }
}
