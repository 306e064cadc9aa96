package dev.firn.benchmarks.measure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Firn beside one rival: medians over the rounds of the ratio within each round.
 *
 * @param name of the benchmark
 * @param subject what was written, and how Firn was fed
 * @param cpu rival's processor time / Firn's
 * @param wall rival's time / Firn's
 * @param cpuLeast least of the rounds' {@code cpu}
 * @param cpuMost most of the rounds' {@code cpu}
 * @param wallLeast least of the rounds' {@code wall}
 * @param wallMost most of the rounds' {@code wall}
 * @param size Firn's bytes / rival's
 * @param allocated bytes per row, by Firn
 * @param rivalAllocated bytes per row, by the rival
 * @param rowsPerCpuSecond of Firn
 * @param caller rival's processor time / that of the thread that fed Firn
 * @param callerAllocated bytes per row, by the thread that fed Firn
 */
public record Duel(
    String name,
    String subject,
    String rival,
    double cpu,
    double wall,
    double cpuLeast,
    double cpuMost,
    double wallLeast,
    double wallMost,
    double size,
    double allocated,
    double rivalAllocated,
    double rowsPerCpuSecond,
    double caller,
    double callerAllocated) {

  /** How to read the lines. */
  public static final String HEADER =
      """
      # cpu, wall = rival / Firn, the median over the rounds of the ratio within a round: above 1, Firn is faster.
      # min..max  = the least and the most of the rounds' cpu ratios.
      # size      = Firn's file / the rival's: below 1, Firn's is smaller.
      # alloc     = bytes of heap that Firn allocates for a row; the rival's in brackets.
      # caller    = the rival's cpu / the cpu of the thread that feeds Firn, and what that thread allocates for a row.\
      """;

  /** Compares {@code firn} with {@code rival} round by round. */
  public static Duel of(
      String name,
      String subject,
      long rows,
      List<Contestant.Result> firn,
      String rivalName,
      List<Contestant.Result> rival) {
    double[] cpu = ratios(rival, firn, result -> result.cost().cpuNanos());
    double[] wall = ratios(rival, firn, result -> result.cost().wallNanos());
    return new Duel(
        name,
        subject,
        rivalName,
        median(cpu),
        median(wall),
        Arrays.stream(cpu).min().orElse(0),
        Arrays.stream(cpu).max().orElse(0),
        Arrays.stream(wall).min().orElse(0),
        Arrays.stream(wall).max().orElse(0),
        median(ratios(firn, rival, Contestant.Result::bytes)),
        median(each(firn, result -> (double) result.cost().allocatedBytes() / rows)),
        median(each(rival, result -> (double) result.cost().allocatedBytes() / rows)),
        rows * 1e9 / median(each(firn, result -> result.cost().cpuNanos())),
        median(
            pairs(
                rival,
                firn,
                result -> result.cost().cpuNanos(),
                result -> result.cost().callerNanos())),
        median(each(firn, result -> (double) result.cost().callerAllocatedBytes() / rows)));
  }

  private static double[] ratios(
      List<Contestant.Result> above,
      List<Contestant.Result> below,
      ToDoubleFunction<Contestant.Result> value) {
    return pairs(above, below, value, value);
  }

  private static double[] pairs(
      List<Contestant.Result> above,
      List<Contestant.Result> below,
      ToDoubleFunction<Contestant.Result> aboveValue,
      ToDoubleFunction<Contestant.Result> belowValue) {
    double[] ratios = new double[Math.min(above.size(), below.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] =
          aboveValue.applyAsDouble(above.get(i))
              / Math.max(1, belowValue.applyAsDouble(below.get(i)));
    }
    return ratios;
  }

  private static double[] each(
      List<Contestant.Result> results, ToDoubleFunction<Contestant.Result> value) {
    return results.stream().mapToDouble(value).toArray();
  }

  /** The middle of {@code values}, or the mean of the two in the middle. */
  public static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** One line, as {@link #HEADER} says. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "%s %s vs %s cpu=%.2f wall=%.2f %.2f..%.2f size=%.3f alloc=%.0f [%.0f] caller=%.2f:%.0f"
            + " (wall %.2f..%.2f, %.3f M rows/cpu-s)",
        name,
        subject,
        rival,
        cpu,
        wall,
        cpuLeast,
        cpuMost,
        size,
        allocated,
        rivalAllocated,
        caller,
        callerAllocated,
        wallLeast,
        wallMost,
        rowsPerCpuSecond / 1e6);
  }
}
