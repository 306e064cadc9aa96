package dev.firn.internal.keys;

/**
 * An index in memory. Keys of one and two words cost 16 and 24 bytes over a load of 0.68 to 0.85,
 * so about 21 and 32 bytes each. Hot.
 *
 * <p>Everything is done shard by shard ({@link Slots} says how they work): a shard's slots are near
 * each other, and the slots of many keys are fetched before the first is looked at, so that their
 * waits for memory overlap.
 */
public final class MemoryIndex implements KeyIndex {

  /** Keys whose slots are fetched ahead: more than memory answers at once, less than a cache. */
  private static final int AHEAD = 64;

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
    Run run = new Run(keys, fromShard, toShard);
    while (run.next()) {
      report(run.shard, run.key, run.shard.get(run.first(), run.second()), found);
    }
  }

  @Override
  public void put(KeyBatch keys, long[] locations, int fromShard, int toShard, Locations earlier) {
    ensureRoom(keys, fromShard, toShard);
    Run run = new Run(keys, fromShard, toShard);
    while (run.next()) {
      long location = locations[run.key];
      long there =
          location == RowLocation.NONE
              ? RowLocation.NONE
              : run.shard.put(run.first(), run.second(), location);
      took(run.shard, run.key, there, earlier);
    }
  }

  @Override
  public long add(KeyBatch keys, long[] locations, int fromShard, int toShard, Liveness liveness) {
    ensureRoom(keys, fromShard, toShard);
    Run run = new Run(keys, fromShard, toShard);
    long gaveWay = 0;
    while (run.next()) {
      long location = locations[run.key];
      if (location != RowLocation.NONE
          && run.shard.add(run.first(), run.second(), location, liveness)) {
        gaveWay++;
      }
    }
    return gaveWay;
  }

  @Override
  public void remove(KeyBatch keys, int fromShard, int toShard, Locations earlier) {
    Run run = new Run(keys, fromShard, toShard);
    while (run.next()) {
      long there = run.shard.remove(run.first(), run.second());
      took(run.shard, run.key, there, earlier);
    }
  }

  /** Reports what a key had before, and gives back what is not its any more. */
  private static void took(Shard shard, int key, long there, Locations earlier) {
    report(shard, key, there, earlier);
    if (RowLocation.isSeveral(there)) {
      shard.drop(there);
    }
  }

  private static void report(Shard shard, int key, long location, Locations found) {
    if (RowLocation.isSeveral(location)) {
      Chains chains = shard.chains();
      int node = RowLocation.node(location);
      found.set(key, chains.location(node));
      while ((node = chains.next(node)) != Chains.END) {
        found.addOther(key, chains.location(node));
      }
    } else {
      found.set(key, location);
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

  private int absent(KeyBatch keys, int shard) {
    Run run = new Run(keys, shard, shard + 1);
    int absent = 0;
    while (run.next()) {
      absent += run.shard.get(run.first(), run.second()) == RowLocation.NONE ? 1 : 0;
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

  /** For tests. */
  void check() {
    for (Shard shard : shards) {
      shard.check();
    }
  }

  /** A call's way through the keys of some shards. */
  private final class Run {

    private static final long[] ONE_WORD = {0};

    private final KeyBatch keys;
    private final int[] order;
    private final long[] first;
    private final long[] second;

    /** 0 where keys have no second word: every key's is the same then. */
    private final int step;

    private final int toShard;
    private int nextShard;
    private int at;
    private int end;
    private int fetchedTo;

    private final long[] fetched = new long[AHEAD];

    /** Of the key that the run stands at, with its number. */
    Shard shard;

    int key;

    Run(KeyBatch keys, int fromShard, int toShard) {
      this.keys = keys;
      this.order = keys.order();
      this.first = keys.first();
      this.second = keys.second().length == 0 ? ONE_WORD : keys.second();
      this.step = keys.second().length == 0 ? 0 : 1;
      this.toShard = toShard;
      this.nextShard = fromShard;
      this.shard = shards[0];
    }

    /** Goes to the next key; false at the end. */
    boolean next() {
      while (at == end) {
        if (nextShard >= toShard) {
          return false;
        }
        shard = shards[nextShard];
        at = keys.start(nextShard);
        end = keys.start(++nextShard);
        fetchedTo = at;
      }
      if (at == fetchedTo) {
        fetchAhead();
      }
      key = order[at++];
      return true;
    }

    long first() {
      return first[key];
    }

    long second() {
      return second[key * step];
    }

    private void fetchAhead() {
      int to = Math.min(end, at + AHEAD);
      for (int i = at; i < to; i++) {
        fetched[i - at] = shard.fetch(first[order[i]]);
      }
      fetchedTo = to;
    }
  }
}
