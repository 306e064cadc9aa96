package dev.firn.testkit;

import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitToken;
import dev.firn.api.LostTokenPolicy;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.TokenLostException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * An application that cannot replay: it appends through a {@link SharedTableWriter}, flushes, and
 * believes what it is told. What was not visible when it dies is lost, and its numbers are given to
 * later rows; what was visible must stay.
 */
final class SimulatedSharedWriter {

  static final String STREAM = "shared";
  private static final String BRANCH = "main";

  /** Its threads never start: the simulation is the only one. */
  private final ScheduledThreadPoolExecutor noTimer =
      new ScheduledThreadPoolExecutor(0, task -> null);

  private final SimulatedWorld world;
  private @Nullable SharedTableWriter<Long> writer;
  private @Nullable SharedTableWriter<Long> zombie;
  private long last;
  private boolean lost;

  SimulatedSharedWriter(SimulatedWorld world) {
    this.world = world;
  }

  /** Opens if need be, appends some rows and asks for them to be visible. */
  void work() {
    SharedTableWriter<Long> open = writer == null ? open() : writer;
    if (open == null) {
      return;
    }
    try {
      for (int rows = 1 + world.random.nextInt(20); rows > 0; rows--) {
        // The row that gets number n is event n - 1.
        long number = open.append(last);
        if (number != last + 1) {
          world.oracle.violation("NUMBERS", "row " + (last + 1) + " got the number " + number);
        }
        last = number;
      }
      flush(open, last);
    } catch (FirnException e) {
      world.count("shared: " + e.getClass().getSimpleName());
      if (!(e instanceof StorageException
              || e instanceof CommitUnknownException
              || e instanceof CommitConflictException)
          || world.random.nextInt(4) == 0) {
        leaveBehind();
      }
    } catch (RuntimeException e) {
      world.oracle.violation("UNEXPECTED", "a shared writer threw " + e);
      leaveBehind();
    }
  }

  private void flush(SharedTableWriter<Long> by, long number) {
    boolean visible = by.flush(Duration.ZERO);
    world.count("shared: " + (visible ? "visible" : "not yet visible"));
    if (visible) {
      world.oracle.acknowledged(BRANCH, STREAM, CommitToken.of(number));
    }
  }

  private @Nullable SharedTableWriter<Long> open() {
    int heads = world.oracle.heads(BRANCH);
    WriterOptions.Builder options =
        WriterOptions.builder(STREAM)
            .clock(world.clock)
            .executor(Runnable::run)
            .scheduler(noTimer)
            .commitPolicy(CommitPolicy.manual())
            .expireSnapshots(world.random.nextBoolean())
            .listener(world.listener)
            .blockTimeout(Duration.ZERO)
            .closeTimeout(Duration.ZERO)
            .commitTimeout(Duration.ofSeconds(5));
    if (lost) {
      options.lostTokenPolicy(LostTokenPolicy.resumeAt(world.oracle.head(BRANCH).token(STREAM)));
    }
    world.rollbacks(!lost);
    try {
      SharedTableWriter<Long> opened = world.openShared(options.build());
      lost = false;
      CommitToken position = opened.status().committed();
      world.oracle.opened(BRANCH, STREAM, position, heads);
      last = position.position().orElse(0);
      world.count("shared: opened");
      writer = opened;
      return opened;
    } catch (TokenLostException e) {
      lost = true;
      world.count("shared: token lost");
    } catch (CommitUnknownException
        | CommitConflictException
        | StaleTokenException
        | StorageException
        | ServiceUnavailableException e) {
      world.count("shared: not opened: " + e.getClass().getSimpleName());
    } catch (ProcessDied e) {
      world.count("shared: died while opening");
    } catch (RuntimeException e) {
      world.oracle.violation("UNEXPECTED", "a shared writer did not open: " + e);
    } finally {
      world.rollbacks(true);
    }
    return null;
  }

  /** The process dies; or it hangs, and comes back when another has the stream. */
  void leaveBehind() {
    if (writer != null && world.random.nextBoolean()) {
      zombie = writer;
    }
    writer = null;
  }

  /** Who was left behind goes on. */
  void wakeZombie() {
    SharedTableWriter<Long> old = zombie;
    if (old == null) {
      return;
    }
    world.count("shared: zombie woke");
    try {
      flush(old, old.append(old.status().marked().position().orElse(0)));
    } catch (FirnException e) {
      world.count("shared: zombie: " + e.getClass().getSimpleName());
      zombie = null;
    }
  }

  /** The process is started anew, and nobody is left of before. */
  void restart() {
    writer = null;
    zombie = null;
  }
}
