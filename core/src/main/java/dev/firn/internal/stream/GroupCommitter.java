package dev.firn.internal.stream;

import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.internal.commit.SnapshotCommitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One committer for the writers of a group: each has a {@link Seat} at it.
 *
 * <p><strong>Leader and waiting.</strong> Who hands in a batch while nobody leads starts a leader
 * on the executor. The leader <em>gathers</em>, takes all batches that wait, commits them together,
 * tells their writers, and goes on while there are more. Nobody holds a thread while he waits.
 * Without any further rule that makes few snapshots of many writers: what comes while a commit is
 * under way is in the next one.
 *
 * <p><strong>Gathering.</strong> A batch that was cut, or whose writer has been called to cut
 * ({@link Alignment}), is worth a short wait, see {@link #GATHER}. A writer with nothing to commit
 * is not waited for, nor one that is in trouble.
 *
 * <p><strong>Turns.</strong> Only who has the turn may use the committer: the leader for one
 * commit, a writer that claims, releases or opens, the housekeeping. Turns are fair: a claim waits
 * for the commit under way and for no other. What can wait (files to delete, claims of closed
 * writers) is left for whoever has the next turn. The lock order is turn, then guard; a writer is
 * called with neither.
 */
final class GroupCommitter {

  /**
   * How long a commit waits for other batches at most. Longer than it takes to seal a small file,
   * and about what the cheapest commit costs, so that a vain wait is less than the commit that a
   * successful one saves; a twentieth of a freshness of one second.
   */
  static final Duration GATHER = Duration.ofMillis(50);

  private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);

  private final SnapshotCommitter committer;
  private final CombinedCommits combined;
  private final Executor executor;
  private final WriterOptions options;
  private final Duration gather;

  private final ReentrantLock turn = new ReentrantLock(true);
  private final Guard guard = new Guard();

  // Under the guard.
  private final List<Seat> seats = new ArrayList<>();
  private final List<HandedBatch> waiting = new ArrayList<>();
  private final List<StagedCommit> unwanted = new ArrayList<>();
  private final List<Seat> left = new ArrayList<>();
  private boolean leading;

  /** How often writers were called to cut. */
  private final AtomicLong calls = new AtomicLong();

  private volatile long calledAt = System.nanoTime();
  private volatile boolean closed;

  GroupCommitter(
      SnapshotCommitter committer, Executor executor, WriterOptions options, Duration gather) {
    this.committer = committer;
    this.combined = new CombinedCommits(committer, options.streamId());
    this.executor = executor;
    this.options = options;
    this.gather = gather;
  }

  /**
   * A place for one more writer, which then sees what the table holds now.
   *
   * @param alignment of that writer, made by {@link #alignment}
   * @param whenClosed run when the writer has closed its seat
   */
  Seat open(Alignment alignment, Runnable whenClosed) {
    inTurn(
        "open",
        () -> {
          combined.refresh();
          return null;
        });
    Seat seat = new Seat(alignment, whenClosed);
    guard.run(() -> seats.add(seat));
    return seat;
  }

  /** For a writer that cuts with the others; {@code wake} is run when it has called them. */
  Alignment alignment(Runnable wake) {
    return new Alignment(
        calls,
        () -> {
          calledAt = System.nanoTime();
          wake.run();
        });
  }

  private void hand(HandedBatch batch, Seat seat) {
    boolean lead =
        guard.with(
            () -> {
              seat.handed = batch;
              waiting.add(batch);
              boolean first = !leading;
              leading = true;
              return first;
            });
    if (lead) {
      Workers.start(executor, this::lead);
    }
  }

  private void lead() {
    do {
      gather();
      List<HandedBatch> taken;
      turn.lock();
      try {
        tidy();
        taken = take();
        combined.commit(taken);
        tidy();
      } finally {
        turn.unlock();
      }
      taken.forEach(HandedBatch::tell);
      if (taken.stream().anyMatch(HandedBatch::hasLanded)) {
        housekeep(true);
      }
    } while (guard.with(() -> leading = !waiting.isEmpty()));
  }

  private List<HandedBatch> take() {
    return guard.with(
        () -> {
          List<HandedBatch> all = List.copyOf(waiting);
          waiting.clear();
          return all;
        });
  }

  private void gather() {
    long start = System.nanoTime();
    try {
      // Who is between two marks may be so for long: that is waited for once a call, and not by
      // every commit.
      await(seat -> seat.alignment.isCalled(), calledAt);
      await(seat -> seat.expected, start);
    } catch (WriterInterruptedException e) {
      LOG.debug("Interrupted; committing what is there"); // the flag is kept
    }
  }

  private void await(Predicate<Seat> isComing, long since) {
    Duration patience = gather.minusNanos(System.nanoTime() - since);
    guard.await(
        () -> seats.stream().noneMatch(seat -> isComing.test(seat) && !seat.isKept()),
        patience,
        "waiting for the batches of other writers");
  }

  /** What had to wait for a turn. */
  private void tidy() {
    List<StagedCommit> files = new ArrayList<>();
    List<Seat> gone = new ArrayList<>();
    guard.run(
        () -> {
          files.addAll(unwanted);
          unwanted.clear();
          if (!combined.isInDoubt()) { // what is in doubt is brought to its end under its claims
            gone.addAll(left);
            left.clear();
          }
        });
    gone.forEach(combined::releaseAll);
    if (!files.isEmpty()) {
      try {
        combined.discard(files);
      } catch (RuntimeException | Error e) {
        LOG.warn("The files of dropped batches stay; no snapshot names them", e);
      }
    }
  }

  private void tidyIfNobodyElseDoes() {
    if (turn.tryLock()) {
      try {
        tidy();
      } finally {
        turn.unlock();
      }
    }
  }

  /** By the leader behind its commits, else by the timers: in each case only when all is quiet. */
  private void housekeep(boolean leader) {
    boolean quiet = guard.with(() -> waiting.isEmpty() && leading == leader);
    if (!quiet || !turn.tryLock()) {
      return;
    }
    try {
      tidy();
      if (!closed) {
        combined.housekeep();
      }
    } catch (RuntimeException | Error e) {
      LOG.warn("Stream {}: housekeeping failed", options.streamId(), e);
    } finally {
      turn.unlock();
    }
  }

  private <R extends @Nullable Object> R inTurn(String what, Supplier<R> work) {
    try {
      if (!turn.tryLock(Guard.nanos(options.commitTimeout()), TimeUnit.NANOSECONDS)) {
        throw new StorageException(
            "Cannot " + what + " yet: a commit of the group is still under way. Call again.",
            "",
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WriterInterruptedException(
          "Interrupted while waiting for a commit of the group.", e);
    }
    try {
      tidy();
      return work.get();
    } finally {
      turn.unlock();
    }
  }

  /** Closes the committer; all seats are closed. */
  void close() {
    closed = true;
    if (turn.tryLock()) { // else a commit goes on that outlived the close deadline
      try {
        tidy();
        committer.close();
      } finally {
        turn.unlock();
      }
    }
  }

  /** One writer's place. */
  final class Seat implements StreamCommitter {

    private final Alignment alignment;
    private final Runnable whenClosed;

    /** Whether batches were cut that are not handed in yet; under the guard. */
    private boolean expected;

    /** Whether the writer is in trouble, so that it is not waited for; under the guard. */
    private boolean resting;

    /** The batch that waits for the next commit; under the guard. */
    private @Nullable HandedBatch handed;

    private Seat(Alignment alignment, Runnable whenClosed) {
      this.alignment = alignment;
      this.whenClosed = whenClosed;
    }

    /** Whether nothing more can come from here before the next commit. */
    private boolean isKept() {
      return resting || (handed != null && waiting.contains(handed));
    }

    @Override
    public void commit(Batch batch, StagedCommit staged, Ending ending) {
      hand(new HandedBatch(this, staged, batch.sources(), ending), this);
    }

    @Override
    public boolean withdraw(Batch batch) {
      return guard.with(() -> handed != null && waiting.remove(handed));
    }

    @Override
    public void expect(boolean soon) {
      guard.run(
          () -> {
            expected = soon;
            resting &= !soon;
          });
    }

    @Override
    public void rest() {
      guard.run(() -> resting = true);
    }

    @Override
    public void discard(StagedCommit staged) {
      guard.run(() -> unwanted.add(staged));
      tidyIfNobodyElseDoes();
    }

    @Override
    public void housekeep() {
      GroupCommitter.this.housekeep(false);
    }

    @Override
    public CommitToken claim(Iterable<String> sources, long generation) {
      List<String> all = listOf(sources);
      return inTurn("claim sources", () -> combined.claim(this, all, generation));
    }

    @Override
    public void release(Iterable<String> sources) {
      List<String> all = listOf(sources);
      inTurn(
          "release sources",
          () -> {
            combined.release(this, all);
            return null;
          });
    }

    private static List<String> listOf(Iterable<String> sources) {
      List<String> all = new ArrayList<>();
      sources.forEach(all::add);
      return all;
    }

    @Override
    public CommitToken committed() {
      return committer.committed();
    }

    @Override
    public TableMetadata base() {
      return committer.base();
    }

    @Override
    public void close() {
      guard.run(
          () -> {
            seats.remove(this);
            left.add(this);
          });
      tidyIfNobodyElseDoes();
      whenClosed.run();
    }
  }
}
