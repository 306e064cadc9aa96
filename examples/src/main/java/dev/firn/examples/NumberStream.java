package dev.firn.examples;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;

/** The process that {@link ExactlyOnceReplay} kills: writes the numbers from 0, in order. */
final class NumberStream {

  static final int COUNT = 200_000;
  static final int KILLED = 137; // as if by signal 9

  static final TableIdentifier NAME = TableIdentifier.of("demo", "numbers");
  static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "number", Types.IntegerType.get()));

  /** The numbers come in portions with a rest between, like messages from a broker. */
  private static final int PORTION = 200;

  private static final long REST_NANOS = 2_000_000;

  private NumberStream() {}

  /**
   * Takes the directory of the tables, and how long to live after the first commit (-1 for ever).
   */
  public static void main(String[] args) throws IOException {
    int livesMillis = Integer.parseInt(args[1]);
    WriterOptions options =
        WriterOptions.builder("numbers")
            .commitPolicy(CommitPolicy.every(Duration.ofMillis(50)))
            .build();
    Progress progress = new Progress("number", COUNT);
    try (JdbcCatalog catalog = Firn.openEmbedded(Path.of(args[0]));
        StreamingTableWriter<Integer> writer =
            Firn.openWriter(
                catalog, NAME, (number, row) -> row.setInt("number", number), options)) {
      boolean dying = false;
      for (int number = (int) writer.committed().position().orElse(0); number < COUNT; number++) {
        writer.append(number);
        writer.mark(number + 1L);
        if (number % PORTION == 0) {
          progress.at(number);
          LockSupport.parkNanos(REST_NANOS);
          if (!dying && livesMillis >= 0 && writer.status().rowsCommitted() > 0) {
            dying = true;
            CompletableFuture.delayedExecutor(livesMillis, TimeUnit.MILLISECONDS)
                .execute(() -> Runtime.getRuntime().halt(KILLED));
          }
        }
      }
      writer.commit();
      progress.at(COUNT);
    }
  }
}
