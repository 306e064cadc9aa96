package dev.firn.benchmarks.rows;

import java.util.List;

/** All tables that are measured. */
public final class Workloads {

  private Workloads() {}

  public static List<Workload<?>> all() {
    return List.of(
        new SensorReadings(), new Clickstream(), new LineItems(), new Flights(), new Orders());
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
