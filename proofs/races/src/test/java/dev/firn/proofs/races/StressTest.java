package dev.firn.proofs.races;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All stress tests: what no order of threads explains, and what takes time. Too slow for the gate.
 */
class StressTest {

  /** Of each test and run, in the long run. */
  private static final String MILLIS = System.getProperty("firn.races.millis", "1000");

  @TempDir Path directory;

  @Tag("integration")
  @Test
  void whatWakesTakesAMomentOnly() throws Exception {
    assertThat(new Stress("Wakes$").fails(directory)).isFalse();
  }

  @Tag("integration")
  @Test
  void nothingForbiddenIsSeen() throws Exception {
    Stress.Outcome outcome =
        new Stress("dev.firn.internal")
            .run(directory, Duration.ofHours(2), "-f 1 -fsm 3 -iters 5 -time " + MILLIS);
    System.out.printf(
        "races: tests=%d samples=%d forbidden=%d%n",
        outcome.tests().size(), outcome.samples(), outcome.forbidden());
    assertThat(outcome.child().exit()).as(outcome.child().output()).isZero();
    assertThat(outcome.forbidden()).isZero();
    assertThat(outcome.tests())
        .as("those that have a mistake of their own")
        .isEqualTo(withMistake());
  }

  private static Set<String> withMistake() {
    return Mutants.all().stream()
        .flatMap(mutant -> mutant.noticedBy().stream())
        .filter(Stress.class::isInstance)
        .map(Check::toString)
        .collect(toSet());
  }
}
