package dev.firn.testkit;

import dev.firn.api.SharedTableWriter;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.TokenLostException;
import dev.firn.api.error.WriterFailedException;
import dev.firn.testkit.KeyedEvents.Change;
import java.time.Duration;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * An application whose threads upsert through one {@link SharedTableWriter}: each change has a
 * number. What was not visible when it dies is lost, and its numbers are given again.
 */
final class UpsertingShared {

  private static final String STREAM = "shared";
  private static final String BRANCH = "main";
  private static final int MOST_CHANGES = 20;

  private final UpsertWorld world;
  private final KeyedEvents log;
  private @Nullable SharedTableWriter<Change> writer;
  private long last;
  private boolean lost;

  UpsertingShared(UpsertWorld world) {
    this.world = world;
    this.log = world.newLog(world.table.shape().allKeys());
    world.publish(STREAM, "", log::firstOf);
  }

  /** Opens if need be, changes some rows and asks for them to be visible. */
  void work() {
    SharedTableWriter<Change> open = writer == null ? open() : writer;
    if (open == null) {
      return;
    }
    try {
      for (int changes = world.random.nextInt(MOST_CHANGES); changes >= 0; changes--) {
        apply(open);
      }
      world.count("shared: " + (open.flush(Duration.ZERO) ? "visible" : "not yet visible"));
    } catch (WriterFailedException e) {
      world.count("shared: failed");
      world.checkDefect(STREAM, e);
      leaveBehind();
    } catch (FirnException e) {
      world.count("shared: " + e.getClass().getSimpleName());
      if (!(e instanceof StorageException
              || e instanceof CommitUnknownException
              || e instanceof CommitConflictException)
          || world.random.nextInt(4) == 0) {
        leaveBehind();
      }
    } catch (ProcessDied e) {
      world.count("shared: died");
      leaveBehind();
    } catch (RuntimeException e) {
      world.unexpected("shared", e);
      leaveBehind();
    }
  }

  /** The change that gets number n is event n - 1. */
  private void apply(SharedTableWriter<Change> open) {
    Change change = log.firstOf(last).get(0);
    long number = change.isRemoval() ? open.delete(change) : open.upsert(change);
    if (number != last + 1) {
      world.oracle.violation("NUMBERS", "change " + (last + 1) + " got the number " + number);
    }
    last = number;
  }

  private @Nullable SharedTableWriter<Change> open() {
    try {
      SharedTableWriter<Change> opened =
          world.parts.openShared(world.options(STREAM, BRANCH, Runnable::run, lost).build());
      world.oracle.opened(STREAM, opened.status().committed());
      lost = false;
      last = opened.status().committed().position().orElse(0);
      world.count("shared: opened");
      writer = opened;
      return opened;
    } catch (TokenLostException e) {
      lost = true;
      world.count("shared: token lost");
    } catch (FirnException | ServiceUnavailableException e) {
      world.count("shared: not opened: " + e.getClass().getSimpleName());
    } catch (ProcessDied e) {
      world.count("shared: died while opening");
    } catch (RuntimeException e) {
      world.unexpected("shared does not open", e);
    } finally {
      world.opened();
    }
    return null;
  }

  /** The process ends as it should, or dies where it stands. */
  void leaveBehind() {
    SharedTableWriter<Change> left = writer;
    writer = null;
    if (left != null && world.random.nextBoolean()) {
      try {
        left.close();
      } catch (WriterFailedException e) {
        world.checkDefect(STREAM, e);
      } catch (FirnException e) {
        world.count("shared: close: " + e.getClass().getSimpleName());
      } catch (ProcessDied e) {
        world.count("shared: died while closing");
      }
    }
  }
}
