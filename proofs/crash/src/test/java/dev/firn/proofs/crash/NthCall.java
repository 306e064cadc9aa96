package dev.firn.proofs.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.internal.commit.AbandonedFiles;
import dev.firn.testkit.Call;
import dev.firn.testkit.FakeClock;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.MemoryCatalog;
import dev.firn.testkit.ProcessDied;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Table;

/**
 * One run in which one call goes wrong; then the stream is opened again on the sound catalog, the
 * rest is replayed from {@code committed()}, and everything is compared.
 *
 * @param blind whether the metadata cannot be read any more from the fault on, so that the outcome
 *     of a commit stays unknown
 * @param late whether a delayed request arrives after the replay, and not before it
 */
record NthCall(
    Scenario scenario,
    Call call,
    Fault fault,
    int nth,
    Ending ending,
    boolean blind,
    boolean late) {

  /** What the application does with a writer that has thrown. */
  enum Ending {
    /** Nothing: its process is gone. */
    DROPPED,
    /** Closes it. */
    CLOSED,
    /** Calls commit again when that is advised, and closes it when it throws all the same. */
    AGAIN
  }

  /**
   * What came of it.
   *
   * @param hit whether there was an n-th call
   * @param threw whether the writer threw; else it went on by itself
   * @param orphans data files that nobody names
   * @param swept those that Firn's sweep deleted
   */
  record Outcome(
      boolean hit, boolean threw, int intents, int orphans, int metadataOrphans, int swept) {}

  private static final Duration SHORT = Duration.ofMillis(15);
  private static final Duration LONG = Duration.ofSeconds(30);

  private static final List<Call> FILE_CALLS =
      List.of(Call.CREATE, Call.WRITE, Call.CLOSE, Call.READ, Call.DELETE);

  boolean isDeath() {
    return isDeath(fault);
  }

  static boolean isDeath(Fault fault) {
    return fault.name().startsWith("DIED");
  }

  /**
   * The run when nothing goes wrong.
   *
   * @param calls how many there are of each kind
   * @param refreshes how often the metadata had been read when the n-th commit was sent
   * @param rows what the table must hold in the end
   */
  record Baseline(Map<Call, Integer> calls, List<Integer> refreshes, Holding rows) {

    static Baseline of(Scenario scenario) {
      List<Integer> refreshes = new ArrayList<>();
      FaultPlan plan = FaultPlan.scripted();
      plan.from(Call.COMMIT, 1, Fault.SLOW_COMMIT)
          .sleeper(wait -> refreshes.add((int) plan.calls(Call.REFRESH)));
      MemoryCatalog sound = new MemoryCatalog();
      scenario.create(sound);
      FakeClock clock = FakeClock.atNow();
      scenario.write(
          new FaultyCatalog(sound, plan),
          scenario.options().clock(clock).build(),
          Scenario.Trouble.NONE,
          () -> clock.advance(scenario.step()));
      Map<Call, Integer> calls = new EnumMap<>(Call.class);
      for (Call call : Call.values()) {
        calls.put(call, (int) plan.calls(call));
      }
      return new Baseline(calls, refreshes, Holding.expected(scenario.ends(), scenario.words()));
    }
  }

  /** Runs it. */
  Outcome run(Baseline baseline) {
    MemoryCatalog sound = new MemoryCatalog();
    scenario.create(sound);
    FaultPlan plan = script(baseline.refreshes());
    FakeClock clock = FakeClock.atNow();
    WriterOptions.Builder options = scenario.options().clock(clock);
    boolean threw = false;
    try {
      scenario.write(
          new FaultyCatalog(sound, plan),
          options.commitTimeout(blind ? SHORT : LONG).build(),
          new Application(plan),
          () -> clock.advance(scenario.step()));
    } catch (FirnException | ProcessDied e) {
      threw = true;
    }
    boolean hit = plan.effects(fault) > 0;
    plan.heal();
    deliver(plan, !late);
    Set<String> before = new TreeSet<>(sound.io().locations());
    scenario.write(
        sound,
        options.commitTimeout(LONG).build(),
        Scenario.Trouble.NONE,
        () -> clock.advance(scenario.step()));
    deliver(plan, true);
    check(sound.loadTable(Events.NAME), baseline.rows(), before);
    return sweep(sound.loadTable(Events.NAME), clock, hit, threw);
  }

  private FaultPlan script(List<Integer> refreshes) {
    FaultPlan plan = FaultPlan.scripted().slowness(Duration.ZERO).on(call, nth, fault);
    if (blind && nth <= refreshes.size()) {
      plan.from(Call.REFRESH, refreshes.get(nth - 1) + 1, Fault.REFRESH_FAILS);
    }
    if (isDeath()) {
      // Who is dead makes no more calls, whatever Firn does with the Error.
      FILE_CALLS.forEach(any -> plan.from(any, 1, Fault.SLOW_FILE));
      plan.from(Call.COMMIT, 1, Fault.SLOW_COMMIT);
    }
    return plan.sleeper(
        wait -> {
          if (isDeath() && plan.effects(fault) > 0) {
            throw new ProcessDied(fault);
          }
        });
  }

  private static void deliver(FaultPlan plan, boolean now) {
    while (now && plan.delayed() > 0) {
      plan.deliver(0);
    }
  }

  /** Every row once; nothing that is named is missing, and the replay leaves nothing behind. */
  private void check(Table table, Holding expected, Set<String> before) {
    assertThat(Holding.read(table, scenario.ends())).as("%s: the rows", this).isEqualTo(expected);
    Leftovers left = Leftovers.of(table);
    assertThat(left.missing()).as("%s: named, but not there", this).isEmpty();
    assertThat(before).as("%s: garbage of the replay", this).containsAll(left.data());
  }

  /** A day later: the sweep deletes data files that nobody names, and of a closed writer all. */
  private Outcome sweep(Table table, FakeClock clock, boolean hit, boolean threw) {
    Leftovers left = Leftovers.of(table);
    clock.advance(AbandonedFiles.DEFAULT_GRACE.plusHours(1));
    AbandonedFiles.Swept swept = AbandonedFiles.sweep(table, clock, AbandonedFiles.DEFAULT_GRACE);
    Leftovers after = Leftovers.of(table);
    Set<String> gone = new TreeSet<>(left.data());
    gone.removeAll(after.data());
    assertThat(gone).as("%s: what the sweep deleted", this).hasSize(swept.deletedFiles());
    assertThat(after.intents()).as("%s: every intent is settled", this).isEmpty();
    if (ending != Ending.DROPPED && fault != Fault.DELETE_FAILS) {
      assertThat(after.data()).as("%s: closed, and swept", this).isEmpty();
    }
    after.remove(table.io());
    assertThat(Leftovers.of(table).missing()).as("%s: after the sweep", this).isEmpty();
    return new Outcome(
        hit,
        threw,
        left.intents().size(),
        left.data().size(),
        left.metadata().size(),
        swept.deletedFiles());
  }

  /** An application that does as its {@link Ending} says. */
  private final class Application implements Scenario.Trouble {

    private final FaultPlan plan;

    Application(FaultPlan plan) {
      this.plan = plan;
    }

    @Override
    public void commit(StreamingTableWriter<?> writer) {
      try {
        writer.commit();
      } catch (FirnException e) {
        if (ending != Ending.AGAIN) {
          throw e;
        }
        plan.heal();
        deliver(plan, !late);
        writer.commit();
      }
    }

    @Override
    public void end(StreamingTableWriter<?> writer, Throwable why) {
      if (ending != Ending.DROPPED) {
        writer.close();
      }
    }
  }

  /**
   * Every call, fault and ending of a scenario, and of the n of each every {@code stride}-th, from
   * another one on each time.
   */
  static Totals runAll(Scenario scenario, int stride) {
    Totals totals = new Totals();
    Baseline baseline = Baseline.of(scenario);
    int offset = 0;
    for (Call call : Call.values()) {
      int step = Math.max(1, Math.min(stride, baseline.calls().get(call)));
      for (Fault fault : Fault.values()) {
        if (fault.appliesTo(call) && !fault.name().startsWith("SLOW")) {
          for (NthCall way : ways(scenario, call, fault)) {
            way.runEveryN(1 + offset++ % step, step, baseline, totals);
          }
        }
      }
    }
    return totals;
  }

  private static List<NthCall> ways(Scenario scenario, Call call, Fault fault) {
    List<NthCall> ways = new ArrayList<>();
    for (Ending ending : Ending.values()) {
      for (boolean blind : new boolean[] {false, true}) {
        for (boolean late : new boolean[] {false, true}) {
          boolean sense =
              (ending == Ending.DROPPED || !isDeath(fault))
                  && (!blind || (call == Call.COMMIT && !isDeath(fault)))
                  && (!late || fault == Fault.DELAYED);
          if (sense) {
            ways.add(new NthCall(scenario, call, fault, 1, ending, blind, late));
          }
        }
      }
    }
    return ways;
  }

  /** Until a run makes fewer calls; where only some are asked for, up to the usual number. */
  private void runEveryN(int first, int step, Baseline baseline, Totals totals) {
    boolean hit = true;
    int last = step == 1 ? Integer.MAX_VALUE : baseline.calls().get(call);
    for (int n = first; hit && n <= last; n += step) {
      NthCall nthCall = new NthCall(scenario, call, fault, n, ending, blind, late);
      Outcome outcome = nthCall.run(baseline);
      hit = outcome.hit();
      if (hit) {
        totals.add(nthCall, outcome);
      }
    }
  }
}
