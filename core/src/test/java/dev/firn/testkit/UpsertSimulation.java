package dev.firn.testkit;

import dev.firn.testkit.CommitSimulation.Failed;
import dev.firn.testkit.CommitSimulation.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Upserts under faults, crashes and zombies, on tables that other engines change too, compared with
 * an {@link UpsertOracle oracle} after every step. One seed is one table and one history; the same
 * seed and steps give the same history.
 */
public final class UpsertSimulation {

  private static final int CHECK_CELLS_EVERY = 10;

  private final long seed;
  private final UpsertWorld world;
  private final List<UpsertingWriter> writers = new ArrayList<>();
  private final @Nullable UpsertingGroup group;
  private final @Nullable UpsertingShared shared;
  private final Random random;

  private UpsertSimulation(long seed, UpsertWorld world) {
    this.seed = seed;
    this.world = world;
    this.random = world.random;
    boolean whole = world.parts.isWhole();
    writers.add(new UpsertingWriter(world, "orders", "main"));
    if (random.nextInt(3) == 0 && whole) {
      writers.add(new UpsertingWriter(world, "audit", "audit"));
    }
    this.group = random.nextInt(3) == 0 && whole ? new UpsertingGroup(world) : null;
    this.shared = random.nextInt(4) == 0 && whole ? new UpsertingShared(world) : null;
  }

  /** Runs one seed, up to its first violation. */
  public static Report run(long seed, int steps, @Nullable UpsertSafety without) {
    return run(seed, Story.of(steps), without, line -> {});
  }

  /** Runs the steps of {@code story} only, and tells what happens, line by line. */
  public static Report run(
      long seed, Story story, @Nullable UpsertSafety without, Consumer<String> trace) {
    try (UpsertWorld world = new UpsertWorld(seed, without)) {
      world.trace = trace;
      trace.accept("seed " + seed + ": " + world.table);
      return new UpsertSimulation(seed, world).run(story);
    }
  }

  private Report run(Story story) {
    int last = 0;
    for (int step : story.steps()) {
      last = step;
      world.trace.accept("step " + step);
      world.beginStep(step);
      step(step);
      if (!world.oracle.violations().isEmpty()) {
        return report(last, story.upTo(step));
      }
    }
    world.beginStep(0);
    end();
    return report(last, story);
  }

  private void step(int step) {
    int dice = random.nextInt(100);
    if (dice < 56) {
      somebodyWorks(dice);
    } else if (dice < 70) {
      somebodyIsInTrouble(dice);
    } else {
      othersWork(dice);
    }
    world.oracle.checkReadable();
    if (step % CHECK_CELLS_EVERY == 0) {
      world.oracle.checkCells(random);
    }
  }

  private void somebodyWorks(int dice) {
    if (dice < 12 && group != null) {
      group.work();
    } else if (dice < 20 && shared != null) {
      shared.work();
    } else {
      anyWriter().work();
    }
  }

  private void somebodyIsInTrouble(int dice) {
    if (dice < 60) {
      anyWriter().leaveBehind();
    } else if (dice < 63) {
      anyWriter().wakeZombie();
    } else if (dice < 64 && shared != null) {
      shared.leaveBehind();
    } else if (dice < 66 && group != null) {
      group.rebalance();
    } else if (dice < 67) {
      world.aDayPasses();
    } else if (dice < 68) {
      everybodyRestarts();
      world.unnamedFilesGo();
    } else {
      world.deliver();
    }
  }

  private void othersWork(int dice) {
    if (dice < 74) {
      world.rewriteFiles();
    } else if (dice < 87) {
      world.foreign.changeRows();
    } else if (dice < 90) {
      world.foreign.rollBack();
    } else if (dice < 94) {
      world.foreign.expire();
    } else {
      world.foreign.changeTable();
    }
  }

  private void everybodyRestarts() {
    writers.forEach(UpsertingWriter::restart);
    if (group != null) {
      group.restart();
    }
    if (shared != null) {
      shared.leaveBehind();
    }
  }

  private UpsertingWriter anyWriter() {
    return writers.get(random.nextInt(writers.size()));
  }

  /** All requests arrive, all faults end: then everybody must be able to go on. */
  private void end() {
    world.faults.active(false);
    world.deliverAll();
    everybodyRestarts();
    writers.forEach(
        writer -> requireGoesOn(writer.stream(), writer::settle, writer.stream() + ": COMMITTED"));
    if (group != null) {
      requireGoesOn("team", group::work, "team: COMMITTED");
    }
    if (shared != null) {
      requireGoesOn("shared", shared::work, "shared: visible");
    }
    world.oracle.checkReadable();
    world.oracle.checkCells(random);
  }

  private void requireGoesOn(String who, Runnable work, String outcome) {
    int before = world.outcomes.getOrDefault(outcome, 0);
    for (int i = 0; i < 6; i++) {
      work.run();
      if (world.outcomes.getOrDefault(outcome, 0) > before) {
        return;
      }
    }
    world.oracle.violation("LIVENESS", who + " cannot commit any more");
  }

  private Report report(int last, Story story) {
    List<String> violations = new ArrayList<>();
    for (String violation : world.oracle.violations()) {
      violations.add("seed " + seed + ", step " + last + ": " + violation);
    }
    return new Report(
        story.steps().length,
        world.faults.effects(),
        new TreeMap<>(world.outcomes),
        violations,
        violations.isEmpty() ? null : new Failed(seed, story));
  }
}
