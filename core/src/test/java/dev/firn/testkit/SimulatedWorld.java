package dev.firn.testkit;

import dev.firn.api.SharedTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.internal.commit.AbandonedFiles;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.internal.stage.Replacements;
import dev.firn.internal.stream.SharedWriterAccess;
import dev.firn.internal.stream.StreamingGroupAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** What all actors of one simulated table share: the table, the oracle, the clock, the dice. */
final class SimulatedWorld {

  final Random random;
  final FakeClock clock = FakeClock.atNow();
  final FaultPlan faults;
  final FaultPlan storageFaults;
  final SimulatedTable table;
  final CommitOracle oracle;
  final ForeignEngines foreign;
  final Map<String, Integer> outcomes = new TreeMap<>();

  Consumer<String> trace = line -> {};

  /** Counts what committers do unasked. */
  final WriterListener listener =
      new WriterListener() {
        @Override
        public void expired(int snapshots) {
          count("expiry of a writer");
        }
      };

  private final long seed;
  private final @Nullable Safety without;
  private final FaultRates rates;
  private boolean inMeanwhile;
  private boolean rollbacks = true;

  SimulatedWorld(long seed, @Nullable Safety without, FaultRates rates) {
    this.seed = seed;
    this.random = new Random(seed);
    this.without = without;
    this.rates = rates;
    this.faults = rates.applyTo(FaultPlan.seeded(seed + 1));
    this.storageFaults = FaultPlan.seeded(seed + 2).rate(Fault.DELETE_FAILS, rates.ofDeletes());
    this.table = new SimulatedTable(seed, faults, storageFaults);
    this.oracle = new CommitOracle(table, line -> trace.accept(line));
    this.foreign = new ForeignEngines(this);
    table.watch(oracle);
    faults.sleeper(clock::advance).slowness(Duration.ofSeconds(20)).meanwhile(this::meanwhile);
  }

  /** Every die is thrown anew for each step: see {@link Story#dice}. */
  void beginStep(int step) {
    random.setSeed(Story.dice(seed, step));
    table.reseed(random.nextLong());
    faults.reseed(random.nextLong());
    storageFaults.reseed(random.nextLong());
  }

  /** Firn's committer, or one that lacks a safety. */
  TableCommitter open(WriterOptions options) {
    return without == Safety.EXACT_BASE
        ? PlainCommitter.open(table.faulty(), options)
        : open(table.faulty(), options, Replacements.NONE);
  }

  private SnapshotCommitter open(Table writable, WriterOptions options, Replacements replacements) {
    return without == null
        ? CommitterAccess.open(writable, options, replacements, this::waited)
        : CommitterAccess.open(writable, options, replacements, this::waited, without);
  }

  /** A writer for many threads, in this one; rows are events by their numbers. */
  SharedTableWriter<Long> openShared(WriterOptions options) {
    return SharedWriterAccess.open(
        table.faulty(),
        (event, row) -> row.setString(0, options.streamId()).setString(1, "").setLong(2, event),
        options,
        this::open);
  }

  /** Writers that commit together, in this one thread. */
  WriterGroup openGroup(WriterOptions options) {
    return StreamingGroupAccess.open(table.faulty(), options, this::open);
  }

  /** A writer gives up files that were in an attempt. Most keep them; see {@link #aDayPasses}. */
  void givenUp(List<String> files) {
    if (without == Safety.INTENTS) {
      table.io().deleteFiles(files);
      count("files of a failed commit deleted");
    }
  }

  /** No request lives as long. Then the files that no commit can need any more are deleted. */
  void aDayPasses() {
    deliverAll();
    clock.advance(AbandonedFiles.DEFAULT_GRACE.plusHours(1));
    AbandonedFiles.Swept swept =
        AbandonedFiles.sweep(table.plain(), clock, AbandonedFiles.DEFAULT_GRACE);
    count("sweep", 1);
    count("abandoned files swept", swept.deletedFiles());
  }

  /** The clock is set: an hour or two back, or days ahead. */
  void clockJumps() {
    clock.advance(Duration.ofMinutes(random.nextInt(4_000) - 180L));
    count("clock jump");
  }

  /**
   * Three days pass, in which every process was restarted; then an operator removes what looks like
   * an orphan, in half of the tables with the tokens.
   */
  void orphansGo() {
    deliverAll();
    clock.advance(Duration.ofDays(3));
    count("removal of orphans");
    count("orphans removed", table.removeOrphans(seed % 2 == 0));
  }

  /** With reads that succeed: Iceberg's clean-up waits for real seconds before it reads again. */
  void housekeep(TableCommitter committer) {
    faults.rate(Fault.READ_FAILS, 0);
    try {
      committer.housekeep();
    } finally {
      faults.rate(Fault.READ_FAILS, rates.of(Fault.READ_FAILS));
    }
  }

  /** Whether committers can do all that the contract says: the plain one knows no claims. */
  boolean isWhole() {
    return without != Safety.EXACT_BASE;
  }

  /** A committer waits between attempts: time passes, and the world does not stand still. */
  private void waited(Duration howLong) {
    clock.advance(howLong);
    if (random.nextInt(4) == 0) {
      deliver();
    }
    if (random.nextInt(8) == 0) {
      meanwhile();
    }
  }

  /** Others at work while a commit is under way. */
  private void meanwhile() {
    if (inMeanwhile) {
      return;
    }
    inMeanwhile = true;
    try {
      int what = random.nextInt(10);
      if (what < 4) {
        foreign.append();
      } else if (what < 5) {
        foreign.setProperty();
      } else if (what < 6) {
        foreign.compact();
      } else if (what < 7 && faults.delayed() > 0) {
        deliver();
      } else if (what == 7 && rollbacks && random.nextInt(4) == 0) {
        foreign.rollBack();
      } else if (what == 7 && rollbacks && random.nextInt(24) == 0) {
        foreign.replace();
      } else if (what == 8 && random.nextInt(2) == 0) {
        foreign.expire();
      }
    } finally {
      inMeanwhile = false;
    }
  }

  /** Every request that was on its way arrives. */
  void deliverAll() {
    while (faults.delayed() > 0) {
      deliver();
    }
  }

  /** Some request that was on its way arrives. */
  void deliver() {
    if (faults.delayed() > 0) {
      boolean landed = faults.deliver(random.nextInt(faults.delayed()));
      count(landed ? "delayed request landed" : "delayed request lost its race");
    }
  }

  /** Whether operators may roll back while a commit is under way. */
  void rollbacks(boolean allowed) {
    rollbacks = allowed;
  }

  void count(String outcome) {
    count(outcome, 1);
  }

  private void count(String outcome, int times) {
    if (times > 0) {
      outcomes.merge(outcome, times, Integer::sum);
      trace.accept("    " + outcome);
    }
  }
}
