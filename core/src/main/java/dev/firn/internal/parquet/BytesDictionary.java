package dev.firn.internal.parquet;

import java.util.Arrays;

/**
 * Codes of the distinct byte strings of a column chunk, in order of arrival. Hot: this is where a
 * string column's time goes.
 *
 * <p>The values lie one behind the other, each behind its length, in {@link #data}: that is the
 * dictionary page already. The table is pairs of longs: 32 bits of hash above the code plus one (0
 * is a free slot), and beside it, in the same cache line, where the value begins and how long it
 * is. A wrong value is nearly always told by hash and length alone, and a right one is compared
 * without a detour. The table begins small in every chunk, in memory that is kept from the chunk
 * before, and stays at most half full; a quarter while it is small, for a displaced value costs a
 * misprediction.
 *
 * <p>Values are looked up in batches of {@value #BATCH} and in three passes: hash all, fetch the
 * slots of all, compare all. A single look-up waits for memory twice (its slot, then the value it
 * names) with nothing else to do; in passes the waits of a batch overlap. The batch is small enough
 * that hashes and slots stay in the first-level cache. A value that is not found at its first slot
 * (new, or displaced) takes the slow road at its turn, so that codes keep the order of arrival.
 *
 * <p>Lengths vary from value to value, and a loop or a branch that depends on them is mispredicted
 * about once per value, which costs more than all the rest. So values of up to {@value #SHORT}
 * bytes, most there are, are read as two words, with what lies behind them, and the rest is masked
 * away.
 */
final class BytesDictionary {

  private static final int BATCH = 512;

  /** Small: there may be thousands of column chunks with few rows each. */
  private static final int INITIAL_SLOTS = 64;

  /** Values of a small table, which stays in the first-level cache, or nearly. */
  private static final int SMALL = 2048;

  /** Bytes of two words. */
  private static final int SHORT = 2 * Long.BYTES;

  /** By length: the bytes of the first word that belong to a short value, and of the second. */
  private static final long[] FIRST = new long[SHORT + 1];

  private static final long[] SECOND = new long[SHORT + 1];

  static {
    for (int length = 1; length <= SHORT; length++) {
      FIRST[length] = length < Long.BYTES ? (1L << 8 * length) - 1 : -1;
      SECOND[length] = length < SHORT ? (1L << 8 * (length & 7)) - 1 : -1;
      SECOND[length] &= length < Long.BYTES ? 0 : -1;
    }
  }

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long ODD = 0xE7037ED1A0B428DBL;

  /** Slot {@code i}: hash and code at {@code 2 * i}, place and length behind it. */
  private long[] table = {};

  /** The values as a PLAIN dictionary page, {@link #used} bytes, and two words behind it. */
  private byte[] data = {};

  private int used;
  private int size;

