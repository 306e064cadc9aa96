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
   * @param failed the first story that ended in a violation; null if none did
   */
  public record Report(
      long steps,
      Map<Fault, Long> faults,
      Map<String, Integer> outcomes,
      List<String> violations,
      @Nullable Failed failed) {

    /** Nothing yet. */
    public static Report empty() {
      return new Report(0, new EnumMap<>(Fault.class), new TreeMap<>(), new ArrayList<>(), null);
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
      return new Report(
          steps + other.steps,
          allFaults,
          allOutcomes,
          allViolations,
          failed == null ? other.failed : failed);
    }

    /** All faults that took effect. */
    public long faultCount() {
      return faults.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** A story that ended in a violation. */
  public record Failed(long seed, Story story) {}

  private static final int CHECK_CELLS_EVERY = 10;

  private final long seed;
  private final SimulatedWorld world;
  private final List<SimulatedWriter> writers = new ArrayList<>();
  private final SimulatedGroup group;
  private final SimulatedSharedWriter shared;
  private final SimulatedWriterGroup team;
  private final Random random;

  private CommitSimulation(long seed, @Nullable Safety without) {
    this.seed = seed;
    this.world = new SimulatedWorld(seed, without, FaultRates.usual());
    this.random = world.random;
    writers.add(writer("orders", "main", List.of("")));
    writers.add(writer("clicks", "main", List.of("p0", "p1", "p2")));
    writers.add(writer("orders", "audit", List.of("")));
    if (world.isWhole()) {
      writers.add(writer(SnapshotHistory.SKIPPING, "main", List.of("")));
    }
    this.group = new SimulatedGroup(world, "group", List.of("k0", "k1", "k2", "k3"), 3);
    this.shared = new SimulatedSharedWriter(world);
    this.team = new SimulatedWriterGroup(world);
  }

  private SimulatedWriter writer(String stream, String branch, List<String> sources) {
    return new SimulatedWriter(world, stream, branch, sources, Ownership.EXCLUSIVE);
  }

  /** Runs one seed, up to its first violation. */
  public static Report run(long seed, int steps, @Nullable Safety without) {
    return run(seed, Story.of(steps), without, line -> {});
  }

  /** Runs the steps of {@code story} only, and tells what happens, line by line. */
  public static Report run(
      long seed, Story story, @Nullable Safety without, Consumer<String> trace) {
    CommitSimulation simulation = new CommitSimulation(seed, without);
    simulation.world.trace = trace;
    int last = 0;
    for (int step : story.steps()) {
      last = step;
      trace.accept("step " + step);
      simulation.world.beginStep(step);
      simulation.step(step);
      if (!simulation.world.oracle.violations().isEmpty()) {
        return simulation.report(last, story.upTo(step));
      }
    }
    simulation.world.beginStep(0);
    simulation.end();
    return simulation.report(last, story);
  }

  private void step(int step) {
    int dice = random.nextInt(100);
    if (dice < 58) {
      somebodyWorks(dice);
    } else if (dice < 76) {
      somebodyIsInTrouble(dice);
    } else if (dice < 80) {
      world.deliver();
    } else {
      othersWork(dice);
    }
    world.oracle.checkReadable();
    if (step % CHECK_CELLS_EVERY == 0) {
      world.oracle.checkCells();
    }
  }

  private void somebodyWorks(int dice) {
    if (dice < 36) {
      anyWriter().work();
    } else if (dice < 50) {
      groupOrWriter().work();
    } else if (world.isWhole()) {
      if (dice < 54) {
        team.work();
      } else {
        shared.work();
      }
    }
  }

  private void somebodyIsInTrouble(int dice) {
    if (dice < 62) {
      anyWriter().leaveBehind();
    } else if (dice < 63) {
      groupOrWriter().leaveBehind();
    } else if (dice < 64) {
      shared.leaveBehind();
      team.leaveBehind();
    } else if (dice < 65) {
      shared.wakeZombie();
      team.wakeZombie();
    } else if (dice < 69) {
      (random.nextInt(4) == 0 ? groupOrWriter() : anyWriter()).wakeZombie();
    } else if (dice < 72) {
      anyWriter().commitLate();
    } else if (dice < 74) {
      group.rebalance();
      team.rebalance();
    } else {
      anyWriter().heartbeat();
    }
  }

  private void othersWork(int dice) {
    switch (dice) {
      case 80, 81, 82, 83, 84 -> world.foreign.append();
      case 85, 86 -> world.foreign.compact();
      case 87 -> world.foreign.delete();
      case 88 -> world.aDayPasses();
      case 89 -> world.foreign.rollBack();
      case 90, 91 -> world.foreign.expire();
      case 92 -> world.foreign.setProperty();
      case 93 -> world.foreign.addColumn();
      case 94 -> world.foreign.rewriteManifests();
      case 95 -> world.foreign.evolveSpec();
      case 96 -> world.clockJumps();
      case 97 -> pickOrReplace();
      case 98 -> world.foreign.stageAndPick();
      default -> orphansGo();
    }
  }

  /** Plain commits know nothing of either. */
  private void pickOrReplace() {
    if (!world.isWhole() || random.nextInt(3) > 0) {
      world.foreign.pickWhatWasRolledBack();
    } else {
      world.foreign.replace();
    }
  }

  private void orphansGo() {
    writers.forEach(SimulatedWriter::restart);
    group.restart();
    shared.restart();
    team.restart();
    world.orphansGo();
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
    world.deliverAll();
    List<SimulatedWriter> all = new ArrayList<>(writers);
    if (world.isWhole()) {
      all.add(group.settle());
    }
    for (SimulatedWriter writer : all) {
      writer.leaveBehind();
      if (!goesOn(writer::work, "commit: COMMITTED") && !writer.writable().isEmpty()) {
        world.oracle.violation("INV-18 LIVENESS", writer.stream + " cannot commit any more");
      }
    }
    if (world.isWhole()) {
      shared.leaveBehind();
      if (!goesOn(shared::work, "shared: visible")) {
        world.oracle.violation("INV-18 LIVENESS", "the shared writer cannot commit any more");
      }
      team.settle();
      if (!goesOn(team::work, "team: COMMITTED")) {
        world.oracle.violation("INV-18 LIVENESS", "a writer group cannot commit any more");
      }
    }
    world.oracle.checkReadable();
    world.oracle.checkCells();
  }

  /** Whether {@code work} comes to this outcome in a few tries. */
  private boolean goesOn(Runnable work, String outcome) {
    int before = world.outcomes.getOrDefault(outcome, 0);
    boolean done = false;
    for (int i = 0; i < 4 && !done; i++) {
      work.run();
      done = world.outcomes.getOrDefault(outcome, 0) > before;
    }
    return done;
  }

  private Report report(int last, Story story) {
    Map<Fault, Long> faults = new EnumMap<>(Fault.class);
    faults.putAll(world.faults.effects());
    world.storageFaults.effects().forEach((fault, count) -> faults.merge(fault, count, Long::sum));
    List<String> violations = new ArrayList<>();
    for (String violation : world.oracle.violations()) {
      violations.add("seed " + seed + ", step " + last + ": " + violation);
    }
    return new Report(
        story.steps().length,
        faults,
        new TreeMap<>(world.outcomes),
        violations,
        violations.isEmpty() ? null : new Failed(seed, story));
  }
}
