package dev.firn.benchmarks.profile;

import dev.firn.Firn;
import dev.firn.api.CommitToken;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.rows.Workload;
import dev.firn.benchmarks.rows.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.apache.iceberg.Table;

/**
 * Samples Firn while one thread writes a workload again and again, and prints the cost centres;
 * with {@code --places} also the lines that take most time and allocate most.
 *
 * <pre>
 * java -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints \
 *     -cp benchmarks/target/benchmarks.jar dev.firn.benchmarks.profile.Profile iot [record] [--places]
 * </pre>
 *
 * <p>The flight recorder samples Java code and native code (zstd) by two events; both get the same
 * period, so their counts add up.
 */
public final class Profile {

  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration MEASURED = Duration.ofSeconds(15);
  private static final int PLACES = 40;

  private Profile() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    List<String> options = Arrays.asList(args);
    Workload<?> workload = Workloads.named(args[0]);
    if (options.contains("record")) {
      print(records(workload), options.contains("--places"));
    } else {
      print(typed(workload), options.contains("--places"));
    }
  }

  private static <R> Recorded typed(Workload<R> workload) throws Exception {
    return record(
        workload.name() + "/typed",
        workload,
        workload.generate(workload.rows()),
        workload.mapper());
  }

  private static <R> Recorded records(Workload<R> workload) throws Exception {
    return record(
        workload.name() + "/record",
        workload,
        workload.generate(workload.rows()).stream().map(workload::toRecord).toList(),
        Firn.recordMapper());
  }

  /**
   * What was sampled.
   *
   * @param centres samples by cost centre
   * @param places samples by cost centre and line
   * @param allocations bytes by line
   */
  private record Recorded(
      String name,
      Map<String, Long> centres,
      Map<String, Long> places,
      Map<String, Long> allocations) {}

  private static <T> Recorded record(
      String name, Workload<?> workload, List<T> rows, RecordMapper<T> mapper) throws Exception {
    try (Place place = Place.open(Map.of("firn.local.sync", "false"));
        Recording recording = new Recording()) {
      Table table = place.newTable(workload.name(), workload.schema(), Map.of());
      write(table, rows, mapper, WARM_UP);
      recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
      recording.enable("jdk.NativeMethodSample").withPeriod(PERIOD);
      recording.enable("jdk.ObjectAllocationSample").with("throttle", "300/s");
      recording.start();
      write(table, rows, mapper, MEASURED);
      recording.stop();
      Path file = place.directory().resolve("profile.jfr");
      recording.dump(file);
      return read(name, file);
    }
  }

  private static <T> void write(
      Table table, List<T> rows, RecordMapper<T> mapper, Duration duration) throws IOException {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      try (StagingTableWriter<T> writer =
          Firn.openStagingWriter(
              table, mapper, WriterOptions.builder("profile").memoryLimitBytes(1L << 30).build())) {
        for (T row : rows) {
          writer.append(row);
        }
        writer.stage(CommitToken.none(), CommitToken.of(1));
      }
      for (Path file : Place.dataFiles(table)) {
        Files.delete(file);
      }
    }
  }

  private static Recorded read(String name, Path file) throws IOException {
    Recorded recorded = new Recorded(name, new HashMap<>(), new HashMap<>(), new HashMap<>());
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        RecordedEvent event = events.readEvent();
        add(recorded, event);
      }
    }
    return recorded;
  }

  private static void add(Recorded recorded, RecordedEvent event) {
    RecordedStackTrace stack = event.getStackTrace();
    boolean allocation = event.getEventType().getName().equals("jdk.ObjectAllocationSample");
    if (stack == null || !(allocation || event.hasField("sampledThread"))) {
      return;
    }
    RecordedThread thread = allocation ? event.getThread() : event.getThread("sampledThread");
    if (thread == null || thread.getJavaThreadId() != Thread.currentThread().getId()) {
      return;
    }
    if (allocation) {
      recorded.allocations.merge(
          "allocated | " + CostCentres.place(stack), event.getLong("weight"), Long::sum);
    } else {
      String centre = CostCentres.of(stack);
      recorded.centres.merge(centre, 1L, Long::sum);
      recorded.places.merge(centre + " | " + CostCentres.place(stack), 1L, Long::sum);
    }
  }

  private static void print(Recorded recorded, boolean places) {
    print(recorded.name, recorded.centres, Integer.MAX_VALUE);
    if (places) {
      print(recorded.name, recorded.places, PLACES);
      print(recorded.name, recorded.allocations, PLACES / 2);
    }
  }

  private static void print(String name, Map<String, Long> counts, int most) {
    long total = counts.values().stream().mapToLong(Long::longValue).sum();
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(most)
        .forEach(
            entry ->
                System.out.printf(
                    Locale.ROOT,
                    "profile %s %.1f %% %s%n",
                    name,
                    100.0 * entry.getValue() / total,
                    entry.getKey()));
  }
}
