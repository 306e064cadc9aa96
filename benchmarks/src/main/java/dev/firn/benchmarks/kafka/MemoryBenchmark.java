package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.rows.EventShape;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How little memory will do: the same work with ever smaller heaps, as long as it is done, and at
 * no more than a fifth more processor time than with the heap of the other benchmark.
 */
public final class MemoryBenchmark {

  private static final int[] HEAP_MEGABYTES = {1024, 512, 384, 256, 192, 128, 96, 64, 48, 32};
  private static final double ENOUGH = 1.2;
  private static final int PART = 4;

  private MemoryBenchmark() {}

  /** Measures one shape of events. */
  public static void run(EventShape shape, Run run) throws IOException, InterruptedException {
    int rows = run.rows(shape.rows() / PART);
    try (EventTopic topic = EventTopic.open(shape.name())) {
      Tally expected = topic.fill(shape, rows);
      for (Contender contender : KafkaBenchmark.takingPart("kafka-memory", shape, run)) {
        if (contender.writes()) {
          run.out().println(new Search(contender, topic, shape, rows, expected).line());
        }
      }
    }
  }

  private record Search(
      Contender contender, EventTopic topic, EventShape shape, int rows, Tally expected) {

    String line() throws IOException, InterruptedException {
      Outcome most = null;
      Outcome least = null;
      int heap = 0;
      for (int megabytes : HEAP_MEGABYTES) {
        Outcome outcome = outcome(megabytes, most);
        if (outcome == null) {
          break;
        }
        most = most == null ? outcome : most;
        least = outcome;
        heap = megabytes;
      }
      if (most == null || least == null) {
        throw new IOException(contender.name() + " does not do with the usual heap");
      }
      return String.format(
          Locale.ROOT,
          "kafka-memory %s %s: does with a heap of %d MB, %.0f MB resident, %.2f times the processor"
              + " time that it takes with 1024 MB of heap and %.0f MB resident; %d events",
          shape.name(),
          contender.name(),
          heap,
          least.peakBytes() / 1e6,
          least.wholeCpuSeconds() / most.wholeCpuSeconds(),
          most.peakBytes() / 1e6,
          rows);
    }

    /** Null if this heap will not do. */
    private @Nullable Outcome outcome(int megabytes, @Nullable Outcome usual)
        throws IOException, InterruptedException {
      String group = contender.group(shape) + "_" + megabytes;
      Duration longest =
          usual == null
              ? Duration.ofMinutes(10)
              : Duration.ofSeconds(30 + 3 * (long) (usual.startSeconds() + usual.seconds()));
      try (Trial trial =
          Trial.open(Lake.local(), contender, topic, shape, group, rows, KafkaBenchmark.INTERVAL)
              .within(megabytes, longest)) {
        Outcome outcome = trial.run(topic.bytes(), expected);
        boolean enough =
            usual == null || outcome.wholeCpuSeconds() <= ENOUGH * usual.wholeCpuSeconds();
        return enough ? outcome : null;
      } catch (IOException e) {
        if (usual == null) {
          throw e;
        }
        return null; // out of memory, or busy with it
      }
    }
  }
}
