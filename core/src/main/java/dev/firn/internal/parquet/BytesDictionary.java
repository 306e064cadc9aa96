package dev.firn.internal.parquet;

import java.util.Arrays;

/**
 * Codes of the distinct byte strings of a column chunk, in order of arrival. Hot: this is where a
 * string column's time goes.
 *
 * <p>The values lie one behind the other, each behind its length, in {@link #data}: that is the
 * dictionary page already. The table is one array of longs, at most half full: 32 bits of hash
 * above, the code plus one below, 0 is a free slot; a wrong value is nearly always told by the hash
 * alone.
 *
 * <p>Values are looked up in batches of {@value #BATCH} and in three passes: hash all, fetch the
 * slots of all, compare all. A single look-up waits for memory twice (its slot, then the value it
 * names) with nothing else to do; in passes the waits of a batch overlap. The batch is small enough
 * that hashes and slots stay in the first-level cache. A value that is not found at its first slot
 * (new, or displaced) takes the slow road at its turn, so that codes keep the order of arrival.
 */
final class BytesDictionary {

  private static final int BATCH = 512;

  /** Small: there may be thousands of column chunks with few rows each. */
  private static final int INITIAL_SLOTS = 64;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long ODD = 0xE7037ED1A0B428DBL;

  private long[] table = {};

  /** The values as a PLAIN dictionary page; {@link #used} bytes of it. */
  private byte[] data = {};

  private int used;
  private int size;

  /** By code: where the value begins in {@link #data}, behind its length. */
  private int[] starts = {};

  /** By code: the hash, to move it to a larger table. */
  private int[] hashes = {};

  /** By code: the first eight bytes, comparable as unsigned numbers. */
  private long[] prefixes = {};

  int size() {
    return size;
  }

  /** The dictionary page, its first {@link #pageBytes} bytes. */
  byte[] data() {
    return data;
  }

  int pageBytes() {
    return used;
  }

  int start(int code) {
    return starts[code];
  }

  int length(int code) {
    return LittleEndian.getInt(data, starts[code] - Integer.BYTES);
  }

  /** Compares two values as unsigned bytes. */
  int compare(int code, int other) {
    int byPrefix = Long.compareUnsigned(prefixes[code], prefixes[other]);
    if (byPrefix != 0) {
      return byPrefix;
    }
    int start = starts[code];
    int otherStart = starts[other];
    return Arrays.compareUnsigned(
        data, start, start + length(code), data, otherStart, otherStart + length(other));
  }

  /** Sets {@code codes[at..]} to the codes of the values {@code from..from + count}. */
  void look(
      byte[] source,
      int[] sourceStarts,
      int[] sourceEnds,
      int from,
      int count,
      int[] codes,
      int at,
      PageScratch scratch) {
    if (table.length == 0) {
      rehash(INITIAL_SLOTS);
    }
    int[] batchHashes = scratch.hashes(BATCH);
    long[] entries = scratch.entries(BATCH);
    for (int done = 0; done < count; done += BATCH) {
      int first = from + done;
      int batch = Math.min(BATCH, count - done);
      for (int i = 0; i < batch; i++) {
        int start = sourceStarts[first + i];
        batchHashes[i] = hash(source, start, sourceEnds[first + i] - start);
      }
      long[] slots = table;
      int mask = slots.length - 1;
      for (int i = 0; i < batch; i++) {
        entries[i] = slots[batchHashes[i] & mask];
      }
      int to = at + done;
      for (int i = 0; i < batch; i++) {
        int start = sourceStarts[first + i];
        int length = sourceEnds[first + i] - start;
        int hash = batchHashes[i];
        long entry = entries[i];
        int code = (int) entry - 1;
        if (entry == 0
            || (int) (entry >>> 32) != hash
            || !holds(starts[code], source, start, length)) {
          code = findOrInsert(source, start, length, hash);
        }
        codes[to + i] = code;
      }
    }
  }

  private int findOrInsert(byte[] source, int start, int length, int hash) {
    int mask = table.length - 1;
    int slot = hash & mask;
    long entry;
    while ((entry = table[slot]) != 0) {
      int code = (int) entry - 1;
      if ((int) (entry >>> 32) == hash && holds(starts[code], source, start, length)) {
        return code;
      }
      slot = slot + 1 & mask;
    }
    insert(source, start, length, hash);
    table[slot] = (long) hash << 32 | size;
    int code = size - 1;
    if (size * 2 > table.length) {
      rehash(table.length * (size < 2048 ? 4 : 2));
    }
    return code;
  }

