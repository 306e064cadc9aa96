package dev.firn.testkit;

import dev.firn.testkit.CommitSimulation.Failed;
import dev.firn.testkit.CommitSimulation.Report;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * Runs a simulation over many seeds: that of commits, or that of upserts.
 *
 * <pre>
 * Simulate [upserts] [--seeds N] [--steps N] [--first-seed N] [--trace true] [--story 3,17,60]
 *     [--without exact-base|cas|commit-id|carry-forward|intents|epoch]
 *     [--without state-diff|cardinality-check|single-vector|exact-base|versions]
 * </pre>
 *
 * A story that ends in a violation is shrunk to the few steps that it takes; with those numbers it
 * becomes a test. The last line is {@code steps=<n> faults=<n> violations=<n>}; the exit code is 1
 * if there was a violation.
 */
public final class Simulate {

  private static final int SHOWN_VIOLATIONS = 20;
  private static final Duration SHOW_PROGRESS_EVERY = Duration.ofSeconds(5);

  /** One of the simulations, and the safety that it lacks. */
  @FunctionalInterface
  private interface Simulation {
    Report run(long seed, Story story, Consumer<String> trace);

    static Simulation of(boolean upserts, String without) {
      if (upserts) {
        UpsertSafety safety = without.isEmpty() ? null : UpsertSafety.of(without);
        return (seed, story, trace) -> UpsertSimulation.run(seed, story, safety, trace);
      }
      Safety safety = without.isEmpty() ? null : Safety.of(without);
      return (seed, story, trace) -> CommitSimulation.run(seed, story, safety, trace);
    }
  }

  private Simulate() {}

  /** See the class. */
  public static void main(String[] args) {
    int seeds = 100;
    Story story = Story.of(200);
    long first = 1;
    String without = "";
    boolean trace = false;
    boolean upserts = args.length > 0 && args[0].equals("upserts");
    for (int i = upserts ? 1 : 0; i < args.length; i += 2) {
      String value = i + 1 < args.length ? args[i + 1] : "";
      switch (args[i]) {
        case "--seeds" -> seeds = Integer.parseInt(value);
        case "--steps" -> story = Story.of(Integer.parseInt(value));
        case "--story" ->
            story =
                Story.steps(Arrays.stream(value.split(",")).mapToInt(Integer::parseInt).toArray());
        case "--first-seed" -> first = Long.parseLong(value);
        case "--trace" -> trace = Boolean.parseBoolean(value);
        case "--without" -> without = value;
        default -> throw new IllegalArgumentException("Unknown option " + args[i]);
      }
    }
    Report report = run(Simulation.of(upserts, without), first, seeds, story, trace);
    System.exit(report.violations().isEmpty() ? 0 : 1);
  }

  private static Report run(
      Simulation simulation, long first, int seeds, Story story, boolean trace) {
    long start = System.nanoTime();
    Progress progress = new Progress(start);
    // Seeds know nothing of each other, so they may run side by side; a trace is read by people.
    LongStream all = LongStream.range(first, first + seeds);
    Report report =
        (trace ? all.sequential() : all.parallel())
            .mapToObj(
                seed ->
                    progress.after(
                        simulation.run(seed, story, trace ? System.out::println : line -> {})))
            .reduce(Report.empty(), Report::and);
    report.outcomes().forEach((outcome, count) -> System.out.printf("%8d  %s%n", count, outcome));
    report.faults().forEach((fault, count) -> System.out.printf("%8d  fault %s%n", count, fault));
    report.violations().stream().limit(SHOWN_VIOLATIONS).forEach(System.out::println);
    Failed failed = report.failed();
    if (failed != null) {
      System.out.println(
          "seed "
              + failed.seed()
              + " shrunk to steps "
              + failed.story().shrunk(less -> fails(simulation, failed.seed(), less)));
    }
    System.out.printf(Locale.ROOT, "%.1f s%n", (System.nanoTime() - start) / 1e9);
    System.out.println(lastLine(report.steps(), report.faultCount(), report.violations().size()));
    return report;
  }

  /** A line every few seconds. */
  private static final class Progress {
    private long shown;
    private int seeds;
    private long steps;
    private long faults;
    private int violations;

    Progress(long start) {
      this.shown = start;
    }

    synchronized Report after(Report report) {
      seeds++;
      steps += report.steps();
      faults += report.faultCount();
      violations += report.violations().size();
      report.violations().stream().limit(1).forEach(System.out::println);
      if (System.nanoTime() - shown > SHOW_PROGRESS_EVERY.toNanos()) {
        shown = System.nanoTime();
        System.out.println(seeds + " seeds: " + lastLine(steps, faults, violations));
      }
      return report;
    }
  }

  private static boolean fails(Simulation simulation, long seed, Story story) {
    return !simulation.run(seed, story, line -> {}).violations().isEmpty();
  }

  private static String lastLine(long steps, long faults, int violations) {
    return "steps=" + steps + " faults=" + faults + " violations=" + violations;
  }
}
