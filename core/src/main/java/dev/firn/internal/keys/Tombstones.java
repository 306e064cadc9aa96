package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The versions of deletes: how new a row must be to be the row of a key that was deleted ({@link
 * TableOrder}). Memory is asked for. One thread at a time.
 */
public final class Tombstones {

  private static final int END = -1;

  private final ShardMemory memory;
  private final MemoryIndex index;
  private final Locations earlier = new Locations();

  /**
   * By number of a tombstone, which is the position in its location: of one that is free, the next.
   */
  private long[] versions = {};

  private int used;
  private int free = END;
  private int freeCount;

  /** Empty. */
  public Tombstones(KeyClass keyClass, IndexMemory memory) {
    this.memory = new ShardMemory(memory);
    this.index = new MemoryIndex(keyClass, memory);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return index.keys() == 0;
  }

  /** Keys that have one. */
  public long count() {
    return index.keys();
  }

  /**
   * Makes room for tombstones of these keys.
   *
   * @throws IndexFullException if there is no memory for them; nothing has changed
   */
  public void ensureRoom(KeyBatch deleted) {
    index.ensureRoom(deleted, 0, KeyIndex.SHARDS);
    // A key that has one gives it up only when it has the new one.
    int missing = deleted.size() - freeCount - (versions.length - used);
    if (missing > 0) {
      int capacity = Math.max(versions.length + (versions.length >> 1), versions.length + missing);
      memory.reserve((long) capacity * Long.BYTES);
      memory.release((long) versions.length * Long.BYTES);
      versions = Arrays.copyOf(versions, capacity);
    }
  }

  /**
   * The last delete of each key is of this version; there is room for them, and no key is there
   * twice.
   */
  public void put(KeyBatch deleted, long[] version) {
    long[] locations = new long[deleted.size()];
    for (int i = 0; i < locations.length; i++) {
      locations[i] = RowLocation.of(0, take(version[i]));
    }
    earlier.begin(deleted);
    index.put(deleted, locations, 0, KeyIndex.SHARDS, earlier);
    giveBack(deleted.size());
  }

  /** These keys have rows again. */
  public void remove(KeyBatch keys) {
    if (!isEmpty()) {
      earlier.begin(keys);
      index.remove(keys, 0, KeyIndex.SHARDS, earlier);
      giveBack(keys.size());
    }
  }

  private int take(long version) {
    int number = free;
    if (number == END) {
      number = used++;
    } else {
      free = (int) versions[number];
      freeCount--;
    }
    versions[number] = version;
    return number;
  }

  private void giveBack(int keys) {
    for (int i = 0; i < keys; i++) {
      long location = earlier.byKey()[i];
      if (location != RowLocation.NONE) {
        int number = (int) RowLocation.position(location);
        versions[number] = free;
        free = number;
        freeCount++;
      }
    }
  }

  /** Finds the version of the last delete of each key; {@link TableOrder#LOWEST} if it has none. */
  public long[] find(KeyBatch keys) {
    long[] found = new long[keys.size()];
    if (isEmpty()) {
      Arrays.fill(found, TableOrder.LOWEST);
      return found;
    }
    Locations locations = new Locations();
    locations.begin(keys);
    index.locate(keys, 0, KeyIndex.SHARDS, locations);
    for (int i = 0; i < found.length; i++) {
      long location = locations.byKey()[i];
      found[i] =
          location == RowLocation.NONE
              ? TableOrder.LOWEST
              : versions[(int) RowLocation.position(location)];
    }
    return found;
  }

  /** Forgets all, and gives the memory back. */
  public void clear() {
    index.clear();
    memory.release((long) versions.length * Long.BYTES);
    versions = new long[0];
    used = 0;
    free = END;
    freeCount = 0;
  }

  void write(DataOutput out) throws IOException {
    KeyBatch keys = new KeyBatch();
    long[] locations = index.copyTo(keys, new long[0]);
    int words = index.keyClass().words();
    out.writeInt(words);
    out.writeInt(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      out.writeLong(keys.first()[i]);
      if (words == 2) {
        out.writeLong(keys.second()[i]);
      }
      out.writeLong(versions[(int) RowLocation.position(locations[i])]);
    }
  }

  /**
   * Reads what was written into this, which is empty.
   *
   * @param mostBytes that there can be
   * @throws IOException if it cannot be read, or is something else
   * @throws IndexFullException if there is no memory for it
   */
  void read(DataInput in, long mostBytes) throws IOException {
    int words = in.readInt();
    int count = in.readInt();
    if (words != index.keyClass().words()
        || count < 0
        || count > mostBytes / Long.BYTES / (words + 1)) {
      throw CheckedBytes.damaged();
    }
    KeyBatch keys = new KeyBatch();
    keys.begin(count, words);
    long[] version = new long[count];
    for (int i = 0; i < count; i++) {
      keys.first()[i] = in.readLong();
      if (words == 2) {
        keys.second()[i] = in.readLong();
      }
      version[i] = in.readLong();
    }
    keys.sort();
    ensureRoom(keys);
    put(keys, version);
  }
}
