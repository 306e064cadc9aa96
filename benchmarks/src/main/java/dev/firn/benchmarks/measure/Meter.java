package dev.firn.benchmarks.measure;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/** Measures a piece of work: processor time and allocation of every thread, and the clock. */
public final class Meter {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Garbage is collected this often before a measured piece of work, and then left alone. */
  private static final int COLLECTIONS = 1;

  private Meter() {}

  /** Work that may fail. */
  @FunctionalInterface
  public interface Work {
    void run() throws Exception;
  }

  /** Collects the garbage of the work before, so that it is not paid for by the next. */
  @SuppressWarnings("SystemGc")
  public static void settle() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
  }

  /** Does {@code work} and says what it has cost. */
  public static Cost of(Work work) throws Exception {
    long[] threads = THREADS.getAllThreadIds();
    Map<Long, Long> cpuBefore = new HashMap<>();
    Map<Long, Long> allocatedBefore = new HashMap<>();
    put(cpuBefore, threads, THREADS.getThreadCpuTime(threads));
    put(allocatedBefore, threads, THREADS.getThreadAllocatedBytes(threads));
    long callerAllocated = THREADS.getCurrentThreadAllocatedBytes();
    long caller = THREADS.getCurrentThreadCpuTime();
    long wall = System.nanoTime();
    work.run();
    wall = System.nanoTime() - wall;
    caller = THREADS.getCurrentThreadCpuTime() - caller;
    callerAllocated = THREADS.getCurrentThreadAllocatedBytes() - callerAllocated;
    threads = THREADS.getAllThreadIds();
    return new Cost(
        grown(cpuBefore, threads, THREADS.getThreadCpuTime(threads)),
        caller,
        wall,
        grown(allocatedBefore, threads, THREADS.getThreadAllocatedBytes(threads)),
        callerAllocated);
  }

  /** Processor time of the calling thread so far. */
  public static long callerNanos() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** Bytes that the calling thread has allocated so far. */
  public static long callerBytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  private static void put(Map<Long, Long> into, long[] threads, long[] values) {
    for (int i = 0; i < threads.length; i++) {
      into.put(threads[i], values[i]);
    }
  }

  /** What the threads that still live have added. */
  private static long grown(Map<Long, Long> before, long[] threads, long[] now) {
    long total = 0;
    for (int i = 0; i < threads.length; i++) {
      total += Math.max(0, now[i] - before.getOrDefault(threads[i], 0L));
    }
    return total;
  }
}
