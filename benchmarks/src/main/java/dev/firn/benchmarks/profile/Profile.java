package dev.firn.benchmarks.profile;

import dev.firn.Firn;
import dev.firn.api.CommitToken;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.measure.Duel;
import dev.firn.benchmarks.measure.Meter;
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
import org.apache.iceberg.TableProperties;

/**
 * Samples Firn while one thread writes a workload again and again, and prints the cost centres;
 * with {@code --places} also the lines that take most time and allocate most.
 *
 * <pre>
 * java -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints \
 *     -cp benchmarks/target/benchmarks.jar dev.firn.benchmarks.profile.Profile iot [record] [--places]
 * </pre>
 *
 * <p>The flight recorder samples Java code and native code (zstd) by two events, and loses samples
 * of the one more often than of the other. So the share of zstd is measured: by the processor time
 * that a table without a codec takes less. The samples say how the rest is divided.
 */
public final class Profile {

  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration MEASURED = Duration.ofSeconds(15);
  private static final int PLACES = 40;
  private static final int ROUNDS = 7;
  private static final String ZSTD = "zstd";
  private static final String IN_TLAB = "jdk.ObjectAllocationInNewTLAB";
  private static final String OUTSIDE_TLAB = "jdk.ObjectAllocationOutsideTLAB";

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
   * @param zstd share of the compressor in the processor time, in percent
   * @param centres samples by cost centre
   * @param places samples by cost centre and line
   * @param allocations bytes by line
   */
  private record Recorded(
      String name,
      double zstd,
      Map<String, Long> centres,
      Map<String, Long> places,
      Map<String, Long> allocations) {}

  private static <T> Recorded record(
      String name, Workload<?> workload, List<T> rows, RecordMapper<T> mapper) throws Exception {
    try (Place place = Place.open(Map.of("firn.local.sync", "false"));
        Recording recording = new Recording()) {
      Table table = place.newTable(workload.name(), workload.schema(), Map.of());
      write(table, rows, mapper, WARM_UP);
      Table plain =
          place.newTable(
              workload.name() + "_plain",
              workload.schema(),
              Map.of(TableProperties.PARQUET_COMPRESSION, "uncompressed"));
      double zstd = zstd(table, plain, rows, mapper);
      recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
      recording.enable("jdk.NativeMethodSample").withPeriod(PERIOD);
      recording.enable(IN_TLAB).withStackTrace();
      recording.enable(OUTSIDE_TLAB).withStackTrace();
      recording.start();
      write(table, rows, mapper, MEASURED);
      recording.stop();
      Path file = place.directory().resolve("profile.jfr");
      recording.dump(file);
      return read(name, zstd, file);
    }
  }

  private static <T> void write(
      Table table, List<T> rows, RecordMapper<T> mapper, Duration duration) throws IOException {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      write(table, rows, mapper);
      deleteFiles(table);
    }
  }

  private static <T> void write(Table table, List<T> rows, RecordMapper<T> mapper) {
    try (StagingTableWriter<T> writer =
        Firn.openStagingWriter(
            table, mapper, WriterOptions.builder("profile").memoryLimitBytes(1L << 30).build())) {
      for (T row : rows) {
        writer.append(row);
      }
      writer.stage(CommitToken.none(), CommitToken.of(1));
    }
  }

  private static void deleteFiles(Table table) throws IOException {
    for (Path file : Place.dataFiles(table)) {
      Files.delete(file);
    }
  }

  /** Median over some rounds of what the codec takes of the processor time, in percent. */
  private static <T> double zstd(Table table, Table plain, List<T> rows, RecordMapper<T> mapper)
      throws Exception {
    double[] shares = new double[ROUNDS];
    write(plain, rows, mapper);
    deleteFiles(plain);
    for (int i = 0; i < ROUNDS; i++) {
      Meter.settle();
      double with = Meter.of(() -> write(table, rows, mapper)).cpuNanos();
      deleteFiles(table);
      Meter.settle();
      double without = Meter.of(() -> write(plain, rows, mapper)).cpuNanos();
      deleteFiles(plain);
      shares[i] = 100 * (1 - without / with);
    }
    return Duel.median(shares);
  }

  private static Recorded read(String name, double zstd, Path file) throws IOException {
    Recorded recorded = new Recorded(name, zstd, new HashMap<>(), new HashMap<>(), new HashMap<>());
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
    String type = event.getEventType().getName();
    boolean allocation = type.equals(IN_TLAB) || type.equals(OUTSIDE_TLAB);
    if (stack == null || !(allocation || event.hasField("sampledThread"))) {
      return;
    }
    RecordedThread thread = allocation ? event.getThread() : event.getThread("sampledThread");
    if (thread == null || thread.getJavaThreadId() != Thread.currentThread().getId()) {
      return;
    }
    if (allocation) {
      recorded.allocations.merge(
          "allocated | " + CostCentres.place(stack),
          event.getLong(type.equals(IN_TLAB) ? "tlabSize" : "allocationSize"),
          Long::sum);
    } else {
      String centre = CostCentres.of(stack);
      recorded.centres.merge(centre, 1L, Long::sum);
      recorded.places.merge(centre + " | " + CostCentres.place(stack), 1L, Long::sum);
    }
  }

  private static void print(Recorded recorded, boolean places) {
    long samples = recorded.centres.values().stream().mapToLong(Long::longValue).sum();
    System.out.printf(
        Locale.ROOT,
        "# %s: zstd is measured; %d samples, %d of them in zstd, divide the rest%n",
        recorded.name,
        samples,
        recorded.centres.getOrDefault(ZSTD, 0L));
    line(recorded.name, recorded.zstd, ZSTD);
    recorded.centres.remove(ZSTD);
    print(recorded.name, 100 - recorded.zstd, recorded.centres, Integer.MAX_VALUE);
    if (places) {
      recorded.places.keySet().removeIf(place -> place.startsWith(ZSTD));
      print(recorded.name, 100 - recorded.zstd, recorded.places, PLACES);
      print(recorded.name, 100, recorded.allocations, PLACES / 2);
    }
  }

  /** The largest of {@code counts}, scaled to a sum of {@code percent}. */
  private static void print(String name, double percent, Map<String, Long> counts, int most) {
    long total = counts.values().stream().mapToLong(Long::longValue).sum();
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(most)
        .forEach(entry -> line(name, percent * entry.getValue() / total, entry.getKey()));
  }

  private static void line(String name, double percent, String what) {
    System.out.printf(Locale.ROOT, "profile %s %.1f %% %s%n", name, percent, what);
  }
}
