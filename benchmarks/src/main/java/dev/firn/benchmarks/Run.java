package dev.firn.benchmarks;

import java.io.PrintStream;
import java.time.Duration;

/**
 * How much to measure.
 *
 * @param rounds that count
 * @param warmUp processor time that each contestant gets before them
 * @param scale of the number of rows, 1 for a full run
 * @param out where lines go
 */
public record Run(int rounds, Duration warmUp, double scale, PrintStream out) {

  /** What figures are published from. */
  static Run full(PrintStream out) {
    return new Run(9, Duration.ofSeconds(4), 1, out);
  }

  /** A look, in some minutes. */
  static Run quick(PrintStream out) {
    return new Run(3, Duration.ofSeconds(2), 0.25, out);
  }

  /** {@code full} rows, scaled; at least one. */
  public int rows(int full) {
    return (int) Math.max(1, full * scale);
  }
}