  /** Slots of the table in use, a power of two; 0 before the first value. */
  private int slots;

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
    if (slots == 0) {
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
      long[] pairs = table;
      int fetchedSlots = slots;
      int mask = 2 * fetchedSlots - 2;
      for (int i = 0; i < batch; i++) {
        entries[i] = pairs[batchHashes[i] << 1 & mask];
      }
      int to = at + done;
      for (int i = 0; i < batch; i++) {
        int start = sourceStarts[first + i];
        int length = sourceEnds[first + i] - start;
        int hash = batchHashes[i];
        long entry = entries[i];
        boolean found =
            (int) (entry >>> 32) == hash
                && (int) entry != 0
                && slots == fetchedSlots // else the table has grown, and moved everything
                && holds(pairs[(hash << 1 & mask) + 1], source, start, length);
        codes[to + i] = found ? (int) entry - 1 : findOrInsert(source, start, length, hash);
      }
    }
  }

  private int findOrInsert(byte[] source, int start, int length, int hash) {
    int mask = 2 * slots - 2;
    int slot = hash << 1 & mask;
    long entry;
    while ((entry = table[slot]) != 0) {
      if ((int) (entry >>> 32) == hash && holds(table[slot + 1], source, start, length)) {
        return (int) entry - 1;
      }
      slot = slot + 2 & mask;
    }
    insert(source, start, length, hash);
    int code = size - 1;
    put(slot, code);
    if (size * (size < SMALL ? 4 : 2) > slots) {
      rehash(slots * (size < SMALL ? 4 : 2));
    }
    return code;
  }

  private void put(int slot, int code) {
    table[slot] = (long) hashes[code] << 32 | code + 1;
    table[slot + 1] = (long) starts[code] << 32 | length(code);
  }

  private void insert(byte[] source, int start, int length, int hash) {
    if (size == starts.length) {
      int capacity = Math.max(16, size * 2);
      starts = Arrays.copyOf(starts, capacity);
      hashes = Arrays.copyOf(hashes, capacity);
      prefixes = Arrays.copyOf(prefixes, capacity);
    }
    int end = Math.addExact(used + Integer.BYTES, length);
    if (end > data.length - SHORT) {
      data =
          Arrays.copyOf(
              data,
              (int)
                  Math.min(Integer.MAX_VALUE - 8L, Math.max(end + (long) SHORT, data.length * 2L)));
    }
    LittleEndian.putInt(data, used, length);
    System.arraycopy(source, start, data, used + Integer.BYTES, length);
    starts[size] = used + Integer.BYTES;
    hashes[size] = hash;
    prefixes[size] = LittleEndian.prefix(source, start, length);
    used = end;
    size++;
  }

  /** Whether the value at {@code place}, as the table has it, is the given one. */
  private boolean holds(long place, byte[] source, int start, int length) {
    if ((int) place != length) {
      return false;
    }
    byte[] known = data;
    int at = (int) (place >>> 32);
    if (length <= SHORT && start <= source.length - SHORT) {
      long first = LittleEndian.getLong(known, at) ^ LittleEndian.getLong(source, start);
      long second = LittleEndian.getLong(known, at + 8) ^ LittleEndian.getLong(source, start + 8);
      return (first & FIRST[length] | second & SECOND[length]) == 0;
    }
    return length <= SHORT
        ? Arrays.equals(known, at, at + length, source, start, start + length)
        : holdsLong(known, at, source, start, length);
  }

  /** Two words at a time; the last two may overlap what was compared before. */
  private static boolean holdsLong(byte[] known, int at, byte[] source, int start, int length) {
    int last = length - SHORT;
    for (int i = 0; i < last; i += SHORT) {
      if (!sameTwoWords(known, at + i, source, start + i)) {
        return false;
      }
    }
    return sameTwoWords(known, at + last, source, start + last);
  }

  private static boolean sameTwoWords(byte[] known, int at, byte[] source, int start) {
    long first = LittleEndian.getLong(known, at) ^ LittleEndian.getLong(source, start);
    long second = LittleEndian.getLong(known, at + 8) ^ LittleEndian.getLong(source, start + 8);
    return (first | second) == 0;
  }

  /** Not for adversaries; for them the size cap of the dictionary bounds the damage. */
  private static int hash(byte[] source, int start, int length) {
    if (length <= SHORT && start <= source.length - SHORT) {
      return fold(
          LittleEndian.getLong(source, start) & FIRST[length],
          LittleEndian.getLong(source, start + 8) & SECOND[length],
          length);
    }
    return length <= SHORT
        ? hash(Arrays.copyOfRange(source, start, start + SHORT), 0, length)
        : hashOfLong(source, start, length);
  }

  /**
   * Four words at a time in two chains, for a multiplication takes several cycles and the next one
   * of a chain waits for it. The last words may overlap what was seen before.
   */
  private static int hashOfLong(byte[] source, int start, int length) {
    int end = start + length;
    long even = length;
    long odd = ODD;
    int at = start;
    for (; at < end - 2 * SHORT; at += 2 * SHORT) {
      even = twoWords(source, at, even);
      odd = twoWords(source, at + SHORT, odd);
    }
    if (at < end - SHORT) {
      even = twoWords(source, at, even);
    }
    return fold(even ^ twoWords(source, end - SHORT, odd), odd, length);
  }

  private static long twoWords(byte[] source, int at, long hash) {
    return multiply(
        LittleEndian.getLong(source, at) ^ hash, LittleEndian.getLong(source, at + 8) ^ ODD);
  }

  private static int fold(long first, long second, int length) {
    long hash = multiply(first ^ GOLDEN, second ^ ODD ^ length);
    return (int) (hash >>> 32) ^ (int) hash;
  }

  /** Both halves of the product of 128 bits. */
  private static long multiply(long a, long b) {
    return a * b ^ Math.multiplyHigh(a, b);
  }

  private void rehash(int newSlots) {
    slots = newSlots;
    if (table.length < 2 * slots) {
      table = new long[2 * slots];
    } else {
      Arrays.fill(table, 0, 2 * slots, 0);
    }
    int mask = 2 * slots - 2;
    for (int code = 0; code < size; code++) {
      int slot = hashes[code] << 1 & mask;
      while (table[slot] != 0) {
        slot = slot + 2 & mask;
      }
      put(slot, code);
    }
  }

  /** Takes back every value from code {@code newSize} on; nothing may be looked up any more. */
  void closeAt(int newSize) {
    if (newSize < size) {
      used = starts[newSize] - Integer.BYTES;
      size = newSize;
    }
  }

  /** Forgets all values, and keeps the memory. */
  void clear() {
    slots = 0;
    used = 0;
    size = 0;
  }

  long heapBytes() {
    return (long) Long.BYTES * (table.length + prefixes.length)
        + data.length
        + (long) Integer.BYTES * (starts.length + hashes.length);
  }
}
