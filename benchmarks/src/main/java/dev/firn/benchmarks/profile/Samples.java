package dev.firn.benchmarks.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * What the flight recorder has seen of some threads while a piece of work was done, counted:
 * samples by cost centre and by line, and bytes allocated by line.
 */
final class Samples {

  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final String IN_TLAB = "jdk.ObjectAllocationInNewTLAB";
  private static final String OUTSIDE_TLAB = "jdk.ObjectAllocationOutsideTLAB";

  private final Function<RecordedStackTrace, String> centreOf;
  private final Predicate<RecordedThread> counted;
  private final Map<String, Long> centres = new HashMap<>();
  private final Map<String, Long> places = new HashMap<>();
  private final Map<String, Long> allocations = new HashMap<>();

  /** Work that may fail. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /**
   * @param centreOf says which part of the work a sample belongs to
   * @param counted the threads whose samples count
   */
  Samples(Function<RecordedStackTrace, String> centreOf, Predicate<RecordedThread> counted) {
    this.centreOf = centreOf;
    this.counted = counted;
  }

  /** Does {@code work}, and adds what was seen meanwhile. */
  void record(Work work) throws Exception {
    Path file = Files.createTempFile("firn-bench", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
      recording.enable("jdk.NativeMethodSample").withPeriod(PERIOD);
      recording.enable(IN_TLAB).withStackTrace();
      recording.enable(OUTSIDE_TLAB).withStackTrace();
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
      read(file);
    } finally {
      Files.delete(file);
    }
  }

  private void read(Path file) throws IOException {
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        add(events.readEvent());
      }
    }
  }

  private void add(RecordedEvent event) {
    RecordedStackTrace stack = event.getStackTrace();
    String type = event.getEventType().getName();
    boolean allocation = type.equals(IN_TLAB) || type.equals(OUTSIDE_TLAB);
    if (stack == null || !(allocation || event.hasField("sampledThread"))) {
      return;
    }
    RecordedThread thread = allocation ? event.getThread() : event.getThread("sampledThread");
    if (thread == null || !counted.test(thread)) {
      return;
    }
    if (allocation) {
      allocations.merge(
          "allocated | " + CostCentres.place(stack),
          event.getLong(type.equals(IN_TLAB) ? "tlabSize" : "allocationSize"),
          Long::sum);
    } else {
      String centre = centreOf.apply(stack);
      centres.merge(centre, 1L, Long::sum);
      places.merge(centre + " | " + CostCentres.place(stack), 1L, Long::sum);
    }
  }

  /** Samples of all centres together. */
  long count() {
    return centres.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Samples of {@code centre}. */
  long count(String centre) {
    return centres.getOrDefault(centre, 0L);
  }

  /** Forgets the samples of {@code centre}, whose share is known otherwise. */
  void forget(String centre) {
    centres.remove(centre);
    places.keySet().removeIf(place -> place.startsWith(centre));
  }

  /** Prints the cost centres, scaled to a sum of {@code percent}. */
  void printCentres(String name, double percent) {
    print(name, percent, centres, Integer.MAX_VALUE);
  }

  /** Prints the lines that took most time, scaled likewise, and those that allocated most. */
  void printPlaces(String name, double percent, int most) {
    print(name, percent, places, most);
    print(name, 100, allocations, most / 2);
  }

  private static void print(String name, double percent, Map<String, Long> counts, int most) {
    long total = counts.values().stream().mapToLong(Long::longValue).sum();
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(most)
        .forEach(entry -> line(name, percent * entry.getValue() / total, entry.getKey()));
  }

  /** One line as they all are. */
  static void line(String name, double percent, String what) {
    System.out.printf(Locale.ROOT, "profile %s %.1f %% %s%n", name, percent, what);
  }
}
