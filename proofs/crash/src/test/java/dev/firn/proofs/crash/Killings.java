package dev.firn.proofs.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import dev.firn.api.Position;
import dev.firn.api.maintain.RemovedFiles;
import dev.firn.internal.commit.AbandonedFiles;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.commit.UnnamedFiles;
import dev.firn.proofs.crash.Trace.Phase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Kills the processes that write a table, many times, and checks the table: after every kill that
 * it holds as many rows as its token says, and in the end everything.
 */
final class Killings {

  /**
   * What came of it.
   *
   * @param inside kills between the start of sealing and the return of the commit
   * @param orphans data files that no snapshot names
   * @param swept how many of them Firn's own sweep deleted
   */
  record Report(
      Variant variant,
      int kills,
      long inside,
      Map<Phase, Integer> phases,
      long rows,
      int snapshots,
      int orphans,
      int metadataOrphans,
      int swept) {

    @Override
    public String toString() {
      return variant
          + ": kills="
          + kills
          + " inside="
          + inside
          + " rows="
          + rows
          + " orphans="
          + orphans
          + " swept="
          + swept
          + " (metadata orphans "
          + metadataOrphans
          + ", snapshots "
          + snapshots
          + ", "
          + phases
          + ")";
    }
  }

  /** More than the last run needs for a few commits. */
  private static final long LAST_EVENTS = 3_000;

  private final Path folder;
  private final Variant variant;
  private final Random random;
  private final JdbcCatalog catalog;
  private final Table table;
  private final List<Child> children = new ArrayList<>();
  private final Map<Phase, Integer> phases = new EnumMap<>(Phase.class);

  /** How long a child was seen to be inside, in nanoseconds; kills are aimed with it. */
  private long insideNanos = Duration.ofMillis(30).toNanos();

  private Killings(Path folder, Variant variant, long seed, JdbcCatalog catalog) throws Exception {
    this.folder = folder;
    this.variant = variant;
    this.random = new Random(seed);
    this.catalog = catalog;
    this.table = Events.create(catalog, variant.spec(), variant.properties());
    for (String source : variant.sources()) {
      children.add(new Child(folder, variant, source));
    }
  }

  /** Kills {@code kills} times, and lets the last processes come to their end. */
  static Report run(Path folder, Variant variant, int kills, long seed) throws Exception {
    try (JdbcCatalog catalog = Firn.openEmbedded(folder.resolve("catalog"))) {
      Killings killings = new Killings(folder, variant, seed, catalog);
      try {
        return killings.run(kills);
      } finally {
        for (Child child : killings.children) {
          child.stop();
        }
      }
    }
  }

  private Report run(int kills) throws Exception {
    for (int i = 0; i < kills; i++) {
      for (Child child : children) {
        if (!child.isAlive()) {
          child.start(Long.MAX_VALUE);
        }
      }
      Child victim = children.get(random.nextInt(children.size()));
      awaitTheMoment(victim);
      phases.merge(victim.kill(), 1, Integer::sum);
      checkTotals("after kill " + (i + 1));
    }
    for (Child child : children) {
      if (child.isAlive()) {
        child.kill();
      }
    }
    return finish(kills);
  }

  /** Some kills come at any time, the others are aimed at a commit, so that half fall into one. */
  private void awaitTheMoment(Child victim) throws InterruptedException {
    if (random.nextInt(10) < 3) {
      Thread.sleep(random.nextInt(2_500));
      return;
    }
    Trace trace = victim.trace();
    long wanted = 1 + random.nextInt(4);
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (victim.isAlive() && System.nanoTime() < deadline && trace.commits() < wanted) {
      awaitCommit(victim, deadline);
    }
    while (victim.isAlive() && System.nanoTime() < deadline && !trace.phase().isInside()) {
      Thread.sleep(1);
    }
    // Squared: the time to look and to kill comes on top, and a commit may be quicker than most.
    double share = random.nextDouble();
    long nanos = (long) (share * share * insideNanos);
    Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
  }

