package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;

/**
 * Where the row of each key is.
 *
 * <p>An entry is a key and the location of a row that once had it. A key has one entry nearly
 * always; it has several when somebody else has appended a key that was there, and then an upsert
 * must delete all of them. Entries may be dead ({@link Liveness}): callers look at what they find.
 *
 * <p>Everything is done for a batch of keys, and every call names a range of shards, {@code
 * fromShard..toShard} (exclusive) of {@link #SHARDS}. Threads may work on one batch at once, each
 * with shards of its own; nothing is locked. No two threads may be in one shard, readers included.
 * Calls that name no shards are for a time when no thread is at work in any, but for {@link
 * #heapBytes}.
 *
 * <p>An index that keeps part of its entries in files throws {@link
 * dev.firn.api.error.StorageException} from any call that reads or writes them. After that, and
 * after any exception of which a method does not say more, the index is to be cleared and built
 * anew.
 */
public interface KeyIndex extends AutoCloseable {

  /** Parts that can be worked on at the same time. */
  int SHARDS = 1 << Shard.BITS;

  /** Finds where keys are. */
  void locate(KeyBatch keys, int fromShard, int toShard, Locations found);

  /**
   * Makes {@code locations[key]} the only location of each key. Where a batch has a key twice, the
   * later counts, and has found the earlier. A key with location {@link RowLocation#NONE} is passed
   * over, and has found none.
   *
   * @param earlier where the keys were before
   * @throws IndexFullException if there is no memory for keys that are new; nothing has changed
   */
  void put(KeyBatch keys, long[] locations, int fromShard, int toShard, Locations earlier);

  /**
   * Adds {@code locations[key]} to those of each key: what is read from files that others wrote. A
   * location that was the only one and is dead gives way. A key with location {@link
   * RowLocation#NONE} is passed over: a row that was deleted before it was read.
   *
   * @return how many dead ones gave way
   * @throws IndexFullException if there is no memory for it; some may have been added, so clear the
   *     index
   */
  long add(KeyBatch keys, long[] locations, int fromShard, int toShard, Liveness liveness);

  /**
   * Forgets keys, with all their locations.
   *
   * @param earlier where they were
   * @throws IndexFullException if what is to be forgotten lies in files, and there is no memory to
   *     remember that; nothing has changed
   */
  void remove(KeyBatch keys, int fromShard, int toShard, Locations earlier);

  /**
   * Makes room for the keys of a batch that are not there, so that the next {@link #put} or {@link
   * #remove} of all or some of them cannot be refused: for the caller who must know before a
   * commit.
   *
   * @throws IndexFullException if there is no memory for it; no entry has changed
   */
  void ensureRoom(KeyBatch keys, int fromShard, int toShard);

  /**
   * An index without keys is about to get so many: it may make room for them at once, which is
   * cheaper than to grow step by step. Nothing depends on it, and it is never refused.
   */
  void expect(long keys);

  /**
   * Drops every entry that is dead. Memory is kept for keys to come.
   *
   * @throws IndexFullException if entries are in files, and there is no memory for what is kept of
   *     the old and of the new ones at once; nothing has changed
   */
  void sweep(int fromShard, int toShard, Liveness liveness);

  /**
   * Entries that live, counted one by one: {@link #entries} after a sweep. Equal to the live rows
   * of the table, or something is wrong.
   */
  long countLive(Liveness liveness);

  /** How keys are kept. */
  KeyClass keyClass();

  /** Keys with an entry, dead or alive. */
  long keys();

  /** Entries, dead or alive. */
  long entries();

  /** Bytes of heap that the index takes, used or not. */
  long heapBytes();

  /** Forgets everything, and gives the memory back. */
  void clear();

  /** Gives back what the index holds. Harmless twice. */
  @Override
  void close();
}
