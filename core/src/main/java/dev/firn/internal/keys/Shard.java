package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;
import dev.firn.internal.runs.SortedEntries;

/**
 * One part of an index: the entries of the keys whose first word begins with the same 8 bits. Hot.
 *
 * <p>A key's slot has its location, or stands for a chain if it has several; what a call returns is
 * one or the other, or {@link RowLocation#NONE}. One thread at a time.
 */
final class Shard {

  /** Bits of the first word that say the shard. */
  static final int BITS = 8;

  /** Slots in the smallest table. */
  private static final int SMALLEST = 32;

  private final Slots slots;
  private final Chains chains;
  private long entries;

  /**
   * Empty, without memory.
   *
   * @param number of the shard. Tables of different shards differ in size by up to a quarter, so
   *     that they do not grow all at once when the index does: neither is there one long pause, nor
   *     do all have much air at the same time.
   */
  Shard(int number, int words, ShardMemory memory) {
    this.slots = new Slots(words, SMALLEST + number % (SMALLEST / 4), memory);
    this.chains = new Chains(memory);
  }

  /** The shard of a key. */
  static int of(long first) {
    return (int) (first >>> Long.SIZE - BITS);
  }

  int keys() {
    return slots.keys();
  }

  /** Locations of all keys. */
  long entries() {
    return entries;
  }

  /** As {@link Slots#fetch}. */
  long fetch(long first) {
    return slots.fetch(first);
  }

  /** Where a key is. */
  long get(long first, long second) {
    if (slots.keys() == 0) {
      return RowLocation.NONE;
    }
    int at = slots.find(first, second);
    return slots.holds(at, first, second) ? slots.location(at) : RowLocation.NONE;
  }

  /**
   * Makes {@code location} the only one of a key; there is room for it.
   *
   * @return where it was; if that is a chain, it is still to be dropped
   */
  long put(long first, long second, long location) {
    int at = slots.find(first, second);
    if (slots.holds(at, first, second)) {
      long earlier = slots.location(at);
      slots.set(at, location);
      return earlier;
    }
    slots.insert(at, first, second, location);
    entries++;
    return RowLocation.NONE;
  }

  /**
   * Adds a location to those of a key, for which there is room; the only one gives way to it if it
   * is dead.
   *
   * @return whether a dead one gave way
   * @throws IndexFullException if the key has several and there is no memory for one more; nothing
   *     has changed
   */
  boolean add(long first, long second, long location, Liveness liveness) {
    int at = slots.find(first, second);
    if (!slots.holds(at, first, second)) {
      slots.insert(at, first, second, location);
      entries++;
      return false;
    }
    long there = slots.location(at);
    if (RowLocation.isSeveral(there)) {
      slots.set(at, RowLocation.several(chains.push(location, RowLocation.node(there))));
      entries++;
    } else if (liveness.isLive(there)) {
      slots.set(at, RowLocation.several(chainOf(there, location)));
      entries++;
    } else {
      slots.set(at, location);
      return true;
    }
    return false;
  }

  private int chainOf(long last, long first) {
    int chain = chains.push(last, Chains.END);
    try {
      return chains.push(first, chain);
    } catch (IndexFullException e) {
      chains.drop(chain);
      throw e;
    }
  }

  /**
   * Forgets a key.
   *
   * @return where it was; if that is a chain, it is still to be dropped
   */
  long remove(long first, long second) {
    if (slots.keys() == 0) {
      return RowLocation.NONE;
    }
    int at = slots.find(first, second);
    if (!slots.holds(at, first, second)) {
      return RowLocation.NONE;
    }
    long earlier = slots.location(at);
    slots.remove(at);
    entries--;
    return earlier;
  }

  /**
   * Reports what a key has, or had: what was returned for it.
   *
   * @return how many locations that is
   */
  int report(int key, long location, Locations found) {
    if (!RowLocation.isSeveral(location)) {
      found.set(key, location);
      return location == RowLocation.NONE ? 0 : 1;
    }
    int node = RowLocation.node(location);
    int count = 1;
    found.set(key, chains.location(node));
    while ((node = chains.next(node)) != Chains.END) {
      found.addOther(key, chains.location(node));
      count++;
    }
    return count;
  }

