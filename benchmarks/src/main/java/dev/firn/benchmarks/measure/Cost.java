package dev.firn.benchmarks.measure;

/**
 * What a piece of work has cost.
 *
 * @param cpuNanos of all Java threads; the garbage collector and the compilers are not among them
 * @param callerNanos of {@code cpuNanos}, the part of the thread that did the work or asked for it
 * @param wallNanos from begin to end
 * @param allocatedBytes by all Java threads
 * @param callerAllocatedBytes of them, those of the thread that did the work or asked for it
 */
public record Cost(
    long cpuNanos,
    long callerNanos,
    long wallNanos,
    long allocatedBytes,
    long callerAllocatedBytes) {

  /** Of no work. */
  public static final Cost NONE = new Cost(0, 0, 0, 0, 0);

  /** Of both pieces of work, one after the other. */
  public Cost plus(Cost other) {
    return new Cost(
        cpuNanos + other.cpuNanos,
        callerNanos + other.callerNanos,
        wallNanos + other.wallNanos,
        allocatedBytes + other.allocatedBytes,
        callerAllocatedBytes + other.callerAllocatedBytes);
  }

  /** The same, but of the caller's part only some counts. */
  public Cost withCaller(long nanos, long allocated) {
    return new Cost(cpuNanos, nanos, wallNanos, allocatedBytes, allocated);
  }
}
