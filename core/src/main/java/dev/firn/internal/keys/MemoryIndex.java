package dev.firn.internal.keys;

/**
 * Where the row of each key is, in memory. Keys of one and two words cost 16 and 24 bytes over a
 * load of 0.68 to 0.85, so about 21 and 32 bytes each. Hot.
 *
 * <p>An entry is a key and the location of a row that once had it. A key has one entry nearly
 * always; it has several when somebody else has appended a key that was there, and then an upsert
 * must delete all of them. Entries may be dead ({@link Liveness}): callers look at what they find.
 *
 * <p>The index is {@value #SHARDS} shards ({@link Slots} says how they work), and everything is
 * done for a batch of keys, shard by shard: a shard's slots are near each other, and the slots of
 * many keys are fetched before the first is looked at, so that their waits for memory overlap.
 *
 * <p>Every call names a range of shards, {@code fromShard..toShard} (exclusive). Threads may work
 * on one batch at once, each with shards of its own; nothing is locked. No two threads may be in
 * one shard, readers included. What is counted over all shards is exact when none is at work, but
 * for {@link #heapBytes}, which always is.
 */
public final class MemoryIndex {

  /** Parts that can be worked on at the same time. */
  public static final int SHARDS = 1 << Shard.BITS;

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

  /** Finds where keys are. */
  public void locate(KeyBatch keys, int fromShard, int toShard, Locations found) {
    Run run = new Run(keys, fromShard, toShard);
    while (run.next()) {
      report(run.shard, run.key, run.shard.get(run.first(), run.second()), found);
    }
  }

  /**
   * Makes {@code locations[key]} the only location of each key. Where a batch has a key twice, the
   * later counts, and has found the earlier.
   *
   * @param earlier where the keys were before
   * @throws IndexFullException if there is no memory for keys that are new; nothing has changed
   */
  public void put(KeyBatch keys, long[] locations, int fromShard, int toShard, Locations earlier) {
    ensureRoom(keys, fromShard, toShard);
    Run run = new Run(keys, fromShard, toShard);
    while (run.next()) {
      long there = run.shard.put(run.first(), run.second(), locations[run.key]);
      took(run.shard, run.key, there, earlier);
    }
  }

  /**
   * Adds {@code locations[key]} to those of each key: what is read from files that others wrote. A
   * location that was the only one and is dead gives way.
   *
   * @throws IndexFullException if there is no memory for it; some may have been added, so clear the
   *     index, or remove the keys
   */
  public void add(KeyBatch keys, long[] locations, int fromShard, int toShard, Liveness liveness) {
    ensureRoom(keys, fromShard, toShard);
    Run run = new Run(keys, fromShard, toShard);
    while (run.next()) {
      run.shard.add(run.first(), run.second(), locations[run.key], liveness);
    }
  }

  /**
   * Forgets keys, with all their locations.
   *
   * @param earlier where they were
   */
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

  /**
   * Grows until the keys of a batch that are not there have room, so that {@link #put} cannot be
   * refused: for the caller who must know before a commit.
   *
   * @throws IndexFullException if there is no memory for it; no entry has changed
   */
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

  /** Drops every entry that is dead. Memory is kept for keys to come. */
  public void sweep(int fromShard, int toShard, Liveness liveness) {
    for (int s = fromShard; s < toShard; s++) {
      shards[s].sweep(liveness);
    }
  }

  /** Forgets everything, and gives the memory back. */
  public void clear() {
    for (Shard shard : shards) {
      shard.clear();
    }
  }

  /** How keys are kept. */
  public KeyClass keyClass() {
    return keyClass;
  }

  /** Keys with an entry, dead or alive. */
  public long keys() {
    long keys = 0;
    for (Shard shard : shards) {
      keys += shard.keys();
    }
    return keys;
  }

  /** Entries, dead or alive. */
  public long entries() {
    long entries = 0;
    for (Shard shard : shards) {
      entries += shard.entries();
    }
    return entries;
  }

  /**
   * Entries that live, counted one by one: {@link #entries} after a sweep. Equal to the live rows
   * of the table, or something is wrong.
   */
  public long countLive(Liveness liveness) {
    long live = 0;
    for (Shard shard : shards) {
      live += shard.countLive(liveness);
    }
    return live;
  }

  /** Bytes of heap that entries take, used or not. */
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
