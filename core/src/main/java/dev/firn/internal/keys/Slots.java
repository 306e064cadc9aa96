package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;

/**
 * Keys that begin with the same 8 bits, each with a location. Hot.
 *
 * <p>One array of longs: slots of a key's one or two words and its location. A key's <em>home</em>
 * is the slot that its first word says in proportion, as a name says where to open a telephone
 * book: so slots have the order of keys, and with linear probing they can be kept in that order
 * throughout. That has four uses. A look-up for a key that is not there ends at the first key
 * beyond it, which with 0.85 of the slots taken is about four slots from its home, as far as for
 * one that is, instead of twenty-three. Deleting moves the keys behind it that are not at home back
 * by one, and leaves no trace. Growing and sweeping are one pass from left to right. And the index
 * can be written out sorted as it lies.
 *
 * <p>No cluster wraps round: behind the last home are {@value #TAIL} slots more, and more still if
 * they ever run out. The very last slot is always free, so that no loop need look for the end. A
 * location is kept as its complement, so that a free slot is zero as Java made it.
 *
 * <p>A slot is named by where it begins in the array. One thread at a time.
 */
final class Slots {

  /** Slots behind the last home. */
  private static final int TAIL = 16;

  private static final long FREE = 0;

  private final ShardMemory memory;
  private final int words;
  private final int width;

  /** Homes in the first table. */
  private final int smallest;

  private long[] table = {};
  private int homes;

  /** How many keys may be there before the table grows. */
  private int limit;

  private int keys;

  /** Empty, without memory; the first table will have {@code smallest} homes. */
  Slots(int words, int smallest, ShardMemory memory) {
    this.memory = memory;
    this.words = words;
    this.width = words + 1;
    this.smallest = smallest;
  }

  int keys() {
    return keys;
  }

  private int home(long first) {
    return (int) ((first << Shard.BITS >>> 32) * homes >>> 32) * width;
  }

  /** Reads from a key's home, so that it is in the cache. */
  long fetch(long first) {
    return homes == 0 ? FREE : table[home(first)];
  }

  /**
   * The first slot from the key's home on that is free or whose key is not before this one: where
   * it is, or belongs. There must have been a key before, or room asked for one.
   */
  int find(long first, long second) {
    int at = home(first);
    while (isTaken(at) && isBefore(at, first, second)) {
      at += width;
    }
    return at;
  }

  private boolean isTaken(int at) {
    return table[at + words] != FREE;
  }

  private boolean isBefore(int at, long first, long second) {
    long there = table[at];
    return there == first
        ? words == 2 && Long.compareUnsigned(table[at + 1], second) < 0
        : Long.compareUnsigned(there, first) < 0;
  }

  /** Whether the slot that was found is the key's. */
  boolean holds(int at, long first, long second) {
    return isTaken(at) && table[at] == first && (words == 1 || table[at + 1] == second);
  }

  long location(int at) {
    return ~table[at + words];
  }

  void set(int at, long location) {
    table[at + words] = ~location;
  }

  /** Adds a key that is not there, for which there is room, where it was found to belong. */
  void insert(int at, long first, long second, long location) {
    int free = at;
    while (isTaken(free)) {
      free += width;
    }
    if (free + width == table.length) {
      lengthen();
    }
    System.arraycopy(table, at, table, at + width, free - at);
    table[at] = first;
    if (words == 2) {
      table[at + 1] = second;
    }
    set(at, location);
    keys++;
  }

  /** The last cluster is about to run over the end: rare, and a few hundred bytes. */
  private void lengthen() {
    int more = TAIL * width;
    memory.charge((long) more * Long.BYTES);
    table = Arrays.copyOf(table, Math.addExact(table.length, more));
  }

  /** Takes the key out that was found. */
  void remove(int at) {
    int end = at + width;
    while (isTaken(end) && home(table[end]) < end) {
      end += width;
    }
    System.arraycopy(table, at + width, table, at, end - at - width);
    table[end - width + words] = FREE;
    keys--;
  }

  /** Whether {@code more} keys find room without asking for memory. */
  boolean hasRoom(int more) {
    return more <= limit - keys;
  }

  /**
   * Makes room for {@code more} keys.
   *
   * @throws IndexFullException if there is no memory for it; nothing has changed
   */
  void ensureRoom(int more) {
    if (!hasRoom(more)) {
      grow(Math.toIntExact(homesFor(more)));
    }
  }

