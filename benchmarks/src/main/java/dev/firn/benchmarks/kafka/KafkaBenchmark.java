package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.rows.EventShape;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Contenders take turns at the same topic; in as many rounds as there is time for. */
public final class KafkaBenchmark {

  /** Between two commits, or two checkpoints. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final String ONLY = "firn.bench.kafka.only";

  private KafkaBenchmark() {}

  /** Measures one shape of events. */
  public static void run(EventShape shape, Run run) throws Exception {
    run(takingPart("kafka", shape, run), shape, INTERVAL, run);
  }

  /** Measures some contenders with one shape of events. */
  static void run(List<Contender> contenders, EventShape shape, Duration interval, Run run)
      throws IOException, InterruptedException {
    Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
    contenders.forEach(contender -> outcomes.put(contender.name(), new ArrayList<>()));
    int rows = run.rows(shape.rows());
    List<Contender> order = new ArrayList<>(contenders);
    try (EventTopic topic = EventTopic.open(shape.name())) {
      Tally expected = topic.fill(shape, rows);
      long bytes = topic.bytes();
      run.out()
          .printf(
              "# %s: %d events, %d bytes each in the log of the broker%n",
              shape.name(), rows, bytes / rows);
      for (int round = 1; round <= rounds(run); round++) {
        for (Contender contender : order) {
          String group = contender.group(shape) + "_" + round;
          try (Trial trial =
              Trial.open(Lake.local(), contender, topic, shape, group, rows, interval)) {
            Outcome outcome = trial.run(bytes, expected);
            outcomes.getOrDefault(contender.name(), new ArrayList<>()).add(outcome);
            run.out().println("# round " + round + " " + contender.name() + ": " + outcome);
          }
        }
        Collections.rotate(order, 1);
      }
    }
    new KafkaLines("kafka " + shape.name(), outcomes).all().forEach(run.out()::println);
  }

  /** The contenders that can; why the others cannot is printed. */
  static List<Contender> takingPart(String name, EventShape shape, Run run) {
    List<String> only = List.of(System.getProperty(ONLY, "").split(",", -1));
    List<Contender> takingPart = new ArrayList<>();
    for (Contender contender : Contenders.all()) {
      if (!only.contains("") && !only.contains(contender.name())) {
        continue;
      }
      if (contender.missing().isEmpty()) {
        takingPart.add(contender);
      } else {
        run.out()
            .printf(
                "%s %s %s skipped: %s%n",
                name, shape.name(), contender.name(), contender.missing().orElse(""));
      }
    }
    return takingPart;
  }

  /** Three of a full run, one of a quick one: a round takes minutes. */
  public static int rounds(Run run) {
    return Math.max(1, run.rounds() / 3);
  }
}
