package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.measure.Duel;
import dev.firn.benchmarks.rows.EventShape;
import dev.firn.benchmarks.rows.Workloads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * How long it takes from the producer to the table: an even stream of events that carry the time at
 * which they were made, and a reader that looks at the table every ten milliseconds.
 */
public final class FreshnessBenchmark {

  private static final int EVENTS_PER_SECOND = 20_000;
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** After the first rows are visible, for compilers. */
  private static final Duration WARM_UP = Duration.ofSeconds(15);

  /** Events go on after those that count, so that the last of these have nothing special. */
  private static final Duration AFTER = Duration.ofSeconds(5);

  private static final Duration LONGEST_START = Duration.ofMinutes(3);
  private static final int SECONDS = 60;
  private static final int LEAST_SECONDS = 5;
  private static final int LOOK_MILLIS = 10;

  /** Files in S3 and a REST catalog; Firn only. */
  private static final String ON_S3 = "-s3";

  private FreshnessBenchmark() {}

  /** All cases: a shape of events, and where the table is. */
  public static List<String> cases() {
    String first = Workloads.events().get(0).name();
    return List.of(first, first + ON_S3);
  }

  /** Measures one case. */
  public static void run(String what, Run run) throws Exception {
    boolean onS3 = what.endsWith(ON_S3);
    EventShape shape =
        Workloads.events(onS3 ? what.substring(0, what.length() - ON_S3.length()) : what);
    int rounds = KafkaBenchmark.rounds(run);
    int seconds = Math.max(LEAST_SECONDS, run.rows(SECONDS));
    List<Contender> contenders =
        onS3 ? List.of(Contenders.FIRN) : KafkaBenchmark.takingPart("kafka-freshness", shape, run);
    for (Contender contender : contenders) {
      List<Freshness> all = new ArrayList<>();
      for (int round = 1; contender.writes() && round <= rounds; round++) {
        Lake lake = onS3 ? Lake.s3() : Lake.local();
        all.add(measure(lake, contender, shape, Duration.ofSeconds(seconds)));
      }
      if (!all.isEmpty()) {
        run.out().println(line(what, contender, all));
      }
    }
  }

  /** Milliseconds from made to visible, and what the contender's process used meanwhile. */
  private record Freshness(long half, long most99, long most, double processors, long peakBytes) {}

  private static Freshness measure(
      Lake lake, Contender contender, EventShape shape, Duration window)
      throws IOException, InterruptedException {
    String group = contender.group(shape);
    try (EventTopic topic = EventTopic.open(shape.name());
        Trial trial = Trial.open(lake, contender, topic, shape, group, 0, INTERVAL);
        Child child = trial.start();
        Pacer pacer = Pacer.start(topic, shape, EVENTS_PER_SECOND)) {
      Arrivals arrivals = new Arrivals(trial.table());
      Watch watch = new Watch(child, arrivals);
      watch.untilRows(1, LONGEST_START);
      watch.during(WARM_UP);
      long from = System.currentTimeMillis();
      Duration cpu = child.cpu();
      watch.during(window);
      cpu = child.cpu().minus(cpu);
      long to = System.currentTimeMillis();
      watch.during(AFTER);
      pacer.close();
      watch.untilRows(pacer.sent(), LONGEST_START);
      long[] latencies =
          arrivals.latencies(shape.schema().columns().get(shape.timeColumn()).name(), from, to);
      return new Freshness(
          latencies[latencies.length / 2],
          latencies[latencies.length * 99 / 100],
          latencies[latencies.length - 1],
          cpu.toNanos() / 1e6 / (to - from),
          child.peakBytes());
    }
  }

  /** Looks at the table while the child lives. */
  private record Watch(Child child, Arrivals arrivals) {

    void during(Duration duration) throws IOException, InterruptedException {
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < duration.toNanos()) {
        arrivals.look();
        child.pause(LOOK_MILLIS);
      }
    }

    void untilRows(long rows, Duration longest) throws IOException, InterruptedException {
      long begin = System.nanoTime();
      while (arrivals.look() < rows) {
        child.pause(LOOK_MILLIS);
        if (System.nanoTime() - begin > longest.toNanos()) {
          throw new IOException("Not " + rows + " rows after " + longest + child.lastWords());
        }
      }
    }
  }

  private static String line(String what, Contender contender, List<Freshness> all) {
    return String.format(
        Locale.ROOT,
        "kafka-freshness %s %s: p50=%.2f s p99=%.2f s most=%.2f s (p99 %.2f..%.2f), %.2f"
            + " processors, %.0f MB at most; %d events/s, commits every %d s, median of %d",
        what,
        contender.name(),
        median(all, Freshness::half) / 1e3,
        median(all, Freshness::most99) / 1e3,
        median(all, Freshness::most) / 1e3,
        each(all, Freshness::most99).min().orElse(0) / 1e3,
        each(all, Freshness::most99).max().orElse(0) / 1e3,
        median(all, Freshness::processors),
        median(all, Freshness::peakBytes) / 1e6,
        EVENTS_PER_SECOND,
        INTERVAL.toSeconds(),
        all.size());
  }

  private static double median(List<Freshness> all, ToDoubleFunction<Freshness> value) {
    return Duel.median(each(all, value).toArray());
  }

  private static DoubleStream each(List<Freshness> all, ToDoubleFunction<Freshness> value) {
    return all.stream().mapToDouble(value);
  }
}
