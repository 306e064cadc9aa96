package dev.firn.internal.keys;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The keys of a run of rows as words, and the order in which an index takes them: shard by shard,
 * within a shard as the rows came. Filled again and again by one {@link KeyReader}; in between it
 * may be read by many threads. Hot: no object per row.
 */
public final class KeyBatch {

  private static final long[] NONE = {};

  private final int[] starts = new int[KeyIndex.SHARDS + 1];
  private long[] first = NONE;
  private long[] second = NONE;
  private int[] order = {};
  private int size;

  /** Empties the batch, and makes room. */
  void begin(int rows, int words) {
    size = rows;
    if (first.length < rows) {
      first = new long[rows];
      order = new int[rows];
    }
    if (words > 1 && second.length < rows) {
      second = new long[first.length];
    }
  }

  /** Puts the rows in order; all words are there. */
  void sort() {
    Arrays.fill(starts, 0);
    for (int i = 0; i < size; i++) {
      starts[Shard.of(first[i]) + 1]++;
    }
    for (int shard = 0; shard < KeyIndex.SHARDS; shard++) {
      starts[shard + 1] += starts[shard];
    }
    // Each start is moved to its shard's end, which is the start of the next: shifted back below.
    for (int i = 0; i < size; i++) {
      order[starts[Shard.of(first[i])]++] = i;
    }
    System.arraycopy(starts, 0, starts, 1, KeyIndex.SHARDS);
    starts[0] = 0;
  }

  /** The keys of this batch whose location is {@link RowLocation#NONE}, as a batch. */
  public KeyBatch withoutLocation(long[] locations) {
    BitSet without = new BitSet();
    for (int i = 0; i < size; i++) {
      if (locations[i] == RowLocation.NONE) {
        without.set(i);
      }
    }
    return only(without);
  }

  /** The keys of this batch with these numbers, as a batch, in their order. */
  public KeyBatch only(BitSet numbers) {
    KeyBatch picked = new KeyBatch();
    picked.begin(numbers.cardinality(), second.length == 0 ? 1 : 2);
    int at = 0;
    for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
      picked.first[at] = first[i];
      if (second.length > 0) {
        picked.second[at] = second[i];
      }
      at++;
    }
    picked.sort();
    return picked;
  }

  /** Bytes of heap that the keys take. */
  public long heapBytes() {
    return (long) Long.BYTES * (first.length + second.length) + (long) Integer.BYTES * order.length;
  }

  /** Keys in the batch. */
  public int size() {
    return size;
  }

  /** The only or the first word of each key. Not to be changed. */
  public long[] first() {
    return first;
  }

  /** The second word of each key; of no length where keys have one. Not to be changed. */
  public long[] second() {
    return second;
  }

  /** The keys by number, in the order of shards. */
  int[] order() {
    return order;
  }

  /** Where the keys of a shard begin in {@link #order}; they end where those of the next begin. */
  int start(int shard) {
    return starts[shard];
  }
}
