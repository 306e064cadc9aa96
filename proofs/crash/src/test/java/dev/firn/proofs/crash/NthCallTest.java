package dev.firn.proofs.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.crash.NthCall.Baseline;
import dev.firn.testkit.Call;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The n-th call of a run fails, lies, or is the last thing the process does, for every kind of
 * call, every fault and every n: the replay makes the table whole, and nothing is deleted that
 * anybody names.
 */
class NthCallTest {

  /** All n would take minutes. */
  private static final int STRIDE = 9;

  @ParameterizedTest
  @EnumSource(
      value = Scenario.class,
      names = {"PARTITIONED", "SOURCES"})
  void everyFewthCallMayGoWrong(Scenario scenario) {
    run(scenario, STRIDE);
  }

  @Tag("integration")
  @ParameterizedTest
  @EnumSource(Scenario.class)
  void everyCallMayGoWrong(Scenario scenario) {
    Totals totals = run(scenario, 1);
    assertThat(totals.highest()).as("kinds of calls that were hit").hasSizeGreaterThanOrEqualTo(6);
    assertThat(totals.swept()).as("abandoned files that the sweep found").isPositive();
  }

  /** A scenario that no longer does what it is there for would prove nothing. */
  @Test
  void everyScenarioMakesTheCallsThatItIsNamedFor() {
    Map<Call, Integer> plain = Baseline.of(Scenario.PLAIN).calls();
    assertThat(Baseline.of(Scenario.PARTITIONED).calls())
        .satisfies(
            calls -> assertThat(calls.get(Call.CREATE)).isGreaterThan(plain.get(Call.CREATE)))
        .satisfies(calls -> assertThat(calls.get(Call.READ)).isGreaterThan(plain.get(Call.READ)))
        .satisfies(calls -> assertThat(calls.get(Call.DELETE)).isPositive());
    assertThat(Baseline.of(Scenario.EXPIRING).calls())
        .satisfies(
            calls -> assertThat(calls.get(Call.COMMIT)).isGreaterThan(plain.get(Call.COMMIT)))
        .satisfies(calls -> assertThat(calls.get(Call.DELETE)).isPositive());
    // Without an opening's commits there are fewer; but each one writes a file of tokens.
    assertThat(Baseline.of(Scenario.SOURCES).calls())
        .satisfies(calls -> assertThat(calls.get(Call.COMMIT)).isLessThan(plain.get(Call.COMMIT)))
        .satisfies(
            calls -> assertThat(calls.get(Call.CREATE)).isGreaterThan(plain.get(Call.CREATE)));
    assertThat(Baseline.of(Scenario.EARLY).calls().get(Call.CREATE))
        .isGreaterThan(2 * plain.get(Call.CREATE));
  }

  private static Totals run(Scenario scenario, int stride) {
    long start = System.nanoTime();
    Totals totals = NthCall.runAll(scenario, stride);
    System.out.printf(
        "%s, stride %d: %s in %.1f s%n",
        scenario, stride, totals, (System.nanoTime() - start) / 1e9);
    assertThat(totals.highest()).containsKeys(Call.LOAD, Call.COMMIT, Call.CREATE, Call.WRITE);
    return totals;
  }
}
