package dev.firn.proofs.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Runs one input and says whether Firn kept its word: nothing but typed errors, and bounds on what
 * the input may cost.
 */
final class Judge {

  /** A thousand times what an input takes, in time of the thread's own. */
  static final long MAX_MILLIS = 10_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** How an input ended, worst last. */
  enum Kind {
    FINE,
    /** More was allocated than the target allows. */
    OVER,
    /** The thread worked longer than {@link #MAX_MILLIS}, or the process was hung. */
    HANG,
    /** Something other than a typed error escaped, or what was taken did not read back. */
    CRASH
  }

  /** How an input ended, and why when it did not end well. */
  record Verdict(Kind kind, String why) {}

  private final Target target;

  Judge(Target target) {
    this.target = target;
  }

  /** Once more if too much was allocated: loading a class is not the input's cost. */
  Verdict judge(byte[] input) {
    Verdict verdict = judgeOnce(input);
    return verdict.kind() == Kind.OVER ? judgeOnce(input) : verdict;
  }

  /** Catches everything: errors of any kind are what is looked for. */
  @SuppressWarnings("CatchingUnchecked")
  private Verdict judgeOnce(byte[] input) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    // The thread's own time: a busy machine is not the input's fault.
    long start = THREADS.getCurrentThreadCpuTime();
    Throwable thrown = null;
    try {
      target.run(input);
    } catch (Throwable e) {
      thrown = e;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(THREADS.getCurrentThreadCpuTime() - start);
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    if (thrown != null) {
      return new Verdict(Kind.CRASH, trace(thrown));
    }
    if (millis > MAX_MILLIS) {
      return new Verdict(Kind.HANG, millis + " ms");
    }
    long allowed = target.allowedBytes(input);
    return bytes > allowed
        ? new Verdict(Kind.OVER, bytes + " bytes allocated, allowed are " + allowed)
        : new Verdict(Kind.FINE, "");
  }

  /** The causes with the first frames of each: enough to tell findings apart. */
  private static String trace(Throwable thrown) {
    StringBuilder text = new StringBuilder();
    int depth = 0;
    for (Throwable at = thrown; at != null && depth < 5; at = at.getCause(), depth++) {
      text.append(depth == 0 ? "" : "\n  by ").append(shortened(String.valueOf(at)));
      StackTraceElement[] frames = at.getStackTrace();
      for (int i = 0; i < Math.min(frames.length, 6); i++) {
        text.append("\n    at ").append(frames[i]);
      }
    }
    return text.toString();
  }

  private static String shortened(String text) {
    return text.length() <= 500 ? text : text.substring(0, 500) + "...";
  }
}