  private long homesFor(int more) {
    long wanted = homes == 0 ? smallest : homes;
    while (limitOf(wanted) < (long) keys + more) {
      wanted += wanted >> 2;
    }
    return wanted;
  }

  /** At 0.85 a look-up takes four slots; tables that grow by a quarter are never below 0.68. */
  private static long limitOf(long homes) {
    return homes * 85 / 100;
  }

  private void grow(int newHomes) {
    long[] old = table;
    int length = Math.multiplyExact(Math.addExact(newHomes, TAIL), width);
    memory.reserve((long) length * Long.BYTES);
    table = new long[length];
    homes = newHomes;
    limit = (int) limitOf(newHomes);
    int free = 0;
    for (int at = 0; at < old.length; at += width) {
      if (old[at + words] != FREE) {
        int to = Math.max(free, home(old[at]));
        if (to + width == table.length) {
          lengthen();
        }
        System.arraycopy(old, at, table, to, width);
        free = to + width;
      }
    }
    memory.release((long) old.length * Long.BYTES);
  }

  /**
   * Gives each key the location that {@code kept} makes of its own, and drops those that get {@link
   * RowLocation#NONE}. In place: whatever goes, the rest moves left or stays.
   */
  void sweep(LongUnaryOperator kept) {
    int free = 0;
    for (int at = 0; at < table.length; at += width) {
      if (isTaken(at)) {
        long location = kept.applyAsLong(location(at));
        table[at + words] = FREE;
        if (location == RowLocation.NONE) {
          keys--;
        } else {
          int to = Math.max(free, home(table[at]));
          System.arraycopy(table, at, table, to, words);
          set(to, location);
          free = to + width;
        }
      }
    }
  }

  void forEachLocation(LongConsumer consumer) {
    for (int at = 0; at < table.length; at += width) {
      if (isTaken(at)) {
        consumer.accept(location(at));
      }
    }
  }

  /** Forgets all keys, and keeps the memory for others. */
  void empty() {
    Arrays.fill(table, FREE);
    keys = 0;
  }

  /** Where the first key is whose slot is not before {@code at}; -1 if there is none. */
  int next(int at) {
    for (int slot = at; slot < table.length; slot += width) {
      if (isTaken(slot)) {
        return slot;
      }
    }
    return -1;
  }

  /** Where the slot behind this one is. */
  int behind(int at) {
    return at + width;
  }

  long first(int at) {
    return table[at];
  }

  long second(int at) {
    return words == 2 ? table[at + 1] : 0;
  }

  /** Bytes that the table would have if {@code more} keys were to find room. */
  long bytesFor(int more) {
    return hasRoom(more) ? heapBytes() : bytesOf(homesFor(more));
  }

  private long bytesOf(long newHomes) {
    return (newHomes + TAIL) * width * Long.BYTES;
  }

  long heapBytes() {
    return (long) table.length * Long.BYTES;
  }

  /** Copies keys and locations, in order; says where the next ones go. */
  int copyTo(long[] first, long[] second, long[] locations, int from) {
    int to = from;
    for (int at = 0; at < table.length; at += width) {
      if (isTaken(at)) {
        first[to] = table[at];
        if (words == 2) {
          second[to] = table[at + 1];
        }
        locations[to++] = location(at);
      }
    }
    return to;
  }

  void clear() {
    memory.release((long) table.length * Long.BYTES);
    table = new long[0];
    homes = 0;
    limit = 0;
    keys = 0;
  }

  /** That keys are in order, each reachable from its home, counted, and in bounds. For tests. */
  void check() {
    int counted = 0;
    int last = -1;
    for (int at = 0; at < table.length; at += width) {
      if (isTaken(at)) {
        long second = words == 2 ? table[at + 1] : 0;
        boolean inOrder = last < 0 || isBefore(last, table[at], second);
        if (!inOrder || home(table[at]) > at || find(table[at], second) != at) {
          throw new IllegalStateException("the slot at " + at + " is out of order");
        }
        counted++;
        last = at;
      }
    }
    if (counted != keys || keys > limit || (homes > 0 && isTaken(table.length - width))) {
      throw new IllegalStateException(counted + " keys found of " + keys + ", limit " + limit);
    }
  }
}
