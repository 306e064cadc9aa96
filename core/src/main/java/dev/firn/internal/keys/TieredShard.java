package dev.firn.internal.keys;

import dev.firn.api.error.FirnException;
import dev.firn.api.error.IndexFullException;
import dev.firn.internal.runs.Run;
import dev.firn.internal.runs.RunCursor;
import dev.firn.internal.runs.RunDirectory;
import dev.firn.internal.runs.RunSummary;
import dev.firn.internal.runs.RunWriter;
import dev.firn.internal.runs.SortedEntries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One part of a {@link TieredIndex}: what was written last in memory, the <em>delta</em>, and
 * beneath it runs in files. Hot.
 *
 * <p>What any part has of a key is all that held when it was written: so the newest part that has
 * the key is right, and the others need not be asked. Of a key that was removed the delta keeps
 * that it is gone, as long as there are runs.
 *
 * <p>When the delta is full it becomes a run, merged with so many of the newest that each one left
 * is at least as large as all newer ones together. So there are about as many runs as a delta must
 * be doubled to be the index, an entry is written about as many times, and all runs together have
 * at most twice the entries of the oldest.
 *
 * <p>A merge that fails has changed nothing. One thread at a time.
 */
final class TieredShard {

  private static final Liveness EVERYTHING = location -> true;

  private final int words;
  private final Shard delta;
  private final TieredMemory memory;
  private final RunDirectory directory;

  /** The newest first. */
  private final List<Run> runs = new ArrayList<>();

  private long keys;
  private long entries;

  TieredShard(Shard delta, int words, TieredMemory memory, RunDirectory directory) {
    this.words = words;
    this.delta = delta;
    this.memory = memory;
    this.directory = directory;
  }

  ShardCount count() {
    return new ShardCount(keys, entries);
  }

  /** What is in memory, in order. */
  SortedEntries delta() {
    return delta.inOrder();
  }

  /** The newest first. */
  List<Run> runs() {
    return runs;
  }

  /** Reads from where a key may be, so that it is in the cache. */
  long fetch(long first) {
    long fetched = delta.fetch(first);
    for (int r = 0; r < runs.size(); r++) {
      fetched += runs.get(r).fetch(first);
    }
    return fetched;
  }

  void locate(long first, long second, int key, RunProbe probe, Locations found) {
    report(first, second, key, delta.get(first, second), probe, found);
  }

  /** Makes a location the only one of a key; there is room for it. */
  void put(long first, long second, long location, int key, RunProbe probe, Locations earlier) {
    long there = delta.put(first, second, location);
    int count = report(first, second, key, there, probe, earlier);
    dropChain(there);
    keys += count == 0 ? 1 : 0;
    entries += 1 - count;
  }

  /** Forgets a key; there is room for it. */
  void remove(long first, long second, int key, RunProbe probe, Locations earlier) {
    long there = delta.get(first, second);
    int count = report(first, second, key, there, probe, earlier);
    if (count == 0) {
      return;
    }
    if (runs.isEmpty()) {
      delta.remove(first, second);
    } else {
      delta.put(first, second, RowLocation.GONE);
    }
    dropChain(there);
    keys--;
    entries -= count;
  }

  /** Reports what a key has: what the delta has, if that is anything, or the newest run. */
  private int report(long first, long second, int key, long there, RunProbe probe, Locations to) {
    if (there == RowLocation.NONE) {
      return probe.report(first, second, key, to);
    }
    return delta.report(key, there == RowLocation.GONE ? RowLocation.NONE : there, to);
  }

  private void dropChain(long there) {
    if (RowLocation.isSeveral(there)) {
      delta.drop(there);
    }
  }

  /**
   * Adds a location to those of a key, for which there is room; the only one gives way to it if it
   * is dead.
   *
   * @return whether a dead one gave way
   * @throws IndexFullException if the key has several and there is no memory for them
   */
  boolean add(long first, long second, long location, RunProbe probe, Liveness liveness) {
    long there = delta.get(first, second);
    if (there == RowLocation.NONE) {
      there = lift(first, second, probe.find(first, second));
    }
    if (there == RowLocation.NONE || there == RowLocation.GONE) {
      delta.put(first, second, location);
      keys++;
      entries++;
      return false;
    }
    boolean gaveWay = delta.add(first, second, location, liveness);
    entries += gaveWay ? 0 : 1;
    return gaveWay;
  }

  /** Copies into the delta what a run has of a key, for it must have all or nothing. */
  private long lift(long first, long second, @Nullable RunCursor found) {
    if (found == null) {
      return RowLocation.NONE;
    }
    do {
      delta.add(first, second, found.value(), EVERYTHING);
    } while (found.next());
    return delta.get(first, second);
  }

