package dev.firn.internal.runs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A page of entries, in memory, and what guards it on disk: how many entries there are, whose block
 * it is and the how manieth, and a CRC-32C of it all. So a block that was not written, or lies
 * elsewhere than it should, is no more taken for good than one with a wrong bit. Little-endian.
 * Hot.
 */
final class Block {

  /** A page: what a file system reads at least. */
  static final int BYTES = 4096;

  /** Bytes for entries: 255 of 16 bytes or 170 of 24, in either case to the last one. */
  private static final int ENTRY_BYTES = 4080;

  private static final int SIZE_AT = ENTRY_BYTES;
  private static final int NUMBER_AT = SIZE_AT + Integer.BYTES;
  private static final int RUN_AT = NUMBER_AT + Integer.BYTES;
  private static final int CHECK_AT = RUN_AT + Integer.BYTES;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final int words;
  private final int width;
  private final byte[] bytes = new byte[BYTES];
  private final CRC32C crc = new CRC32C();
  private int size;

  Block(int words) {
    this.words = words;
    this.width = (words + 1) * Long.BYTES;
  }

  /** All bytes, to be written or filled. */
  ByteBuffer bytes() {
    return ByteBuffer.wrap(bytes);
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  boolean isFull() {
    return (size + 1) * width > ENTRY_BYTES;
  }

  /** Adds an entry behind the others; there is room. */
  void append(long first, long second, long value) {
    int at = size++ * width;
    LONG.set(bytes, at, first);
    if (words == 2) {
      LONG.set(bytes, at + Long.BYTES, second);
    }
    LONG.set(bytes, at + words * Long.BYTES, value);
  }

  long first(int entry) {
    return (long) LONG.get(bytes, entry * width);
  }

  long second(int entry) {
    return words == 2 ? (long) LONG.get(bytes, entry * width + Long.BYTES) : 0;
  }

  long value(int entry) {
    return (long) LONG.get(bytes, entry * width + words * Long.BYTES);
  }

  boolean holds(int entry, long first, long second) {
    return first(entry) == first && second(entry) == second;
  }

  /** The first entry that is not before these words; {@link #size} if all are. */
  int find(long first, long second) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isBefore(middle, first, second)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean isBefore(int entry, long first, long second) {
    long there = first(entry);
    return there == first
        ? Long.compareUnsigned(second(entry), second) < 0
        : Long.compareUnsigned(there, first) < 0;
  }

  /**
   * Makes the bytes ready to be written as block {@code number} of a run.
   *
   * @return their check
   */
  int seal(long run, int number) {
    Arrays.fill(bytes, size * width, ENTRY_BYTES, (byte) 0);
    INT.set(bytes, SIZE_AT, size);
    INT.set(bytes, NUMBER_AT, number);
    INT.set(bytes, RUN_AT, (int) run);
    int check = computedCheck();
    INT.set(bytes, CHECK_AT, check);
    return check;
  }

  /** Takes the bytes that were read; says whether they are block {@code number} of the run. */
  boolean unseal(long run, int number) {
    size = (int) INT.get(bytes, SIZE_AT);
    boolean whole =
        check() == computedCheck()
            && (int) INT.get(bytes, NUMBER_AT) == number
            && (int) INT.get(bytes, RUN_AT) == (int) run
            && size > 0
            && size <= ENTRY_BYTES / width;
    size = whole ? size : 0;
    return whole;
  }

  /** The check that goes with the bytes. */
  int check() {
    return (int) INT.get(bytes, CHECK_AT);
  }

  private int computedCheck() {
    crc.reset();
    crc.update(bytes, 0, CHECK_AT);
    return (int) crc.getValue();
  }
}
