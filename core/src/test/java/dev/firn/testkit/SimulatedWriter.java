package dev.firn.testkit;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.LostTokenPolicy;
import dev.firn.api.Ownership;
import dev.firn.api.RollbackPolicy;
import dev.firn.api.StagedCommit;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.TableGoneException;
import dev.firn.api.error.TokenLostException;
import dev.firn.api.error.WriterFencedException;
import dev.firn.testkit.SimulatedTable.Staged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * An application that writes a stream, with the bad luck that applications have: it loses answers,
 * gives up, dies, comes back, leaves zombies behind, and sends what it had staged long ago. It
 * keeps to the contract: after each kind of exception it does what the contract says.
 */
class SimulatedWriter {

  private static final int REMEMBERED = 12;

  final SimulatedWorld world;
  final String stream;
  final String branch;
  final List<String> sources;
  private final Ownership ownership;

  @Nullable TableCommitter committer;
  CommitToken position = CommitToken.none();
  private @Nullable List<Staged> pending;
  private boolean lost;
  private final List<Zombie> zombies = new ArrayList<>();
  private final List<Staged> stagedBefore = new ArrayList<>();

  /** A committer that was left behind, and where it believes to be. */
  private record Zombie(TableCommitter committer, CommitToken position) {}

  SimulatedWriter(
      SimulatedWorld world, String stream, String branch, List<String> sources, Ownership owner) {
    this.world = world;
    this.stream = stream;
    this.branch = branch;
    this.sources = sources;
    this.ownership = owner;
  }

  /** Opens if need be; then commits what is pending, or new events. */
  void work() {
    if (committer == null && !open()) {
      return;
    }
    List<Staged> staged = pending;
    if (staged == null) {
      staged = stageNext();
    }
    commit(committer, staged, false);
  }

  /** One or two batches of some of the sources. */
  private List<Staged> stageNext() {
    List<Staged> staged = new ArrayList<>();
    CommitToken from = position;
    List<String> mine = writable();
    for (int i = world.random.nextInt(4) == 0 ? 2 : 1; i > 0 && !mine.isEmpty(); i--) {
      List<String> some =
          mine.stream().filter(source -> mine.size() == 1 || world.random.nextBoolean()).toList();
      Staged next = world.table.stage(stream, branch, from, some.isEmpty() ? mine : some);
      staged.add(next);
      remember(next);
      from = next.to();
    }
    return staged;
  }

  /** The sources that this writer may write now. */
  List<String> writable() {
    return sources;
  }

  private void remember(Staged staged) {
    stagedBefore.add(staged);
    if (stagedBefore.size() > REMEMBERED) {
      stagedBefore.remove(0);
    }
  }

  /** Drops what was to be committed again. */
  void forget() {
    pending = null;
  }

  boolean open() {
    forget();
    int heads = world.oracle.heads(branch);
    try {
      WriterOptions.Builder options =
          WriterOptions.builder(stream)
              .ownership(ownership)
              .rollbackPolicy(
                  stream.equals(SnapshotHistory.SKIPPING)
                      ? RollbackPolicy.SKIP
                      : RollbackPolicy.FAIL)
              .branch(branch)
              .clock(world.clock)
              .expireSnapshots(world.random.nextBoolean())
              .listener(world.listener)
              .commitTimeout(Duration.ofMillis(world.random.nextBoolean() ? 1_000 : 30_000));
      if (lost) {
        // The operator looks into the source, and knows; nobody rolls back under his hands.
        CommitToken vouched = world.oracle.head(branch).token(stream);
        options.lostTokenPolicy(LostTokenPolicy.resumeAt(vouched));
      }
      world.rollbacks(!lost);
      committer = world.open(options.build());
      lost = false;
      position = committer.committed();
      world.oracle.opened(branch, stream, position, heads);
      world.count("opened");
      if (world.random.nextInt(4) == 0) {
        wakeZombie(); // it stands where the new owner stands, and only the epoch tells them apart
      }
      return committer != null;
    } catch (TokenLostException e) {
      lost = true;
      world.count("token lost");
    } catch (CommitUnknownException
        | CommitConflictException
        | StaleTokenException
        | StorageException
        | ServiceUnavailableException e) {
      world.count("not opened: " + e.getClass().getSimpleName());
    } catch (ProcessDied e) {
      world.count("died while opening");
    } catch (RuntimeException e) {
      unexpected("open", e);
    } finally {
      world.rollbacks(true);
    }
    return false;
  }

