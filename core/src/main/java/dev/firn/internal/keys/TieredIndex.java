package dev.firn.internal.keys;

import dev.firn.internal.runs.Run;
import dev.firn.internal.runs.RunDirectory;
import dev.firn.internal.runs.RunSummary;
import dev.firn.internal.runs.SortedEntries;
import java.util.Arrays;
import java.util.List;

/**
 * An index that is larger than memory. As long as memory holds it, it is like a {@link
 * MemoryIndex}; then it keeps most of its entries in files, 16 or 24 bytes each, and in memory
 * about a byte and a half for each ({@link TieredShard} says how). It is as exact, only slower: a
 * key that is there costs the read of a page, which the system's cache has or has not, and one that
 * is not there nearly never any.
 *
 * <p>{@link #sweep} and {@link #countLive} read all there is, and a sweep writes it.
 *
 * <p>The files are not this index's state when the process dies: that is for {@link
 * IndexCheckpoint} to say. Hot.
 */
public final class TieredIndex implements RestorableIndex {

  private final KeyClass keyClass;
  private final ShardMemory memory;
  private final TieredShard[] shards = new TieredShard[SHARDS];

  /**
   * Empty; takes no memory before the first key.
   *
   * @param memory with the limit that the index is to make do with
   * @param directory of its files; stays open when the index is closed
   */
  public TieredIndex(KeyClass keyClass, IndexMemory memory, RunDirectory directory) {
    this.keyClass = keyClass;
    this.memory = new ShardMemory(memory);
    TieredMemory shared = new TieredMemory(this.memory);
    for (int s = 0; s < SHARDS; s++) {
      Shard delta = new Shard(s, keyClass.words(), this.memory);
      shards[s] = new TieredShard(delta, keyClass.words(), shared, directory);
    }
  }

  @Override
  public void locate(KeyBatch keys, int fromShard, int toShard, Locations found) {
    Visit visit = new Visit(keys, fromShard, toShard);
    while (visit.next()) {
      visit.shard.locate(visit.first(), visit.second(), visit.key, visit.probe, found);
    }
  }

  @Override
  public void put(KeyBatch keys, long[] locations, int fromShard, int toShard, Locations earlier) {
    ensureRoom(keys, fromShard, toShard);
    Visit visit = new Visit(keys, fromShard, toShard);
    while (visit.next()) {
      long location = locations[visit.key];
      if (location == RowLocation.NONE) {
        earlier.set(visit.key, RowLocation.NONE);
      } else {
        visit.shard.put(visit.first(), visit.second(), location, visit.key, visit.probe, earlier);
      }
    }
  }

  @Override
  public long add(KeyBatch keys, long[] locations, int fromShard, int toShard, Liveness liveness) {
    for (int s = fromShard; s < toShard; s++) {
      shards[s].relieve();
    }
    ensureRoom(keys, fromShard, toShard);
    Visit visit = new Visit(keys, fromShard, toShard);
    long gaveWay = 0;
    while (visit.next()) {
      long location = locations[visit.key];
      if (location != RowLocation.NONE
          && visit.shard.add(visit.first(), visit.second(), location, visit.probe, liveness)) {
        gaveWay++;
      }
    }
    return gaveWay;
  }

  @Override
  public void remove(KeyBatch keys, int fromShard, int toShard, Locations earlier) {
    for (int s = fromShard; s < toShard; s++) {
      if (!shards[s].runs().isEmpty()) {
        shards[s].ensureRoom(keys.start(s + 1) - keys.start(s));
      }
    }
    Visit visit = new Visit(keys, fromShard, toShard);
    while (visit.next()) {
      visit.shard.remove(visit.first(), visit.second(), visit.key, visit.probe, earlier);
    }
  }

  @Override
  public void ensureRoom(KeyBatch keys, int fromShard, int toShard) {
    for (int s = fromShard; s < toShard; s++) {
      shards[s].ensureRoom(keys.start(s + 1) - keys.start(s));
    }
  }

  /** What it would make room for may be too much for memory: it grows as it must. */
  @Override
  public void expect(long keys) {}

  @Override
  public void sweep(int fromShard, int toShard, Liveness liveness) {
    for (int s = fromShard; s < toShard; s++) {
      shards[s].sweep(liveness);
    }
  }

  @Override
  public long countLive(Liveness liveness) {
    long live = 0;
    for (TieredShard shard : shards) {
      live += shard.countLive(liveness);
    }
    return live;
  }

  @Override
  public KeyClass keyClass() {
    return keyClass;
  }

  @Override
  public long keys() {
    long keys = 0;
    for (TieredShard shard : shards) {
      keys += shard.count().keys();
    }
    return keys;
  }

  @Override
  public long entries() {
    long entries = 0;
    for (TieredShard shard : shards) {
      entries += shard.count().entries();
    }
    return entries;
  }

  @Override
  public long heapBytes() {
    return memory.held();
  }

  @Override
  public void clear() {
    for (TieredShard shard : shards) {
      shard.clear();
    }
  }

  @Override
  public void close() {
    clear();
  }

  @Override
  public SortedEntries inMemory(int shard) {
    return shards[shard].delta();
  }

  @Override
  public List<Run> runs(int shard) {
    return shards[shard].runs();
  }

  @Override
  public ShardCount count(int shard) {
    return shards[shard].count();
  }

  @Override
  public void adopt(int shard, List<RunSummary> runs, ShardCount count) {
    shards[shard].adopt(runs, count);
  }

  @Override
  public void restore(int shard, ShardCount count, SortedEntries entries) {
    shards[shard].restore(count, entries);
  }

  /** Takes the keys of a shard in the order of its runs. */
  private final class Visit extends KeyVisit {

    private final KeyBatch keys;

    /** Of each key the beginning, behind the shard's bits, and the number. */
    private long[] sorted = {};

    private int[] numbers = {};
    final RunProbe probe = new RunProbe();

    /** Of the key that the visit stands at. */
    TieredShard shard = shards[0];

    Visit(KeyBatch keys, int fromShard, int toShard) {
      super(keys, fromShard, toShard);
      this.keys = keys;
    }

    @Override
    void enter(int s, int[] order, int from, int to) {
      shard = shards[s];
      probe.enter(shard.runs());
      if (shard.runs().isEmpty()) {
        take(order, from, to);
      } else {
        takeInOrder(order, from, to);
      }
    }

    private void takeInOrder(int[] order, int from, int to) {
      int size = to - from;
      if (sorted.length < size) {
        sorted = new long[size];
        numbers = new int[size];
      }
      for (int i = 0; i < size; i++) {
        int number = order[from + i];
        // Far fewer blocks than 31 bits tell apart; and equal keys stay as they came.
        sorted[i] = keys.first()[number] << Shard.BITS >>> 33 << Integer.SIZE | number;
      }
      Arrays.sort(sorted, 0, size);
      for (int i = 0; i < size; i++) {
        numbers[i] = (int) sorted[i];
      }
      take(numbers, 0, size);
    }

    @Override
    long fetch(long firstWord) {
      return shard.fetch(firstWord);
    }
  }
}
