package dev.firn.testkit;

import dev.firn.api.CommitResult;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.TokenLostException;
import dev.firn.api.error.WriterFailedException;
import dev.firn.testkit.KeyedEvents.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * An application that reads a log and upserts what it says, and that has the bad luck that
 * applications have: it aborts, dies where it stands, comes back, and leaves zombies behind. Some
 * of its processes work in the background, so that one commit is sealed while another is under way.
 */
final class UpsertingWriter {

  private static final int MOST_EVENTS = 12;
  private static final int ZOMBIES = 2;

  private final UpsertWorld world;
  private final String stream;
  private final String branch;
  private final KeyedEvents log;
  private @Nullable Process process;
  private final List<Process> zombies = new ArrayList<>();
  private boolean lost;

  /** A running process; everything of it is forgotten when it dies. */
  private static final class Process {
    final StreamingTableWriter<Change> writer;
    final KeptTasks tasks;
    final boolean background;
    final List<CompletableFuture<CommitResult>> handedIn = new ArrayList<>();
    long next;

    Process(StreamingTableWriter<Change> writer, KeptTasks tasks, boolean background) {
      this.writer = writer;
      this.tasks = tasks;
      this.background = background;
      this.next = writer.committed().position().orElse(0);
    }
  }

  UpsertingWriter(UpsertWorld world, String stream, String branch) {
    this.world = world;
    this.stream = stream;
    this.branch = branch;
    this.log = world.newLog(world.table.shape().allKeys());
    world.publish(stream, "", log::withTruncations);
  }

  String stream() {
    return stream;
  }

  /** Opens if need be; then feeds, and commits or not. */
  void work() {
    Process running = process == null ? open() : process;
    if (running != null) {
      feed(running);
      switch (world.random.nextInt(12)) {
        case 0 -> abort(running);
        case 1, 2 -> {} // perhaps there was a cut, in the background
        default -> commit(running);
      }
      if (!running.background || world.random.nextInt(3) > 0) {
        run(running);
      }
    }
  }

  /** Everything that was fed is committed now. */
  void settle() {
    Process running = process == null ? open() : process;
    if (running != null) {
      feed(running);
      commit(running);
      run(running);
    }
  }

  /** Some events, each with a mark behind it. */
  private void feed(Process running) {
    tell(
        running,
        "feed",
        () -> {
          for (int events = world.random.nextInt(MOST_EVENTS); events >= 0; events--) {
            for (Change change : log.withTruncations(running.next)) {
              apply(running.writer, change);
            }
            running.writer.mark(++running.next);
          }
        });
  }

  /** By the change's own name, or as a change of the source. */
  private void apply(StreamingTableWriter<Change> writer, Change change) {
    if (change.isTruncation()) {
      writer.truncate();
    } else if (world.random.nextBoolean()) {
      writer.apply(change.kind(), change);
    } else if (change.isRemoval()) {
      writer.delete(change);
    } else {
      writer.upsert(change);
    }
  }

  private void commit(Process running) {
    tell(
        running,
        "commit",
        () -> running.handedIn.add(running.writer.commitAsync().toCompletableFuture()));
  }

  private void abort(Process running) {
    tell(running, "abort", () -> rewind(running));
  }

  /** Forgets what is not cut, and reads on from there. */
  private void rewind(Process running) {
    running.writer.abort();
    running.next = running.writer.status().marked().position().orElse(0);
    world.count(stream + ": aborted");
  }

  /** What works in the background comes to its end. */
  private void run(Process running) {
    try {
      running.tasks.run();
    } catch (ProcessDied e) {
      world.count(stream + ": died");
      die(running);
    }
    List<CompletableFuture<CommitResult>> done =
        running.handedIn.stream().filter(CompletableFuture::isDone).toList();
    running.handedIn.removeAll(done);
    done.forEach(this::judge);
  }

  private void judge(CompletableFuture<CommitResult> result) {
    try {
      CommitResult landed = result.join();
      world.count(stream + ": " + landed.outcome());
      world.oracle.acknowledged(stream, landed);
      if (landed.replaced().lateChanges() > 0) {
        world.count(stream + ": changes came late");
      }
    } catch (CancellationException e) {
      world.count(stream + ": given up");
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      world.count(stream + ": " + String.valueOf(cause).split("[:\\[]", 2)[0]);
      if (cause instanceof WriterFailedException failed) {
        world.checkDefect(stream, failed);
      }
    }
  }

  /** Does something, and what the contract says when it throws. */
  private void tell(Process running, String what, Runnable work) {
    if (process != running && !zombies.contains(running)) {
      return; // it has just died
    }
    try {
      work.run();
    } catch (WriterFailedException e) {
      world.count(stream + ": failed");
      world.checkDefect(stream, e);
      die(running);
    } catch (StorageException e) {
      world.count(stream + ": StorageException");
      rewind(running);
    } catch (FirnException e) {
      world.count(stream + ": " + e.getClass().getSimpleName());
      die(running);
    } catch (ProcessDied e) {
      world.count(stream + ": died");
      die(running);
    } catch (RuntimeException e) {
      world.unexpected(stream + " " + what, e);
      die(running);
    }
  }

  private @Nullable Process open() {
    KeptTasks tasks = new KeptTasks();
    boolean background = world.random.nextBoolean();
    WriterOptions options =
        world.options(stream, branch, background ? tasks : Runnable::run, lost).build();
    try {
      StreamingTableWriter<Change> writer = world.parts.openWriter(options);
      world.oracle.opened(stream, writer.committed());
      world.count(stream + ": opened");
      lost = false;
      process = new Process(writer, tasks, background);
      return process;
    } catch (TokenLostException e) {
      lost = true;
      world.count(stream + ": token lost");
    } catch (FirnException | ServiceUnavailableException e) {
      world.count(stream + ": not opened: " + e.getClass().getSimpleName());
    } catch (ProcessDied e) {
      world.count(stream + ": died while opening");
    } catch (RuntimeException e) {
      world.unexpected(stream + " does not open", e);
    } finally {
      world.opened();
    }
    return null;
  }

  private void die(Process running) {
    running.tasks.forget();
    zombies.remove(running);
    if (process == running) {
      process = null;
    }
  }

  /**
   * The process ends as it should, or dies where it stands; or it hangs, and comes back when
   * another one is there.
   */
  void leaveBehind() {
    Process running = process;
    if (running == null) {
      return;
    }
    switch (world.random.nextInt(3)) {
      case 0 -> close(running);
      case 1 -> zombies.add(running);
      default -> {} // dead
    }
    process = null;
    if (zombies.size() > ZOMBIES) {
      zombies.remove(0);
    }
  }

  private void close(Process running) {
    run(running);
    tell(running, "close", running.writer::close);
    world.count(stream + ": closed");
  }

  /** An old process goes on where it was. */
  void wakeZombie() {
    if (!zombies.isEmpty()) {
      Process zombie = zombies.get(world.random.nextInt(zombies.size()));
      world.count(stream + ": zombie woke");
      feed(zombie);
      commit(zombie);
      run(zombie);
    }
  }

  /** The process is started anew, and nobody is left of before. */
  void restart() {
    process = null;
    zombies.clear();
  }
}
