package dev.firn.internal.runs;

import dev.firn.api.error.StorageException;
import dev.firn.internal.local.LocalSync;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A local directory of runs. One process may have it at a time.
 *
 * <p>A run goes when nobody has it open and it is not among those to {@link #keep}: a checkpoint
 * names runs that outlive the process.
 *
 * <p>Threads may write, open and discard at the same time; what else there is, is for one of them
 * while the others do not.
 */
public final class RunDirectory implements AutoCloseable {

  private static final Pattern NAME = Pattern.compile("(\\d{1,18})\\.run");

  private final Path path;
  private final FileChannel lock;
  private final AtomicLong nextRun;
  private final Set<Long> open = ConcurrentHashMap.newKeySet();
  private volatile Set<Long> kept;

  private RunDirectory(Path path, FileChannel lock) throws IOException {
    this.path = path;
    this.lock = lock;
    List<Long> there = runs();
    this.nextRun = new AtomicLong(there.stream().mapToLong(run -> run + 1).max().orElse(0));
    this.kept = Set.copyOf(there);
  }

  /**
   * Makes the directory if need be, and takes it. Runs that are there stay for the time being.
   *
   * @throws StorageException if it cannot be made or read, or somebody else has it
   */
  public static RunDirectory open(Path path) {
    try {
      LocalSync.createDirectories(path, false);
      FileChannel lock =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (isTaken(lock)) {
          throw new StorageException(
              "The index directory "
                  + path
                  + " is in use by another writer; close that one, or give this one a directory of"
                  + " its own.",
              path.toString(),
              null);
        }
        return new RunDirectory(path, lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw failure(path, "opened", e);
    }
  }

  private static boolean isTaken(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  private List<Long> runs() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> Long.valueOf(matcher.group(1)))
          .toList();
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  Path file(long run) {
    return path.resolve(run + ".run");
  }

  /** Begins a new run, for keys of so many words. */
  public RunWriter write(int words) {
    return new RunWriter(this, nextRun.getAndIncrement(), words);
  }

  /**
   * Opens a run, all of which is read and checked.
   *
   * @throws StorageException if it cannot be read, or is not what it was
   */
  public Run open(RunSummary summary) {
    BlockFile file = blocks(summary);
    try {
      Run run = Run.open(summary, file);
      open.add(summary.number());
      return run;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * A way through the entries of a run that need not be open; to be closed.
   *
   * @throws StorageException if it cannot be read, or, at the end, is not what it was
   */
  public RunScan scan(RunSummary summary) {
    return new RunScan(summary, blocks(summary));
  }

  private BlockFile blocks(RunSummary summary) {
    return BlockFile.open(file(summary.number()), summary.number(), summary.blocks());
  }

  /** Closes a run; it goes if it is not to be kept. */
  public void discard(Run run) {
    run.file().close();
    open.remove(run.summary().number());
    drop(run.summary());
  }

  /** Lets a run go that is not open, if it is not to be kept. */
  public void drop(RunSummary summary) {
    if (!kept.contains(summary.number())) {
      delete(summary.number());
    }
  }

  /** Makes what was written survive the loss of power; what is kept already does. */
  public void force(RunSummary summary) {
    if (kept.contains(summary.number())) {
      return;
    }
    try {
      LocalSync.file(file(summary.number()));
    } catch (IOException e) {
      throw failure(file(summary.number()), "written", e);
    }
  }

  /** Keeps these runs, open or not, and lets all others go that are not open. */
  public void keep(Set<Long> runs) {
    kept = Set.copyOf(runs);
    try {
      for (long run : runs()) {
        if (!kept.contains(run) && !open.contains(run)) {
          delete(run);
        }
      }
    } catch (IOException e) {
      throw failure(path, "read", e);
    }
  }

  void delete(long run) {
    try {
      Files.deleteIfExists(file(run));
    } catch (IOException e) {
      throw failure(file(run), "deleted", e);
    }
  }

  private static StorageException failure(Path path, String what, IOException e) {
    return new StorageException(
        "The index directory or file " + path + " cannot be " + what + ": " + e,
        path.toString(),
        e);
  }

  /** Lets others have it. Runs are closed by who opened them. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw failure(path, "closed", e);
    }
  }
}
