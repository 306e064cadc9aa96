package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;
import dev.firn.internal.runs.Run;
import dev.firn.internal.runs.RunSummary;
import dev.firn.internal.runs.SortedEntries;
import java.io.IOException;
import java.util.List;

/**
 * An index in memory. Keys of one and two words cost 16 and 24 bytes over a load of 0.68 to 0.85,
 * so about 21 and 32 bytes each. Hot.
 *
 * <p>Everything is done shard by shard ({@link Slots} says how they work, {@link KeyVisit} how keys
 * come to them): a shard's slots are near each other.
 */
public final class MemoryIndex implements RestorableIndex {

  /** Keys that a shard may expect: as many as fit an array. */
  private static final long MOST_EXPECTED = 1L << 28;

  private final KeyClass keyClass;
  private final ShardMemory memory;
  private final Shard[] shards = new Shard[SHARDS];

  /** Empty; takes no memory before the first key. */
  public MemoryIndex(KeyClass keyClass, IndexMemory memory) {
    this.keyClass = keyClass;
    this.memory = new ShardMemory(memory);
    for (int s = 0; s < SHARDS; s++) {
      shards[s] = new Shard(s, keyClass.words(), this.memory);
    }
  }

  @Override
  public void locate(KeyBatch keys, int fromShard, int toShard, Locations found) {
    Visit visit = new Visit(keys, fromShard, toShard);
    while (visit.next()) {
      visit.shard.report(visit.key, visit.shard.get(visit.first(), visit.second()), found);
    }
  }

  @Override
  public void put(KeyBatch keys, long[] locations, int fromShard, int toShard, Locations earlier) {
    ensureRoom(keys, fromShard, toShard);
    Visit visit = new Visit(keys, fromShard, toShard);
    while (visit.next()) {
      long location = locations[visit.key];
      long there =
          location == RowLocation.NONE
              ? RowLocation.NONE
              : visit.shard.put(visit.first(), visit.second(), location);
      took(visit.shard, visit.key, there, earlier);
    }
  }

  @Override
  public long add(KeyBatch keys, long[] locations, int fromShard, int toShard, Liveness liveness) {
    ensureRoom(keys, fromShard, toShard);
    Visit visit = new Visit(keys, fromShard, toShard);
    long gaveWay = 0;
    while (visit.next()) {
      long location = locations[visit.key];
      if (location != RowLocation.NONE
          && visit.shard.add(visit.first(), visit.second(), location, liveness)) {
        gaveWay++;
      }
    }
    return gaveWay;
  }

  @Override
  public void remove(KeyBatch keys, int fromShard, int toShard, Locations earlier) {
    Visit visit = new Visit(keys, fromShard, toShard);
    while (visit.next()) {
      long there = visit.shard.remove(visit.first(), visit.second());
      took(visit.shard, visit.key, there, earlier);
    }
  }

  /** Reports what a key had before, and gives back what is not its any more. */
  private static void took(Shard shard, int key, long there, Locations earlier) {
    shard.report(key, there, earlier);
    if (RowLocation.isSeveral(there)) {
      shard.drop(there);
    }
  }

  @Override
  public void ensureRoom(KeyBatch keys, int fromShard, int toShard) {
    for (int s = fromShard; s < toShard; s++) {
      int most = keys.start(s + 1) - keys.start(s);
      if (!shards[s].hasRoom(most)) {
        // They are counted only here: nearly always there is room even if all were new.
        shards[s].ensureRoom(absent(keys, s));
      }
    }
  }

  @Override
  public void expect(long keys) {
    int each = (int) Math.min(MOST_EXPECTED, keys / SHARDS);
    try {
      for (Shard shard : shards) {
        // Where the table would end if it grew step by step: so this takes no memory that would not
        // be taken anyway.
        shard.ensureRoom(each);
      }
    } catch (IndexFullException e) {
      // It will be full before all of them are there, and will say so then.
    }
  }

  private int absent(KeyBatch keys, int shard) {
    Visit visit = new Visit(keys, shard, shard + 1);
    int absent = 0;
    while (visit.next()) {
      absent += visit.shard.get(visit.first(), visit.second()) == RowLocation.NONE ? 1 : 0;
    }
    return absent;
  }

  @Override
  public void sweep(int fromShard, int toShard, Liveness liveness) {
    for (int s = fromShard; s < toShard; s++) {
      shards[s].sweep(liveness);
    }
  }

  /**
   * Copies all keys, shard by shard and in order, each with its one location: what a commit changes
   * is gathered in a small index, and then applied to the great one.
   *
   * @param keys filled, and ready to be asked for in another index of this class of keys
   * @param locations taken for the locations if it is long enough
   * @return the location of each key, by its number in {@code keys}
   * @throws IllegalStateException if a key has several locations
   */
  public long[] copyTo(KeyBatch keys, long[] locations) {
    int size = Math.toIntExact(keys());
    keys.begin(size, keyClass.words());
    long[] copied = locations.length < size ? new long[size] : locations;
    int at = 0;
    for (Shard shard : shards) {
      at = shard.copyTo(keys.first(), keys.second(), copied, at);
    }
    keys.sort();
    return copied;
  }

  @Override
  public void clear() {
    for (Shard shard : shards) {
      shard.clear();
    }
  }

  @Override
  public void close() {
    clear();
  }

  @Override
  public KeyClass keyClass() {
    return keyClass;
  }

  @Override
  public long keys() {
    long keys = 0;
    for (Shard shard : shards) {
      keys += shard.keys();
    }
    return keys;
  }

  @Override
  public long entries() {
    long entries = 0;
    for (Shard shard : shards) {
      entries += shard.entries();
    }
    return entries;
  }

  @Override
  public long countLive(Liveness liveness) {
    long live = 0;
    for (Shard shard : shards) {
      live += shard.countLive(liveness);
    }
    return live;
  }

  @Override
  public long heapBytes() {
    return memory.held();
  }

  @Override
  public SortedEntries inMemory(int shard) {
    return shards[shard].inOrder();
  }

  @Override
  public List<Run> runs(int shard) {
    return List.of();
  }

  @Override
  public ShardCount count(int shard) {
    return new ShardCount(shards[shard].keys(), shards[shard].entries());
  }

  @Override
  public void adopt(int shard, List<RunSummary> runs, ShardCount count) throws IOException {
    if (!runs.isEmpty()) {
      throw new IOException("it has entries in files, for which this index has no place");
    }
  }

  @Override
  public void restore(int shard, ShardCount count, SortedEntries entries) {
    shards[shard].restore(count, entries);
  }

  /** For tests. */
  void check() {
    for (Shard shard : shards) {
      shard.check();
    }
  }

  /** Takes keys as they came. */
  private final class Visit extends KeyVisit {

    /** Of the key that the visit stands at. */
    Shard shard = shards[0];

    Visit(KeyBatch keys, int fromShard, int toShard) {
      super(keys, fromShard, toShard);
    }

    @Override
    void enter(int s, int[] order, int from, int to) {
      shard = shards[s];
      take(order, from, to);
    }

    @Override
    long fetch(long firstWord) {
      return shard.fetch(firstWord);
    }
  }
}
