package dev.firn.examples;

import dev.firn.Firn;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Kills the process that writes, at random moments, and starts it again until the source has ended.
 * Each number of the source is then in the table once.
 */
public final class ExactlyOnceReplay {

  private ExactlyOnceReplay() {}

  /** Takes a directory of its own ({@code target/replay-...}) and the number of crashes (3). */
  public static void main(String[] args) throws IOException, InterruptedException {
    String directory = args.length > 0 ? args[0] : "target/replay-" + System.currentTimeMillis();
    int crashes = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    if (!run(Path.of(directory), crashes, System.out)) {
      System.exit(1);
    }
  }

  /** Returns whether each number is in the table exactly once. */
  static boolean run(Path directory, int crashes, PrintStream out)
      throws IOException, InterruptedException {
    Random random = new Random();
    try (JdbcCatalog catalog = Firn.openEmbedded(directory)) {
      Table table = Firn.createTableIfAbsent(catalog, NumberStream.NAME, NumberStream.SCHEMA);
      for (int run = 1; run <= crashes; run++) {
        int exit = writeInChild(directory, random.nextInt(1_000));
        int rows = ReaderView.rows(table).size();
        out.printf("Run %d: %s; the table holds %,d rows.%n", run, fate(exit), rows);
      }
      int exit = writeInChild(directory, -1);
      out.printf("Last run: %s.%n", fate(exit));
      return report(ReaderView.rows(table), out);
    }
  }

  private static String fate(int exit) {
    return switch (exit) {
      case 0 -> "the source has ended";
      case NumberStream.KILLED -> "killed half-way";
      default ->
          throw new IllegalStateException("the writing process failed with exit code " + exit);
    };
  }

  private static int writeInChild(Path directory, int livesMillis)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-XX:TieredStopAtLevel=1", // a short life: starting fast is what counts
            "-cp",
            System.getProperty("java.class.path"),
            NumberStream.class.getName(),
            directory.toString(),
            String.valueOf(livesMillis));
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static boolean report(List<Record> rows, PrintStream out) {
    int[] seen = new int[NumberStream.COUNT];
    for (Record row : rows) {
      seen[(int) row.getField("number")]++;
    }
    int missing = 0;
    int doubled = 0;
    for (int times : seen) {
      missing += times == 0 ? 1 : 0;
      doubled += times > 1 ? 1 : 0;
    }
    out.printf("%,d rows: %d numbers missing, %d doubled.%n", rows.size(), missing, doubled);
    return missing == 0 && doubled == 0;
  }
}
