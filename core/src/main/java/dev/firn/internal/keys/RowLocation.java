package dev.firn.internal.keys;

/**
 * Where a row is, in one long: 28 bits for the segment (a number of {@link Segments}), 36 for the
 * row's position in it. That is 268 million files of 68 thousand million rows.
 */
public final class RowLocation {

  /** The location of no row. */
  public static final long NONE = -1;

  private static final int POSITION_BITS = 36;

  /** The highest position. */
  public static final long MAX_POSITION = (1L << POSITION_BITS) - 1;

  /** The highest segment. */
  public static final int MAX_SEGMENT = (1 << Long.SIZE - POSITION_BITS) - 2;

  /**
   * No segment: what an index keeps of a key with several rows or none is like a location of it.
   */
  private static final int NO_SEGMENT = MAX_SEGMENT + 1;

  /**
   * What an index that lies partly in files keeps of a key that is in it no more, though an older
   * part has it.
   */
  static final long GONE = (long) NO_SEGMENT << POSITION_BITS | 1L << POSITION_BITS - 1;

  private RowLocation() {}

  /** The location of row {@code position} of {@code segment}. */
  public static long of(int segment, long position) {
    if (segment < 0 || segment > MAX_SEGMENT || position < 0 || position > MAX_POSITION) {
      throw new IllegalArgumentException(
          "no location has segment " + segment + " and position " + position);
    }
    return (long) segment << POSITION_BITS | position;
  }

  /** The segment of a location. */
  public static int segment(long location) {
    return (int) (location >>> POSITION_BITS);
  }

  /** The position of a location. */
  public static long position(long location) {
    return location & MAX_POSITION;
  }

  /** What stands for the chain of locations that begins with {@code node}. */
  static long several(int node) {
    return (long) NO_SEGMENT << POSITION_BITS | node;
  }

  /** Whether this stands for a chain. */
  static boolean isSeveral(long location) {
    // A node has 31 bits, and the highest of a position is 0 then, unlike that of NONE and GONE.
    return location >>> POSITION_BITS - 1 == (long) NO_SEGMENT << 1;
  }

  /** The first node of the chain that this stands for. */
  static int node(long several) {
    return (int) several;
  }
}
