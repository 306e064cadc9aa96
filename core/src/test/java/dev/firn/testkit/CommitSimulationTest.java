package dev.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.testkit.CommitSimulation.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A slice of the simulation for every build; {@link Simulate} runs it at length. */
class CommitSimulationTest {

  private static final int SEEDS = 50;
  private static final int STEPS = 200;

  @Test
  void nothingIsLostDoubledOrMadeUnreadableInTenThousandSteps() {
    // Seeds know nothing of each other, so they may run side by side.
    Report report =
        LongStream.rangeClosed(1, SEEDS)
            .parallel()
            .mapToObj(seed -> CommitSimulation.run(seed, STEPS, null))
            .reduce(Report.empty(), Report::and);
    System.out.println("Seeds 1 to " + SEEDS + ", faults in effect: " + report.faults());
    assertThat(report.violations()).isEmpty();
    assertThat(report.steps()).isEqualTo(SEEDS * STEPS);
    for (Fault fault : Fault.values()) {
      assertThat(report.faults())
          .as("times in effect")
          .hasEntrySatisfying(
              fault, times -> assertThat(times).as("%s", fault).isGreaterThanOrEqualTo(100));
    }
    assertThat(report.outcomes())
        .as("roads that were taken")
        .containsKeys(
            "commit: COMMITTED",
            "commit: ALREADY_COMMITTED",
            "commit: StaleTokenException",
            "commit: WriterFencedException",
            "commit: CommitUnknownException",
            "delayed request landed",
            "heartbeat",
            "operator rollback",
            "expiry of a writer",
            "abandoned files swept",
            "token lost",
            "foreign replacement",
            "foreign cherry-pick",
            "foreign cherry-pick of a writer's rows",
            "foreign spec change",
            "orphans removed",
            "clock jump",
            "commit: TableGoneException",
            "shared: visible",
            "shared: zombie woke",
            "team: COMMITTED",
            "team: closed in mid-commit",
            "team: handed in together: 3");
  }

  @ParameterizedTest
  @EnumSource(Safety.class)
  void aSafetyThatIsMissingIsNoticed(Safety missing) {
    List<String> violations = new ArrayList<>();
    for (long seed = 1; seed <= 40 && violations.isEmpty(); seed++) {
      violations.addAll(CommitSimulation.run(seed, STEPS, missing).violations());
    }
    assertThat(violations).isNotEmpty();
  }

  @Test
  void withoutExactBaseRowsAreLostOrDoubled() {
    List<String> violations = new ArrayList<>();
    for (long seed = 1; seed <= 8; seed++) {
      violations.addAll(CommitSimulation.run(seed, STEPS, Safety.EXACT_BASE).violations());
    }
    assertThat(violations)
        .as("plain commits roll others back, double rows and break their own snapshots")
        .anyMatch(violation -> violation.contains("HEAD: main moved"));
  }

  @Test
  void theSameSeedTellsTheSameStory() {
    Report first = CommitSimulation.run(42, 60, null);
    Report second = CommitSimulation.run(42, 60, null);
    assertThat(second.outcomes()).isEqualTo(first.outcomes());
    assertThat(second.faults()).isEqualTo(first.faults());
  }
}
