package dev.firn.benchmarks.rows;

import java.util.List;

/** All tables that are measured. */
public final class Workloads {

  private Workloads() {}

  public static List<Workload<?>> all() {
    return List.of(
        new SensorReadings(), new Clickstream(), new LineItems(), new Flights(), new Orders());
  }

  /** All shapes of events that are measured from a topic. */
  public static List<EventShape> events() {
    return List.of(new TelemetryEvents(), new ClickEvents());
  }

  /** The shape of events called {@code name}. */
  public static EventShape events(String name) {
    return events().stream()
        .filter(shape -> shape.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no case "
                        + name
                        + ", only "
                        + events().stream().map(EventShape::name).toList()));
  }

  /** The table called {@code name}. */
  public static Workload<?> named(String name) {
    return all().stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no case " + name + ", only " + all().stream().map(Workload::name).toList()));
  }
}
