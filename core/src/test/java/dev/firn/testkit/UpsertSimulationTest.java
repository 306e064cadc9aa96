package dev.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testkit.CommitSimulation.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A slice of the simulation of upserts for every build; {@link Simulate} runs it at length. */
class UpsertSimulationTest {

  private static final int SEEDS = 24;
  private static final int STEPS = 60;

  @Test
  void everyKeyHasItsLastRowAndNoOther() {
    // Seeds know nothing of each other, so they may run side by side.
    Report report =
        LongStream.rangeClosed(1, SEEDS)
            .parallel()
            .mapToObj(seed -> UpsertSimulation.run(seed, STEPS, null))
            .reduce(Report.empty(), Report::and);
    System.out.println("Upserts, seeds 1 to " + SEEDS + ", faults in effect: " + report.faults());
    assertThat(report.violations()).isEmpty();
    assertThat(report.steps()).isEqualTo(SEEDS * STEPS);
    assertThat(report.outcomes())
        .as("roads that were taken")
        .containsKeys(
            "orders: COMMITTED",
            "orders: aborted",
            "orders: changes came late",
            "orders: zombie woke",
            "audit: COMMITTED",
            "team: COMMITTED",
            "shared: visible",
            "delayed request landed",
            "an entry of an index lost",
            "an index of before found",
            "orders: closed",
            "expiry of a writer",
            "unnamed files removed",
            "files rewritten",
            "files rewritten in vain",
            "foreign append",
            "foreign branch",
            "foreign compaction",
            "foreign copy on write",
            "foreign delete by position",
            "foreign delete by vector",
            "foreign delete of a file",
            "foreign expiry",
            "foreign manifest rewrite",
            "foreign rollback",
            "foreign schema change",
            "foreign spec change",
            "foreign upgrade");
  }

  @ParameterizedTest
  @EnumSource(UpsertSafety.class)
  void aSafetyThatIsMissingIsNoticed(UpsertSafety missing) {
    List<String> violations = new ArrayList<>();
    for (long seed = 1; seed <= 40 && violations.isEmpty(); seed++) {
      violations.addAll(UpsertSimulation.run(seed, 120, missing).violations());
    }
    System.out.println("Without " + missing.option() + ": " + violations);
    assertThat(violations).isNotEmpty();
  }

  @Test
  void theSameSeedTellsTheSameStory() {
    Report first = UpsertSimulation.run(42, 60, null);
    Report second = UpsertSimulation.run(42, 60, null);
    assertThat(second.outcomes()).isEqualTo(first.outcomes());
    assertThat(second.faults()).isEqualTo(first.faults());
  }
}
