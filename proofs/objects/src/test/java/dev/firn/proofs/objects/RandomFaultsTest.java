package dev.firn.proofs.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.objects.Contestant.Rival;
import dev.firn.proofs.objects.Scene.CatalogKind;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of all kinds at random calls, other writers that commit when they strike, restarts in
 * between. One seed is one table; {@code firn.objects.seed} and {@code firn.objects.seeds} say
 * which and how many.
 */
@Tag("integration")
class RandomFaultsTest {

  private static final int BATCHES = 20;
  private static final double FAULTS_PER_CALL = 0.08;

  @TempDir static Path directory;

  @Test
  void firnLosesAndDoublesNothingUnderRandomFaults() throws Exception {
    long first = Long.getLong("firn.objects.seed", System.currentTimeMillis());
    int seeds = Integer.getInteger("firn.objects.seeds", 10);
    try (Stage stage = new Stage(directory)) {
      for (long seed = first; seed < first + seeds; seed++) {
        CatalogKind catalog = CatalogKind.values()[(int) Math.floorMod(seed, 2L)];
        RandomFaults faults = new RandomFaults(new Random(seed), FAULTS_PER_CALL);
        Outcome outcome = stage.soak(catalog, Rival.FIRN, faults, BATCHES);
        System.out.printf(
            "seed %d, %s: %d faults, %d foreign commits, %d exceptions, %d orphans: %s%n",
            seed,
            catalog,
            faults.struck(),
            faults.foreign(),
            outcome.failures().size(),
            outcome.orphans(),
            outcome.verdict());
        assertThat(outcome.isExact()).as("seed %d, %s: %s", seed, catalog, outcome).isTrue();
        assertThat(faults.struck()).as("seed %d", seed).isPositive();
      }
    }
  }
}