  /** Gives back the chain of a key that has another location now, or is gone. */
  void drop(long several) {
    int node = RowLocation.node(several);
    while (node != Chains.END) {
      int next = chains.next(node);
      chains.drop(node);
      entries--;
      node = next;
    }
    entries++; // the key's own is counted where it was set or removed
  }

  /** As {@link Slots#hasRoom}. */
  boolean hasRoom(int more) {
    return slots.hasRoom(more);
  }

  /** As {@link Slots#ensureRoom}. */
  void ensureRoom(int more) {
    slots.ensureRoom(more);
  }

  /**
   * Copies keys and their locations, in order.
   *
   * @return where those of the next shard go
   * @throws IllegalStateException if a key has several locations
   */
  int copyTo(long[] first, long[] second, long[] locations, int from) {
    int to = slots.copyTo(first, second, locations, from);
    for (int i = from; i < to; i++) {
      if (RowLocation.isSeveral(locations[i])) {
        throw new IllegalStateException("a key with several locations cannot be copied");
      }
    }
    return to;
  }

  /**
   * Takes over all entries that there were, keys that are gone included.
   *
   * @throws IndexFullException if there is no memory for them; some may be there
   */
  void restore(ShardCount count, SortedEntries all) {
    // At once: in a table that grows with them, keys in order would all be at its beginning.
    ensureRoom(Math.toIntExact(count.keys()));
    while (all.next()) {
      add(all.first(), all.second(), all.value(), location -> true);
    }
  }

  /** All entries in order, while none changes. */
  SortedEntries inOrder() {
    return new ShardEntries(slots, chains);
  }

  /** Drops all locations that are dead. */
  void sweep(Liveness liveness) {
    slots.sweep(location -> living(location, liveness));
  }

  /** What is left of a key's locations; the dead are given back and not counted any more. */
  private long living(long location, Liveness liveness) {
    if (!RowLocation.isSeveral(location)) {
      boolean live = liveness.isLive(location);
      entries -= live ? 0 : 1;
      return live ? location : RowLocation.NONE;
    }
    int kept = Chains.END;
    int node = RowLocation.node(location);
    while (node != Chains.END) {
      int next = chains.next(node);
      long each = chains.location(node);
      chains.drop(node);
      if (liveness.isLive(each)) {
        kept = chains.push(each, kept); // the node just given back: needs no memory
      } else {
        entries--;
      }
      node = next;
    }
    if (kept == Chains.END) {
      return RowLocation.NONE;
    }
    if (chains.next(kept) == Chains.END) {
      chains.drop(kept);
      return chains.location(kept);
    }
    return RowLocation.several(kept);
  }

  /** How many locations live. */
  long countLive(Liveness liveness) {
    long[] count = {0};
    slots.forEachLocation(location -> count[0] += countLive(location, liveness));
    return count[0];
  }

  private long countLive(long location, Liveness liveness) {
    if (!RowLocation.isSeveral(location)) {
      return liveness.isLive(location) ? 1 : 0;
    }
    long count = 0;
    for (int node = RowLocation.node(location); node != Chains.END; node = chains.next(node)) {
      count += liveness.isLive(chains.location(node)) ? 1 : 0;
    }
    return count;
  }

  /** Forgets all keys, and keeps what memory was asked for them. */
  void empty() {
    slots.empty();
    chains.clear();
    entries = 0;
  }

  /** As {@link Slots#bytesFor}, with what the keys' further locations take. */
  long bytesFor(int more) {
    return slots.bytesFor(more) + chains.heapBytes();
  }

  void clear() {
    slots.clear();
    chains.clear();
    entries = 0;
  }

  /** As {@link Slots#check}; that chains have two nodes at least, and none is lost. For tests. */
  void check() {
    slots.check();
    long[] counts = {0, 0};
    slots.forEachLocation(
        location -> {
          long count = countLive(location, each -> true);
          boolean several = RowLocation.isSeveral(location);
          if (several && count < 2) {
            throw new IllegalStateException("a chain of " + count);
          }
          counts[0] += count;
          counts[1] += several ? count : 0;
        });
    if (counts[0] != entries || counts[1] != chains.size()) {
      throw new IllegalStateException(
          counts[0] + " entries found of " + entries + ", " + counts[1] + " of chains");
    }
  }
}
