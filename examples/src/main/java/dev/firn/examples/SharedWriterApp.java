package dev.firn.examples;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.WriterOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;

/** Many request threads share one writer, and know when their rows are safe. */
public final class SharedWriterApp {

  static final int THREADS = 8;
  static final int ROWS_PER_THREAD = 5_000;

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "thread", Types.IntegerType.get()),
          Types.NestedField.required(2, "request", Types.IntegerType.get()));

  /** What one request leaves behind. */
  record Request(int thread, int request) {}

  private SharedWriterApp() {}

  /** Takes the directory of the tables; {@code target/shared-writer} if there is none. */
  public static void main(String[] args) throws Exception {
    run(Path.of(args.length > 0 ? args[0] : "target/shared-writer"), System.out);
  }

  static void run(Path directory, PrintStream out)
      throws IOException, InterruptedException, ExecutionException {
    WriterOptions options =
        WriterOptions.builder("web-requests")
            .commitPolicy(CommitPolicy.every(Duration.ofMillis(200)))
            .build();
    try (JdbcCatalog catalog = Firn.openEmbedded(directory)) {
      TableIdentifier name = TableIdentifier.of("demo", "requests");
      Table table = Firn.createTableIfAbsent(catalog, name, SCHEMA);
      int before = ReaderView.rows(table).size();

      try (SharedTableWriter<Request> writer =
          Firn.openSharedWriter(table, Firn.javaRecordMapper(Request.class), options)) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<Boolean>> results = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          int thread = i;
          results.add(threads.submit(() -> serve(writer, thread)));
        }
        for (Future<Boolean> visible : results) {
          out.printf("A thread's last row is %svisible.%n", visible.get() ? "" : "not yet ");
        }
        threads.shutdown();
      } // commits what is left

      out.printf("%,d rows before, %,d after.%n", before, ReaderView.rows(table).size());
    }
  }

  /** Returns whether the last row was visible in time. */
  private static boolean serve(SharedTableWriter<Request> writer, int thread) {
    long sequence = 0;
    for (int request = 0; request < ROWS_PER_THREAD; request++) {
      sequence = writer.append(new Request(thread, request));
    }
    return writer.awaitVisible(sequence, Duration.ofSeconds(30));
  }
}
