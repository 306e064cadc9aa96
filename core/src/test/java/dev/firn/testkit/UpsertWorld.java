package dev.firn.testkit;

import dev.firn.api.CommitPolicy;
import dev.firn.api.LostTokenPolicy;
import dev.firn.api.RowLineage;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.WriterFailedException;
import dev.firn.api.maintain.RewrittenFiles;
import dev.firn.internal.commit.AbandonedFiles;
import dev.firn.internal.commit.UnnamedFiles;
import dev.firn.internal.maintain.CompactionAccess;
import dev.firn.testkit.KeyedEvents.Change;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jspecify.annotations.Nullable;

/** What all actors of one upserted table share: the table, the oracle, the clock, the dice. */
final class UpsertWorld implements AutoCloseable {

  final Random random;
  final FakeClock clock = FakeClock.atNow();
  final FaultPlan faults;
  final UpsertedTable table;
  final UpsertOracle oracle;
  final ForeignUpserts foreign;
  final UpsertParts parts;
  final Map<String, Integer> outcomes = new TreeMap<>();

  Consumer<String> trace = line -> {};

  /** Its threads never start: the simulation is the only one. */
  private final ScheduledThreadPoolExecutor noTimer =
      new ScheduledThreadPoolExecutor(0, task -> null);

  private final WriterListener listener =
      new WriterListener() {
        @Override
        public void expired(int snapshots) {
          count("expiry of a writer");
        }
      };

  private final long seed;
  private final Map<EventRange.Key, LongFunction<List<Change>>> sources = new HashMap<>();
  private final IndexDirectories directories = new IndexDirectories();
  private int lastLog;
  private boolean inMeanwhile;
  private boolean rollbacks = true;

  UpsertWorld(long seed, @Nullable UpsertSafety without) {
    this.seed = seed;
    this.random = new Random(seed);
    this.faults = FaultRates.ofUpserts().applyTo(FaultPlan.seeded(seed + 1));
    this.table = new UpsertedTable(seed, faults);
    this.oracle = new UpsertOracle(table, this::changes, without, line -> trace.accept(line));
    this.foreign = new ForeignUpserts(this);
    this.parts = new UpsertParts(this, random, without);
    table.watch(oracle);
    oracle.foreign(table::prepare);
    faults.sleeper(clock::advance).slowness(Duration.ofSeconds(20)).meanwhile(this::meanwhile);
  }

  /** Every die is thrown anew for each step: see {@link Story#dice}. */
  void beginStep(int step) {
    random.setSeed(Story.dice(seed, step));
    clock.advance(Duration.ofSeconds(random.nextInt(300)));
    faults.reseed(random.nextLong());
  }

  /** A new log, of changes of these keys. */
  KeyedEvents newLog(List<Integer> keys) {
    return new KeyedEvents(seed, ++lastLog, keys);
  }

  /** What a writer makes of the events of a source: so must the table. */
  void publish(String stream, String source, LongFunction<List<Change>> changes) {
    sources.put(new EventRange.Key(stream, source), changes);
  }

  private List<Change> changes(EventRange.Key source, long event) {
    LongFunction<List<Change>> changes = sources.get(source);
    if (changes == null) {
      throw new IllegalStateException("nobody writes " + source);
    }
    return changes.apply(event);
  }

