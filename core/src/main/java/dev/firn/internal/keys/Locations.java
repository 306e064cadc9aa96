package dev.firn.internal.keys;

import java.util.Arrays;

/**
 * Where the keys of a batch are, or were: by the key's number one location, and for the few keys
 * that the table has several times, the others. An index's threads may fill one together.
 */
public final class Locations {

  private long[] byKey = {};
  private int[] otherKeys = {};
  private long[] others = {};
  private int otherCount;

  /** Makes room for the keys of {@code keys}, and forgets what was here. Before they are asked. */
  public void begin(KeyBatch keys) {
    if (byKey.length < keys.size()) {
      byKey = new long[keys.size()];
    }
    otherCount = 0;
  }

  /** The location of each key, {@link RowLocation#NONE} if it has none. Not to be changed. */
  public long[] byKey() {
    return byKey;
  }

  /** How many further locations there are. */
  public int otherCount() {
    return otherCount;
  }

  /** The number of the key that has the further location {@code i}. */
  public int otherKey(int i) {
    return otherKeys[i];
  }

  /** A further location. */
  public long other(int i) {
    return others[i];
  }

  /** Threads do not meet here: each has its own keys. */
  void set(int key, long location) {
    byKey[key] = location;
  }

  /** Rare. */
  synchronized void addOther(int key, long location) {
    if (otherCount == others.length) {
      int capacity = Math.max(16, otherCount * 2);
      otherKeys = Arrays.copyOf(otherKeys, capacity);
      others = Arrays.copyOf(others, capacity);
    }
    otherKeys[otherCount] = key;
    others[otherCount++] = location;
  }
}
