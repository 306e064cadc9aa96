package dev.firn.examples;

import java.io.Console;

/** One line that counts up, on a terminal only: a log file is spared. Thread-safe. */
final class Progress {

  private static final long REDRAW_NANOS = 100_000_000;

  private final String what;
  private final long total;
  private final boolean shown = onTerminal();
  private long drawnAt = System.nanoTime();

  Progress(String what, long total) {
    this.what = what;
    this.total = total;
  }

  synchronized void at(long done) {
    long now = System.nanoTime();
    if (shown && (now - drawnAt >= REDRAW_NANOS || done == total)) {
      drawnAt = now;
      System.err.printf("\r  %s %,d of %,d%s", what, done, total, done == total ? "\n" : "");
    }
  }

  /** Since Java 22 there is a console without a terminal too; it says so itself. */
  @SuppressWarnings("SystemConsoleNull") // and then isTerminal() is asked
  static boolean onTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException olderThanJava22) {
      return true;
    }
  }
}