  private void insert(byte[] source, int start, int length, int hash) {
    if (size == starts.length) {
      int capacity = Math.max(16, size * 2);
      starts = Arrays.copyOf(starts, capacity);
      hashes = Arrays.copyOf(hashes, capacity);
      prefixes = Arrays.copyOf(prefixes, capacity);
    }
    int end = Math.addExact(used + Integer.BYTES, length);
    if (end > data.length) {
      data =
          Arrays.copyOf(
              data, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end + 16L, data.length * 2L)));
    }
    LittleEndian.putInt(data, used, length);
    System.arraycopy(source, start, data, used + Integer.BYTES, length);
    starts[size] = used + Integer.BYTES;
    hashes[size] = hash;
    prefixes[size] = LittleEndian.prefix(source, start, length);
    used = end;
    size++;
  }

  private boolean holds(int at, byte[] source, int start, int length) {
    byte[] known = data;
    if (LittleEndian.getInt(known, at - Integer.BYTES) != length) {
      return false;
    }
    if (length >= Long.BYTES) {
      // Eight bytes at a time; the last eight may overlap what was compared before.
      int last = length - Long.BYTES;
      for (int i = 0; i < last; i += Long.BYTES) {
        if (LittleEndian.getLong(known, at + i) != LittleEndian.getLong(source, start + i)) {
          return false;
        }
      }
      return LittleEndian.getLong(known, at + last) == LittleEndian.getLong(source, start + last);
    }
    for (int i = 0; i < length; i++) {
      if (known[at + i] != source[start + i]) {
        return false;
      }
    }
    return true;
  }

  /** Not for adversaries; for them the size cap of the dictionary bounds the damage. */
  private static int hash(byte[] source, int start, int length) {
    long hash = length * GOLDEN;
    if (length >= Long.BYTES) {
      int last = length - Long.BYTES;
      for (int i = 0; i < last; i += Long.BYTES) {
        hash = mix(hash ^ LittleEndian.getLong(source, start + i));
      }
      hash = mix(hash ^ LittleEndian.getLong(source, start + last));
    } else if (length >= Integer.BYTES) {
      long low = LittleEndian.getInt(source, start) & 0xFFFFFFFFL;
      long high = LittleEndian.getInt(source, start + length - Integer.BYTES);
      hash = mix(hash ^ (low | high << 32));
    } else if (length > 0) {
      long few =
          (source[start] & 0xFFL)
              | (source[start + (length >> 1)] & 0xFFL) << 8
              | (source[start + length - 1] & 0xFFL) << 16;
      hash = mix(hash ^ few);
    }
    return (int) (hash >>> 32) ^ (int) hash;
  }

  private static long mix(long value) {
    return value * ODD ^ Math.multiplyHigh(value, ODD);
  }

  private void rehash(int slots) {
    table = new long[slots];
    int mask = slots - 1;
    for (int code = 0; code < size; code++) {
      int slot = hashes[code] & mask;
      while (table[slot] != 0) {
        slot = slot + 1 & mask;
      }
      table[slot] = (long) hashes[code] << 32 | code + 1;
    }
  }

  /** Takes back every value from code {@code newSize} on. */
  void truncate(int newSize) {
    if (newSize < size) {
      used = starts[newSize] - Integer.BYTES;
      size = newSize;
      rehash(table.length);
    }
  }

  /** Forgets how to look up, keeps the page: nothing more will be added. */
  void freeze() {
    table = new long[0];
    hashes = new int[0];
    prefixes = new long[0];
    data = Arrays.copyOf(data, used);
    starts = Arrays.copyOf(starts, size);
  }

  void clear() {
    table = new long[0];
    data = new byte[0];
    starts = new int[0];
    hashes = new int[0];
    prefixes = new long[0];
    used = 0;
    size = 0;
  }

  long heapBytes() {
    return (long) Long.BYTES * (table.length + prefixes.length)
        + data.length
        + (long) Integer.BYTES * (starts.length + hashes.length);
  }
}
