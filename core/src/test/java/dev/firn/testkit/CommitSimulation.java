package dev.firn.testkit;

import dev.firn.api.Ownership;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The commit protocol under random writers, faults, foreign engines, crashes and zombies, compared
 * with an {@link CommitOracle oracle} after every step. One seed is one table and one history; the
 * same seed and steps give the same history.
 */
public final class CommitSimulation {

  /**
   * What came of one or more seeds.
   *
   * @param faults how often each fault took effect
   * @param outcomes what writers and others met, by name
   * @param violations what must never be, each with seed and step
   */
  public record Report(
      long steps, Map<Fault, Long> faults, Map<String, Integer> outcomes, List<String> violations) {

    /** Nothing yet. */
    public static Report empty() {
      return new Report(0, new EnumMap<>(Fault.class), new TreeMap<>(), new ArrayList<>());
    }

    /** Both together. */
    public Report and(Report other) {
      Map<Fault, Long> allFaults = new EnumMap<>(Fault.class);
      allFaults.putAll(faults);
      other.faults.forEach((fault, count) -> allFaults.merge(fault, count, Long::sum));
      Map<String, Integer> allOutcomes = new TreeMap<>(outcomes);
      other.outcomes.forEach((outcome, count) -> allOutcomes.merge(outcome, count, Integer::sum));
      List<String> allViolations = new ArrayList<>(violations);
      allViolations.addAll(other.violations);
      return new Report(steps + other.steps, allFaults, allOutcomes, allViolations);
    }

    /** All faults that took effect. */
    public long faultCount() {
      return faults.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private static final int CHECK_BY_PLANNING_EVERY = 10;

  private final long seed;
  private final SimulatedWorld world;
  private final Random random;
  private final List<SimulatedWriter> writers = new ArrayList<>();
  private final SimulatedGroup group;

  private CommitSimulation(long seed, @Nullable Safety without) {
    this.seed = seed;
    this.world = new SimulatedWorld(seed, without, FaultRates.usual());
    this.random = world.random;
    writers.add(writer("orders", "main", List.of("")));
    writers.add(writer("clicks", "main", List.of("p0", "p1", "p2")));
    writers.add(writer("orders", "audit", List.of("")));
    this.group = new SimulatedGroup(world, "group", List.of("k0", "k1", "k2", "k3"), 3);
  }

  private SimulatedWriter writer(String stream, String branch, List<String> sources) {
    return new SimulatedWriter(world, stream, branch, sources, Ownership.EXCLUSIVE);
  }

  /** Runs one seed, up to its first violation. */
  public static Report run(long seed, int steps, @Nullable Safety without) {
    return run(seed, steps, without, line -> {});
  }

  /** As {@link #run(long, int, Safety)}, and tells what happens, line by line. */
  public static Report run(long seed, int steps, @Nullable Safety without, Consumer<String> trace) {
    CommitSimulation simulation = new CommitSimulation(seed, without);
    simulation.world.trace = trace;
    int step = 0;
    while (step < steps && simulation.world.oracle.violations().isEmpty()) {
      step++;
      trace.accept("step " + step);
      simulation.step(step);
    }
    if (simulation.world.oracle.violations().isEmpty()) {
      simulation.end();
    }
    return simulation.report(step);
  }

  private void step(int step) {
    int dice = random.nextInt(100);
    if (dice < 42) {
      anyWriter().work();
    } else if (dice < 58) {
      groupOrWriter().work();
    } else if (dice < 62) {
      anyWriter().leaveBehind();
    } else if (dice < 63) {
      groupOrWriter().leaveBehind();
    } else if (dice < 68) {
      (random.nextInt(4) == 0 ? groupOrWriter() : anyWriter()).wakeZombie();
    } else if (dice < 72) {
      anyWriter().commitLate();
    } else if (dice < 75) {
      group.rebalance();
    } else if (dice < 78) {
      anyWriter().heartbeat();
    } else if (dice < 82) {
      world.deliver();
    } else if (dice < 88) {
      world.foreign.append();
    } else if (dice < 91) {
      world.foreign.compact();
    } else if (dice < 92) {
      world.foreign.delete();
    } else if (dice < 93) {
      world.aDayPasses();
    } else if (dice < 94) {
      world.foreign.rollBack();
    } else if (dice < 96) {
      world.foreign.expire();
    } else if (dice < 98) {
      world.foreign.setProperty();
    } else if (dice < 99) {
      world.foreign.addColumn();
    } else {
      world.foreign.rewriteManifests();
    }
    world.oracle.checkReadable();
    if (step % CHECK_BY_PLANNING_EVERY == 0) {
      world.oracle.checkByPlanning();
    }
  }

  private SimulatedWriter anyWriter() {
    return writers.get(random.nextInt(writers.size()));
  }

  private SimulatedWriter groupOrWriter() {
    return world.isWhole() ? group.any() : anyWriter();
  }

  /** All requests arrive, all faults end: then everybody must be able to go on. */
  private void end() {
    world.faults.active(false);
    while (world.faults.delayed() > 0) {
      world.deliver();
    }
    List<SimulatedWriter> all = new ArrayList<>(writers);
    if (world.isWhole()) {
      all.add(group.settle());
    }
    for (SimulatedWriter writer : all) {
      writer.leaveBehind();
      int before = committed();
      for (int i = 0; i < 4 && committed() == before; i++) {
        writer.work();
      }
      if (committed() == before && !writer.writable().isEmpty()) {
        world.oracle.violation("INV-18 LIVENESS", writer.stream + " cannot commit any more");
      }
    }
    world.oracle.checkReadable();
    world.oracle.checkByPlanning();
  }

  private int committed() {
    return world.outcomes.getOrDefault("commit: COMMITTED", 0);
  }

  private Report report(int steps) {
    Map<Fault, Long> faults = new EnumMap<>(Fault.class);
    faults.putAll(world.faults.effects());
    world.storageFaults.effects().forEach((fault, count) -> faults.merge(fault, count, Long::sum));
    List<String> violations = new ArrayList<>();
    for (String violation : world.oracle.violations()) {
      violations.add("seed " + seed + ", step " + steps + ": " + violation);
    }
    return new Report(steps, faults, new TreeMap<>(world.outcomes), violations);
  }
}
