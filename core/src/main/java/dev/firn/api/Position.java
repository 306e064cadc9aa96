package dev.firn.api;

/**
 * A place in a source: everything before it has been written. One growing number, or two compared
 * in order (e.g. a log sequence number and an index within its transaction).
 *
 * @param major compared first
 * @param minor compared when the majors are equal; 0 for sources with one number
 * @since 0.1
 */
public record Position(long major, long minor) implements Comparable<Position> {

  /** A position of one number. */
  public static Position of(long major) {
    return new Position(major, 0);
  }

  @Override
  public int compareTo(Position other) {
    int byMajor = Long.compare(major, other.major);
    return byMajor != 0 ? byMajor : Long.compare(minor, other.minor);
  }

  /** {@code 42}, or {@code 42.7} when there is a minor number. */
  @Override
  public String toString() {
    return minor == 0 ? Long.toString(major) : major + "." + minor;
  }
}
