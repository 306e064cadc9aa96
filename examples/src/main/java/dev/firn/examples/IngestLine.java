package dev.firn.examples;

import dev.firn.kafka.KafkaStatus;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/** One line that says how an ingest is doing: drawn anew on a terminal, else once a second. */
final class IngestLine {

  private final String what;
  private final PrintStream out;
  private final boolean onTerminal = Progress.onTerminal();
  private final long everyNanos = TimeUnit.MILLISECONDS.toNanos(onTerminal ? 200 : 1_000);
  private long shownAt = System.nanoTime();
  private long shownRows;

  IngestLine(String what, PrintStream out) {
    this.what = what;
    this.out = out;
  }

  /** Shows {@code status}, if it is time. */
  void show(KafkaStatus status) {
    if (System.nanoTime() - shownAt >= everyNanos) {
      print(status, onTerminal ? "" : "\n");
    }
  }

  /** Shows it for the last time. */
  void end(KafkaStatus status) {
    print(status, "\n");
  }

  private void print(KafkaStatus status, String end) {
    long now = System.nanoTime();
    double seconds = (now - shownAt) / 1e9;
    long rows = status.rowsCommitted();
    double perSecond = (rows - shownRows) / seconds;
    shownAt = now;
    shownRows = rows;
    out.printf(
        "%s  %s: %,d rows made visible (%,.0f/s), lag %,d records, %s%s",
        onTerminal ? "\r" : "", what, rows, perSecond, status.lag(), freshness(status), end);
    out.flush();
  }

  private static String freshness(KafkaStatus status) {
    return status.lagMillis() == 0
        ? status.state() + "        "
        : String.format("%.1f s behind     ", status.lagMillis() / 1e3);
  }
}