  /** Waits for one commit, and learns how long one takes. */
  private void awaitCommit(Child victim, long deadline) throws InterruptedException {
    Trace trace = victim.trace();
    long before = trace.commits();
    long begun = 0;
    while (victim.isAlive() && System.nanoTime() < deadline && trace.commits() == before) {
      if (begun == 0 && trace.phase().isInside()) {
        begun = System.nanoTime();
      }
      Thread.sleep(1);
    }
    if (begun > 0) {
      insideNanos = (7 * insideNanos + System.nanoTime() - begun) / 8;
    }
  }

  /** Rows and position are one: the newest snapshot's counts must be its token's. */
  private void checkTotals(String when) {
    table.refresh();
    Snapshot head = table.currentSnapshot();
    long rows = head == null ? 0 : Long.parseLong(head.summary().get("total-records"));
    long covered = positions().values().stream().mapToLong(Long::longValue).sum();
    assertThat(rows)
        .as("rows in the table and rows that the token covers, " + when)
        .isEqualTo(covered);
  }

  /** How far each source is in, by the token in the newest snapshot's history. */
  private Map<String, Long> positions() {
    TableMetadata metadata = ((HasTableOperations) table).operations().current();
    Snapshot carrier = CommitterAccess.carrier(metadata, metadata.currentSnapshot(), table.io());
    Map<String, Long> positions = new TreeMap<>();
    if (carrier != null) {
      CommitterAccess.tokens(carrier, table.io())
          .values()
          .forEach(
              token ->
                  token
                      .positions()
                      .positions()
                      .forEach((source, position) -> positions.put(source, major(position))));
    }
    return positions;
  }

  private static long major(Position position) {
    return position.major();
  }

  private Report finish(int kills) throws Exception {
    table.refresh();
    Map<String, Long> ends = new TreeMap<>();
    Map<String, Long> reached = positions();
    long lastStart = System.currentTimeMillis();
    for (Child child : children) {
      long end = reached.getOrDefault(child.source(), 0L) + LAST_EVENTS;
      ends.put(child.source(), end);
      child.start(end);
    }
    for (Child child : children) {
      child.awaitEnd();
    }
    Holding expected = Holding.expected(ends, variant.words());
    assertThat(Holding.read(table, ends)).isEqualTo(expected);
    Leftovers left = Leftovers.of(table);
    assertThat(left.missing()).as("files that are named but are not there").isEmpty();
    assertThat(left.data())
        .as("data files of processes that came to their end")
        .allSatisfy(file -> assertThat(left.writtenAt().get(file)).isLessThan(lastStart));
    assertThat(left.data().size())
        .as("data files that a killed process can have begun")
        .isLessThanOrEqualTo(variant.mostFilesUnderWay() * (kills + children.size()));
    int swept = sweep(left);
    Leftovers.of(table).remove(table.io());
    assertThat(Holding.read(table, ends)).as("without the orphans").isEqualTo(expected);
    assertThat(Leftovers.of(table).missing()).isEmpty();
    long inside =
        phases.entrySet().stream()
            .filter(phase -> phase.getKey().isInside())
            .mapToLong(Map.Entry::getValue)
            .sum();
    int snapshots = ((HasTableOperations) table).operations().current().snapshots().size();
    return new Report(
        variant,
        kills,
        inside,
        phases,
        expected.rows(),
        snapshots,
        left.data().size(),
        left.metadata().size(),
        swept);
  }

  /** Firn's sweep a day later: it finds every data file that nobody names, and nothing else. */
  private int sweep(Leftovers before) {
    Clock tomorrow = Clock.offset(Clock.systemUTC(), AbandonedFiles.DEFAULT_GRACE.plusHours(1));
    RemovedFiles removed =
        new UnnamedFiles(table, tomorrow).removeAbandonedFiles(AbandonedFiles.DEFAULT_GRACE);
    Leftovers after = Leftovers.of(table);
    TreeSet<String> gone = new TreeSet<>(before.writtenAt().keySet());
    gone.removeAll(after.writtenAt().keySet());
    gone.removeAll(before.intents());
    gone.removeIf(location -> location.contains("/firn-tok-"));
    assertThat(gone).as("what the sweep deleted").isEqualTo(before.data());
    assertThat(removed.dataFiles()).isEqualTo(gone.size());
    assertThat(removed.waitingCommits()).as("every stream has passed").isZero();
    return removed.dataFiles();
  }
}
