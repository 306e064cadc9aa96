package dev.firn.benchmarks.measure;

/** One of those who do the same work. */
public interface Contestant extends AutoCloseable {

  String name();

  /**
   * Does the work once and checks what came out; only the work is in the result.
   *
   * @param careful whether to compare the output value by value, not only by count and checksum
   */
  Result round(boolean careful) throws Exception;

  @Override
  default void close() {}

  /**
   * What one round has cost and left behind.
   *
   * @param bytes of the output
   */
  record Result(Cost cost, long bytes) {}
}
