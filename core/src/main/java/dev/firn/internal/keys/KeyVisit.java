package dev.firn.internal.keys;

/**
 * A call's way through the keys of a batch that are in some shards, shard by shard. Before the
 * first of many keys is looked at, all of them are fetched, so that their waits for memory overlap.
 * Hot.
 */
abstract class KeyVisit {

  /** Keys that are fetched ahead: more than memory answers at once, less than a cache. */
  private static final int AHEAD = 64;

  private static final long[] ONE_WORD = {0};

  private final KeyBatch keys;
  private final long[] first;
  private final long[] second;

  /** 0 where keys have no second word: every key's is the same then. */
  private final int step;

  private final int toShard;
  private int nextShard;
  private int[] numbers = {};
  private int at;
  private int end;
  private int fetchedTo;
  private final long[] fetched = new long[AHEAD];

  /** The number of the key that the visit stands at. */
  int key;

  KeyVisit(KeyBatch keys, int fromShard, int toShard) {
    this.keys = keys;
    this.first = keys.first();
    this.second = keys.second().length == 0 ? ONE_WORD : keys.second();
    this.step = keys.second().length == 0 ? 0 : 1;
    this.toShard = toShard;
    this.nextShard = fromShard;
  }

  /** Goes to the next key; false at the end. */
  final boolean next() {
    while (at == end) {
      if (nextShard >= toShard) {
        return false;
      }
      int from = keys.start(nextShard);
      int to = keys.start(nextShard + 1);
      if (from < to) {
        enter(nextShard, keys.order(), from, to);
      }
      nextShard++;
    }
    if (at == fetchedTo) {
      fetchAhead();
    }
    key = numbers[at++];
    return true;
  }

  /** Goes to a shard: {@link #take}s the keys {@code order[from..to)}, in this order or another. */
  abstract void enter(int shard, int[] order, int from, int to);

  /** Reads from where a key of the shard may be. */
  abstract long fetch(long firstWord);

  /** The keys that are next, by number. */
  final void take(int[] keyNumbers, int from, int to) {
    numbers = keyNumbers;
    at = from;
    end = to;
    fetchedTo = from;
  }

  private void fetchAhead() {
    int to = Math.min(end, at + AHEAD);
    for (int i = at; i < to; i++) {
      fetched[i - at] = fetch(first[numbers[i]]);
    }
    fetchedTo = to;
  }

  final long first() {
    return first[key];
  }

  final long second() {
    return second[key * step];
  }
}
