package dev.firn.examples;

import dev.firn.kafka.KafkaStatus;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/** One line that says how an ingest is doing: drawn anew on a terminal, else once a second. */
final class IngestLine {

  private final PrintStream out;
  private final boolean onTerminal = Progress.onTerminal();
  private final long everyNanos = TimeUnit.MILLISECONDS.toNanos(onTerminal ? 200 : 1_000);
  private final long begunAt = System.nanoTime();
  private long shownAt = begunAt;

  IngestLine(PrintStream out) {
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
    shownAt = System.nanoTime();
    double seconds = (shownAt - begunAt) / 1e9;
    out.printf(
        "%s  %,d rows visible (%,.0f/s), lag %,d records, %s%s",
        onTerminal ? "\r" : "",
        status.rowsCommitted(),
        status.rowsCommitted() / seconds,
        status.lag(),
        freshness(status),
        onTerminal ? "   " + end : end);
    out.flush();
  }

  private static String freshness(KafkaStatus status) {
    return status.commits() == 0
        ? "no commit yet"
        : String.format("last rows visible after %.1f s", status.freshnessMillis() / 1e3);
  }
}
