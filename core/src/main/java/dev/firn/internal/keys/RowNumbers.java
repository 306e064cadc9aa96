package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A number for each row of live segments: its version ({@link TableOrder}), or its id. Like the
 * entries of an index they are facts: a row of a file never gets another one. So nothing has to be
 * done when rows are deleted, come back or have others beside them, by whomever: a number is looked
 * up where its rows are.
 *
 * <p>A segment's numbers are kept as differences from its lowest, in as many bytes as the greatest
 * needs: rows that were written together have numbers near each other. Memory is asked for.
 *
 * <p>Calls may come from several threads, but for {@link #of} while others change anything.
 */
public final class RowNumbers {

  /** Of a row without one; below all others. */
  public static final long NONE = Long.MIN_VALUE;

  /** Rows that a segment may have: their numbers are in one array of bytes. */
  public static final int MOST_ROWS = (1 << 28) - 2;

  /** More bytes than that, and differences are not worth while: numbers as they are. */
  private static final int MOST_DIFFERENCE_BYTES = 6;

  private final String what;
  private final IndexMemory memory;
  private @Nullable Packed[] bySegment = new Packed[16];
  private long held;

  /**
   * The numbers of one segment.
   *
   * @param lowest of those that rows have; a row without one has code 0, the lowest code 1
   * @param width bytes of a code; {@value Long#BYTES} for numbers as they are
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared and never changed
  record Packed(long lowest, int width, byte[] codes) {

    long number(long position) {
      int at = Math.toIntExact(position * width);
      if (width == Long.BYTES) {
        return BigEndian.getLong(codes, at);
      }
      long code = 0;
      for (int i = 0; i < width; i++) {
        code = code << Byte.SIZE | codes[at + i] & 0xff;
      }
      return code == 0 ? NONE : lowest + code - 1;
    }

    static Packed of(long[] numbers, int rows) {
      long lowest = Long.MAX_VALUE;
      long highest = NONE;
      for (int row = 0; row < rows; row++) {
        if (numbers[row] != NONE) {
          lowest = Math.min(lowest, numbers[row]);
          highest = Math.max(highest, numbers[row]);
        }
      }
      boolean none = highest == NONE;
      int width = none ? 0 : widthOf(highest - lowest);
      Packed packed = new Packed(lowest, width, new byte[rows * width]);
      for (int row = 0; row < rows && !none; row++) {
        packed.set(row, numbers[row]);
      }
      return packed;
    }

    /** Of differences up to this one, as an unsigned number. */
    private static int widthOf(long difference) {
      int bits = Long.SIZE - Long.numberOfLeadingZeros(difference + 1);
      int bytes = (bits + Byte.SIZE - 1) / Byte.SIZE;
      // A difference of 64 ones has no successor, but is no small one either.
      return bits == 0 || bytes > MOST_DIFFERENCE_BYTES ? Long.BYTES : bytes;
    }

    private void set(int row, long number) {
      int at = row * width;
      if (width == Long.BYTES) {
        BigEndian.putLong(codes, at, number);
        return;
      }
      long code = number == NONE ? 0 : number - lowest + 1;
      for (int i = width - 1; i >= 0; i--) {
        codes[at + i] = (byte) code;
        code >>>= Byte.SIZE;
      }
    }
  }

  /**
   * Empty.
   *
   * @param what rows have numbers for, as it is told to those who have no memory for it
   */
  public RowNumbers(String what, IndexMemory memory) {
    this.what = what;
    this.memory = memory;
  }

  /** Bytes that so many rows may take while they are put in. */
  private static long bytesFor(long rows) {
    return 2 * rows * Long.BYTES;
  }

  /**
   * Sees that there is memory for so many rows, as far as it can be known before they are put in.
   *
   * @throws IndexFullException if there is none
   */
  public void ensureRoom(long rows) {
    reserve(bytesFor(rows));
    release(bytesFor(rows));
  }

  /**
   * An array for the numbers of the rows of a file, charged until they are {@link #put} or {@link
   * #giveBack given back}.
   *
   * @param rows {@link #MOST_ROWS} at most
   * @throws IndexFullException if there is no memory for them
   */
  public long[] begin(int rows) {
    reserve(bytesFor(rows));
    return new long[rows];
  }

  /** What {@link #begin} has charged is free again. */
  public void giveBack(long[] numbers) {
    release(bytesFor(numbers.length));
  }

  /** The numbers of all rows of a segment, in an array that {@link #begin} gave. */
  public void put(int segment, long[] numbers) {
    put(segment, Packed.of(numbers, numbers.length));
    giveBack(numbers);
  }

  /**
   * Takes over what another life has had.
   *
   * @throws IndexFullException if there is no memory for it
   */
  void take(int segment, Packed packed) {
    reserve(packed.codes().length);
    try {
      put(segment, packed);
    } finally {
      release(packed.codes().length);
    }
  }

  private synchronized void put(int segment, Packed packed) {
    if (segment >= bySegment.length) {
      bySegment = Arrays.copyOf(bySegment, Math.max(segment + 1, bySegment.length * 3 / 2));
    }
    drop(segment);
    bySegment[segment] = packed;
    charge(packed.codes().length);
  }

  /** The number of the row at a location of a segment that has numbers. Hot. */
  public long of(long location) {
    int segment = RowLocation.segment(location);
    Packed packed = segment < bySegment.length ? bySegment[segment] : null;
    if (packed == null) {
      throw new IllegalStateException("segment " + segment + " has no numbers");
    }
    return packed.number(RowLocation.position(location));
  }

  /** The numbers of a segment; null if there are none. */
  @Nullable Packed packed(int segment) {
    return segment < bySegment.length ? bySegment[segment] : null;
  }

  /** The segment's file has left the table. */
  public synchronized void drop(int segment) {
    Packed packed = packed(segment);
    if (packed != null) {
      bySegment[segment] = null;
      release(packed.codes().length);
    }
  }

  /** Forgets everything, and gives the memory back. */
  public synchronized void clear() {
    bySegment = new Packed[16];
    release(held);
  }

  private synchronized void reserve(long bytes) {
    if (!memory.tryReserve(bytes)) {
      throw full(bytes);
    }
    held += bytes;
  }

  private synchronized void charge(long bytes) {
    memory.charge(bytes);
    held += bytes;
  }

  private synchronized void release(long bytes) {
    memory.release(bytes);
    held -= bytes;
  }

  private synchronized IndexFullException full(long needed) {
    return new IndexFullException(
        what
            + " take "
            + held
            + " bytes and need "
            + needed
            + " more for a while, but with all else that has to fit there they may take "
            + memory.limitBytes()
            + ". Raise indexMemoryLimitBytes by that much at least: a row takes up to 8 bytes, also"
            + " with an indexDirectory.",
        needed,
        held,
        memory.limitBytes());
  }
}
