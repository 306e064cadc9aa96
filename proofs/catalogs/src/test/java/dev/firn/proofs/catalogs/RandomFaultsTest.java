package dev.firn.proofs.catalogs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.iceberg.catalog.Catalog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One stream into one table for a while, a fault of random kind at every commit or opening, others
 * in between at random; then every row is compared. {@code -Dfirn.proof.seconds} says how long for
 * each catalog, {@code -Dfirn.proof.seed} draws a run's faults again.
 */
@Tag("integration")
class RandomFaultsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int COMMITS_BETWEEN_LOOKS = 100;

  @TempDir Path folder;

  private final Map<Fault, Integer> struck = new ConcurrentSkipListMap<>();
  private final List<Long> foreign = Collections.synchronizedList(new ArrayList<>());
  private int foreignBatches;
  private int unknown;
  private int reopened;

  @ParameterizedTest
  @EnumSource
  void everyRowIsThereOnce(Place kind) {
    long seed = Long.getLong("firn.proof.seed", System.nanoTime());
    long seconds = Long.getLong("firn.proof.seconds", 60);
    System.out.println("Random faults on " + kind + ", seed " + seed);
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    Random random = new Random(seed);
    List<Fault> faults =
        Arrays.stream(Fault.values())
            .filter(fault -> fault.places.contains(kind) && fault != Fault.SLOW)
            .toList();
    try (FaultyCatalogPlace place = kind.open(folder, Duration.ZERO)) {
      Catalog healthy = place.healthy();
      Events.createTable(healthy, true);
      int batch = 0;
      try (FirnWriter writer = new FirnWriter(place.client(place.impatience()), PATIENCE)) {
        for (; System.nanoTime() < end; batch++) {
          hurt(place, healthy, faults, random);
          commitUntilTold(place, writer, batch, random);
          if (batch % COMMITS_BETWEEN_LOOKS == 0) {
            compare(healthy, batch);
          }
        }
      }
      compare(healthy, batch - 1);
      report(kind, batch);
    }
  }

  private void hurt(FaultyCatalogPlace place, Catalog healthy, List<Fault> faults, Random random) {
    Fault fault = faults.get(random.nextInt(faults.size()));
    while ((fault.isDark() || fault.isSilent()) && random.nextInt(6) > 0) {
      fault = faults.get(random.nextInt(faults.size())); // those take seconds, the others do not
    }
    Fault chosen = fault;
    List<Long> rows = random.nextBoolean() ? nextForeign() : List.of();
    Runnable others =
        () -> {
          struck.merge(chosen, 1, Integer::sum);
          if (!rows.isEmpty()) {
            Events.append(healthy.loadTable(Events.NAME), rows);
            foreign.addAll(rows);
          }
        };
    place.strikeNext(new Strike(chosen, others));
  }

  private List<Long> nextForeign() {
    return Events.foreign(foreignBatches++);
  }

  private void commitUntilTold(
      FaultyCatalogPlace place, FirnWriter writer, int batch, Random random) {
    Told told = Told.SUCCESS;
    if (random.nextInt(4) == 0) {
      reopened++;
      told = writer.reopenUnderFault();
    }
    if (told == Told.SUCCESS) {
      told = writer.write(batch);
    }
    place.heal();
    if (told != Told.SUCCESS) {
      unknown++;
      writer.replay(batch);
    }
  }

  private void compare(Catalog healthy, int lastBatch) {
    List<Long> expected = new ArrayList<>(foreign);
    for (int batch = 0; batch <= lastBatch; batch++) {
      expected.addAll(Events.batch(batch));
    }
    expected.sort(null);
    assertThat(Events.ids(healthy)).isEqualTo(expected);
  }

  private void report(Place kind, int batches) {
    int faults = struck.values().stream().mapToInt(Integer::intValue).sum();
    System.out.printf(
        "%s: %d batches of %d rows, %d faults, %d foreign commits, %d openings,"
            + " %d times not told success, every row once; %s%n",
        kind.title,
        batches,
        Events.BATCH_ROWS,
        faults,
        foreign.size() / Events.FOREIGN_ROWS,
        reopened,
        unknown,
        struck);
    assertThat(faults).as("one fault a batch").isGreaterThanOrEqualTo(batches - 1);
  }
}