  /**
   * Makes room for {@code more} keys in the delta.
   *
   * @throws IndexFullException if there is no memory for it; no entry has changed
   */
  void ensureRoom(int more) {
    if (delta.hasRoom(more)) {
      return;
    }
    if (delta.bytesFor(more) > memory.share()) {
      spill();
    }
    try {
      delta.ensureRoom(more);
    } catch (IndexFullException e) {
      // The memory is not this index's alone.
      if (delta.keys() == 0) {
        throw e;
      }
      spill();
      delta.ensureRoom(more);
    }
  }

  /** Lets the delta become a run if it is larger than it may be: chains grow without room. */
  void relieve() {
    if (delta.bytesFor(0) > memory.share()) {
      spill();
    }
  }

  private void spill() {
    memory.requireShares();
    if (delta.keys() > 0) {
      merge(outgrown(), EVERYTHING);
    }
    if (delta.bytesFor(0) > memory.share()) {
      delta.clear();
    } else {
      delta.empty();
    }
  }

  /** How many of the newest runs to merge: up to the last that is smaller than all newer ones. */
  private int outgrown() {
    int outgrown = 0;
    long newer = delta.entries();
    for (int r = 0; r < runs.size(); r++) {
      long size = runs.get(r).summary().entries();
      outgrown = size < newer ? r + 1 : outgrown;
      newer += size;
    }
    return outgrown;
  }

  /** Drops all locations that are dead, and with them all runs but one. */
  void sweep(Liveness liveness) {
    if (runs.isEmpty()) {
      delta.sweep(liveness);
      keys = delta.keys();
      entries = delta.entries();
      return;
    }
    RunSummary all = merge(runs.size(), liveness);
    delta.empty();
    keys = all.keys();
    entries = all.entries();
  }

  /** Makes one run of the delta and the newest runs; the delta is still to be emptied. */
  private RunSummary merge(int newest, Liveness liveness) {
    boolean all = newest == runs.size();
    RunSummary summary = write(inOrder(newest), all, liveness);
    Run run = open(summary);
    List<Run> merged = runs.subList(0, newest);
    List<Run> old = List.copyOf(merged);
    merged.clear();
    runs.add(0, run);
    old.forEach(this::discard);
    if (summary.entries() == 0) {
      runs.remove(run);
      discard(run);
    }
    return summary;
  }

  private RunSummary write(SortedEntries entriesInOrder, boolean all, Liveness liveness) {
    try (RunWriter writer = directory.write(words)) {
      while (entriesInOrder.next()) {
        long location = entriesInOrder.value();
        // That a key is gone need not be said where there is nothing older.
        if (location == RowLocation.GONE ? !all : liveness.isLive(location)) {
          writer.append(entriesInOrder.first(), entriesInOrder.second(), location);
        }
      }
      return writer.finish();
    }
  }

  private Run open(RunSummary summary) {
    boolean reserved = false;
    try {
      memory.reserve(summary.heapBytes());
      reserved = true;
      return directory.open(summary);
    } catch (FirnException e) {
      if (reserved) {
        memory.release(summary.heapBytes());
      }
      directory.drop(summary);
      throw e;
    }
  }

  private void discard(Run run) {
    memory.release(run.summary().heapBytes());
    directory.discard(run);
  }

  /** The entries of the delta and the newest runs, and of gone keys that they are. */
  private SortedEntries inOrder(int newest) {
    List<SortedEntries> parts = new ArrayList<>();
    parts.add(delta.inOrder());
    for (Run run : runs.subList(0, newest)) {
      parts.add(run.scan());
    }
    return new NewestEntries(parts);
  }

  /** How many locations live. */
  long countLive(Liveness liveness) {
    long live = 0;
    SortedEntries all = inOrder(runs.size());
    while (all.next()) {
      boolean gone = all.value() == RowLocation.GONE;
      live += !gone && liveness.isLive(all.value()) ? 1 : 0;
    }
    return live;
  }

  /** As {@link RestorableIndex#adopt}. */
  void adopt(List<RunSummary> newestFirst, ShardCount count) {
    for (RunSummary run : newestFirst) {
      runs.add(open(run));
    }
    keys = count.keys();
    entries = count.entries();
  }

  /** As {@link RestorableIndex#restore}; what is more than a delta may have becomes a run. */
  void restore(ShardCount count, SortedEntries all) {
    if (delta.bytesFor(Math.toIntExact(count.keys())) <= memory.share()) {
      delta.restore(count, all);
    } else {
      runs.add(0, open(write(all, false, EVERYTHING)));
    }
  }

  void clear() {
    while (!runs.isEmpty()) {
      discard(runs.remove(0));
    }
    delta.clear();
    keys = 0;
    entries = 0;
  }
}