  /**
   * What a writer is opened with.
   *
   * @param lost whether its token was lost: then the operator looks into the source, and knows
   */
  WriterOptions.Builder options(String stream, String branch, Executor executor, boolean lost) {
    WriterOptions.Builder options =
        table
            .shape()
            .options(stream)
            .branch(branch)
            .clock(clock)
            .executor(executor)
            .scheduler(noTimer)
            .commitPolicy(
                random.nextInt(3) > 0
                    ? CommitPolicy.manual()
                    : CommitPolicy.every(Duration.ofDays(1)).orAfterRows(5 + random.nextInt(20)))
            .expireSnapshots(random.nextBoolean())
            .listener(listener)
            .blockTimeout(Duration.ZERO)
            .closeTimeout(Duration.ZERO)
            .commitTimeout(Duration.ofSeconds(random.nextBoolean() ? 1 : 30));
    if (table.isPreserving()) {
      options.rowLineage(RowLineage.PRESERVE);
    }
    if (parts.keepsIndexes()) {
      // With an order column an index knows what its stream has deleted, which others need not.
      Path directory = directories.next(random, table.shape().isOrdered() ? stream : "");
      options.indexDirectory(directory);
      if (IndexDirectories.hasIndex(directory)) {
        count("an index of before found");
      }
    }
    if (lost) {
      options.lostTokenPolicy(LostTokenPolicy.resumeAt(oracle.head(branch).token(stream)));
    }
    rollbacks = !lost; // nobody rolls back under the operator's hands
    return options;
  }

  /** An opening is over. */
  void opened() {
    rollbacks = true;
  }

  /** No request lives as long. Then the files that no commit can need any more are deleted. */
  void aDayPasses() {
    deliverAll();
    clock.advance(AbandonedFiles.DEFAULT_GRACE.plusHours(1));
    int swept =
        AbandonedFiles.sweep(table.plain(), clock, AbandonedFiles.DEFAULT_GRACE).deletedFiles();
    count(swept > 0 ? "abandoned files swept" : "nothing to sweep");
  }

  /**
   * Three days pass, in which every process was started anew; then nobody needs what is unnamed.
   */
  void unnamedFilesGo() {
    deliverAll();
    clock.advance(Duration.ofDays(3));
    new UnnamedFiles(table.plain(), clock).removeAbandonedFiles(Duration.ofDays(1));
    count("unnamed files removed");
  }

  /** Firn looks after the table's files, under faults like anybody. */
  void rewriteFiles() {
    try {
      RewrittenFiles done =
          CompactionAccess.run(table.faulty(), 2_000 + random.nextInt(20_000), this::waited);
      count(done.files() > 0 ? "files rewritten" : "no files to rewrite");
      if (done.abandoned() > 0) {
        count("files rewritten in vain");
      }
    } catch (FirnException | ServiceUnavailableException e) {
      count("files not rewritten: " + e.getClass().getSimpleName());
    } catch (ProcessDied e) {
      count("died while rewriting files");
    } catch (RuntimeException e) {
      unexpected("maintenance", e);
    }
  }

  /** A committer waits between attempts: time passes, and the world does not stand still. */
  void waited(Duration howLong) {
    clock.advance(howLong);
    if (random.nextInt(4) == 0) {
      deliver();
    }
    if (random.nextInt(6) == 0) {
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
      int dice = random.nextInt(12);
      if (dice < 8) {
        foreign.changeRows();
      } else if (dice == 8) {
        deliver();
      } else if (dice == 9 && rollbacks && random.nextInt(3) == 0) {
        foreign.rollBack();
      } else if (dice == 10) {
        foreign.expire();
      } else {
        foreign.changeTable();
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

  void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
    trace.accept("    " + outcome);
  }

  /** A process may die in the middle of anything; a writer fails for no other reason. */
  void checkDefect(String who, WriterFailedException failed) {
    for (Throwable at = failed; at != null; at = at.getCause()) {
      if (at instanceof ProcessDied) {
        return;
      }
    }
    unexpected(who, failed);
  }

  /** What nobody may ever meet. */
  void unexpected(String who, RuntimeException e) {
    StringBuilder frames = new StringBuilder();
    for (Throwable at = e; at != null; at = at.getCause()) {
      frames.append("\n    ").append(at);
      for (int i = 0; i < Math.min(6, at.getStackTrace().length); i++) {
        frames.append("\n      at ").append(at.getStackTrace()[i]);
      }
    }
    oracle.violation("UNEXPECTED", who + ": " + frames);
  }

  @Override
  public void close() {
    directories.close();
  }
}
