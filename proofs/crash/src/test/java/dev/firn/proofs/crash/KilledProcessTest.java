package dev.firn.proofs.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code kill -9} of the process that writes, at random moments, a third of them at least between
 * the start of sealing and the return of the commit: no row is lost and none is there twice.
 *
 * <p>{@code -Dfirn.proof.kills=<n>} kills so often in each variant of the long run, {@code
 * -Dfirn.proof.seed=<n>} repeats the moments of a run, as far as moments can be repeated.
 */
class KilledProcessTest {

  private static final long SEED = Long.getLong("firn.proof.seed", System.nanoTime());

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"EXCLUSIVE, 6", "EARLY_SEALING, 3", "PER_SOURCE, 4"})
  void noRowIsLostOrDoubledByAFewKills(Variant variant, int kills) throws Exception {
    kill(variant, kills);
  }

  @Tag("integration")
  @ParameterizedTest
  @CsvSource({"EXCLUSIVE, 140", "EARLY_SEALING, 60", "PER_SOURCE, 100"})
  void noRowIsLostOrDoubledByHundredsOfKills(Variant variant, int kills) throws Exception {
    Killings.Report report = kill(variant, Integer.getInteger("firn.proof.kills", kills));
    assertThat(report.inside() * 3).as("a third of the kills").isGreaterThan(report.kills());
  }

  private Killings.Report kill(Variant variant, int kills) throws Exception {
    System.out.println(variant + ": seed=" + SEED);
    Killings.Report report = Killings.run(folder, variant, kills, SEED);
    System.out.println(report);
    return report;
  }
}