  private void commit(TableCommitter by, List<Staged> staged, boolean late) {
    List<StagedCommit> commits = staged.stream().map(Staged::commit).toList();
    List<String> files = staged.stream().flatMap(one -> one.files().stream()).toList();
    world.oracle.sentAgain(files);
    world.trace.accept(
        "  "
            + stream
            + "@"
            + branch
            + (by == committer ? "" : " zombie")
            + (late ? " late" : "")
            + " sends "
            + staged.get(0).from()
            + " to "
            + staged.get(staged.size() - 1).to());
    try {
      CommitResult result = by.commit(commits);
      world.count("commit: " + result.outcome());
      world.trace.accept("    " + result);
      world.oracle.acknowledged(branch, stream, result.token());
      for (Staged one : staged) {
        world.oracle.acknowledged(branch, stream, one.advance());
      }
      if (by == committer) {
        pending = null;
        position = result.token();
        housekeep();
      }
    } catch (StaleTokenException | WriterFencedException e) {
      world.count("commit: " + e.getClass().getSimpleName());
      if (e instanceof StaleTokenException && !late) {
        world.oracle.denied(branch, files, e);
      }
      dropIfMine(by);
    } catch (CommitConflictException e) {
      world.count("commit: CommitConflictException");
      world.oracle.denied(branch, files, e);
      retryOrReopen(by, staged, late);
    } catch (CommitUnknownException | StorageException e) {
      world.count("commit: " + e.getClass().getSimpleName());
      retryOrReopen(by, staged, late);
    } catch (TokenLostException | TableGoneException e) {
      world.count("commit: " + e.getClass().getSimpleName());
      dropIfMine(by);
    } catch (ProcessDied e) {
      world.count("died while committing");
      dropIfMine(by);
    } catch (RuntimeException e) {
      unexpected("commit", e);
      dropIfMine(by);
    }
  }

  private void dropIfMine(TableCommitter by) {
    if (by == committer) {
      committer = null;
    }
    zombies.removeIf(zombie -> zombie.committer == by);
  }

  private void retryOrReopen(TableCommitter by, List<Staged> staged, boolean late) {
    if (by != committer) {
      return;
    }
    if (world.random.nextBoolean()) {
      pending = late ? pending : staged;
    } else {
      staged.forEach(one -> world.givenUp(one.files()));
      leaveBehind();
    }
  }

  /** The process dies, or hangs and comes back as a zombie. */
  void leaveBehind() {
    if (committer != null && world.random.nextBoolean() && zombies.size() < 3) {
      zombies.add(new Zombie(committer, position));
    }
    committer = null;
    pending = null;
  }

  /** All processes are started anew; what they had staged is forgotten. */
  void restart() {
    committer = null;
    pending = null;
    zombies.clear();
    stagedBefore.clear();
  }

  /** An old committer wakes up and goes on where it was. */
  void wakeZombie() {
    if (!zombies.isEmpty()) {
      Zombie zombie = zombies.get(world.random.nextInt(zombies.size()));
      List<String> mine = writable();
      if (!mine.isEmpty()) {
        world.count("zombie woke");
        commit(
            zombie.committer,
            List.of(world.table.stage(stream, branch, zombie.position, mine)),
            true);
      }
    }
  }

  /** Something staged long ago is committed now, perhaps for the second time. */
  void commitLate() {
    if (committer != null && pending == null && !stagedBefore.isEmpty()) {
      Staged staged = stagedBefore.get(world.random.nextInt(stagedBefore.size()));
      if (!world.table.has(staged.files())) {
        // Committed, rolled back and expired since: such a one must not be sent again.
        world.count("staged before, but its files are gone");
        return;
      }
      world.count("staged before, committed late");
      commit(committer, List.of(staged), true);
    }
  }

  void heartbeat() {
    if (committer != null) {
      world.clock.advance(Duration.ofHours(world.random.nextInt(4)));
      housekeep();
      world.count("heartbeat");
    }
  }

  private void housekeep() {
    TableCommitter mine = committer;
    if (mine == null) {
      return;
    }
    try {
      world.housekeep(mine);
    } catch (ProcessDied e) {
      committer = null;
    } catch (FirnException e) {
      world.count("heartbeat: " + e.getClass().getSimpleName());
      committer = null;
    } catch (RuntimeException e) {
      unexpected("heartbeat", e);
    }
  }

  void unexpected(String where, RuntimeException e) {
    StringBuilder trace = new StringBuilder();
    for (int i = 0; i < Math.min(8, e.getStackTrace().length); i++) {
      trace.append("\n      at ").append(e.getStackTrace()[i]);
    }
    world.oracle.violation("UNEXPECTED", stream + " " + where + ": " + e + trace);
  }
}
