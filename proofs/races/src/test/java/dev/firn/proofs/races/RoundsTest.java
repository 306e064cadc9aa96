package dev.firn.proofs.races;

import dev.firn.internal.stream.WriterRounds;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole writers under threads that do everything at once: every row once, in order. */
class RoundsTest {

  private static final long SECONDS = Long.getLong("firn.races.seconds", 90);

  @Test
  @Timeout(120)
  void everyRowIsInTheTableOnceInAFewRounds() throws Exception {
    rounds(Duration.ofSeconds(4));
  }

  @Tag("integration")
  @Test
  void everyRowIsInTheTableOnceInManyRounds() throws Exception {
    rounds(Duration.ofSeconds(SECONDS));
  }

  private void rounds(Duration time) throws Exception {
    long first = Long.getLong("firn.races.seed", System.nanoTime());
    long rounds = 0;
    long rows = 0;
    for (long start = System.nanoTime(); System.nanoTime() - start < time.toNanos(); rounds++) {
      try {
        rows += WriterRounds.run(first + rounds);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("-Dfirn.races.seed=" + (first + rounds), e);
      }
    }
    System.out.printf("races: rounds=%d rows=%d seed=%d%n", rounds, rows, first);
  }
}
