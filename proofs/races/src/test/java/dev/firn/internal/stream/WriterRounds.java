package dev.firn.internal.stream;

import static dev.firn.proofs.races.Race.require;
import static dev.firn.proofs.races.Race.together;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Whole writers, from append to snapshot: threads append, flush, commit, abort and close at random,
 * and the timer ticks without a pause. Afterwards every row is in the table once, and the batches
 * came in order: each commit's token is the number of rows up to it.
 */
public final class WriterRounds {

  /** A wait that is longer is one that nobody ended. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int MOST_FILLER = 20_000;

  private final Random random;
  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final Table table;
  private final List<CommitResult> commits = Collections.synchronizedList(new ArrayList<>());
  private final String filler;
  private final RecordMapper<Long> mapper;

  /** How many threads still append: those beside them end when it is none. */
  private final AtomicInteger appending = new AtomicInteger();

  private WriterRounds(long seed) {
    // Neighbouring seeds begin alike.
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    catalog.initialize("races", Map.of());
    this.table = EventTable.create(catalog);
    // Long rows fill the memory now and then, so that files are sealed early.
    this.filler = "x".repeat(random.nextBoolean() ? 10 : random.nextInt(MOST_FILLER));
    this.mapper = (id, row) -> row.setLong(0, id).setString(1, filler + id);
  }

  /** A shared writer, one that is closed meanwhile and a streaming one; returns how many rows. */
  public static long run(long seed) throws IOException {
    return new WriterRounds(seed).shared(false)
        + new WriterRounds(seed).shared(true)
        + new WriterRounds(seed).streaming();
  }

  private WriterOptions options() {
    CommitPolicy policy = CommitPolicy.every(Duration.ofMillis(random.nextBoolean() ? 20 : 100));
    return WriterOptions.builder("races")
        .commitPolicy(random.nextBoolean() ? policy : policy.orAfterRows(1 + random.nextInt(200)))
        .maxCommitsInFlight(1 + random.nextInt(3))
        .memoryLimitBytes(WriterOptions.MIN_MEMORY_LIMIT_BYTES)
        .blockTimeout(PATIENCE)
        .listener(
            new WriterListener() {
              @Override
              public void committed(CommitResult result) {
                commits.add(result);
              }
            })
        .build();
  }

  /** Appenders, a timer, and in the end or in the middle of it all a close. */
  private long shared(boolean closedMeanwhile) throws IOException {
    List<Long> numbers = Collections.synchronizedList(new ArrayList<>());
    int rows = 200 + random.nextInt(800);
    SharedTableWriter<Long> writer = Firn.openSharedWriter(table, mapper, options());
    appending.set(3);
    together(
        appender(writer, random.nextLong(), rows, numbers),
        appender(writer, random.nextLong(), rows, numbers),
        appender(writer, random.nextLong(), rows, numbers),
        () -> {
          while (closedMeanwhile && numbers.size() < rows && appending.get() > 0) {
            Thread.onSpinWait();
          }
          if (closedMeanwhile) {
            writer.close(PATIENCE);
          }
        },
        ticker(((SharedWriter<?>) writer)::tick));
    writer.close(PATIENCE);
    numbers.sort(null);
    List<Long> dense = LongStream.rangeClosed(1, numbers.size()).boxed().toList();
    require(numbers.equals(dense), "the numbers of rows have gaps or doubles");
    require(closedMeanwhile || numbers.size() == 3 * rows, "rows were refused");
    requireCommitted(numbers.size());
    return numbers.size();
  }

  private Runnable appender(
      SharedTableWriter<Long> writer, long seed, int rows, List<Long> numbers) {
    Random own = new Random(seed);
    return () -> {
      try {
        for (int i = 0; i < rows; i++) {
          long number = writer.append(seed + i);
          numbers.add(number);
          int dice = own.nextInt(200);
          if (dice == 0) {
            require(writer.flush(PATIENCE), "a flush was forgotten");
            require(committed(writer) >= number, "flushed, but not committed");
          } else if (dice == 1) {
            require(writer.awaitVisible(number, PATIENCE), "a row's visibility was forgotten");
            require(committed(writer) >= number, "visible, but not committed");
          }
        }
      } catch (IllegalStateException e) {
        // Refused, since the writer closes. Anything else is for the caller.
        require(String.valueOf(e.getMessage()).contains("close"), String.valueOf(e));
      } finally {
        appending.decrementAndGet();
      }
    };
  }

  /** The timer, without a pause. */
  private Runnable ticker(Runnable tick) {
    return () -> {
      while (appending.get() > 0) {
        tick.run();
      }
    };
  }

  private static long committed(SharedTableWriter<Long> writer) {
    return writer.status().committed().position().orElse(0);
  }

  /** One thread that appends, marks, commits and aborts, and a timer that never rests. */
  private long streaming() throws IOException {
    int rows = 500 + random.nextInt(1_500);
    try (StreamingTableWriter<Long> writer = Firn.openWriter(table, mapper, options())) {
      appending.set(1);
      together(
          () -> {
            try {
              write(writer, rows);
            } finally {
              appending.decrementAndGet();
            }
          },
          ticker(((StreamingWriter<?>) writer)::tick));
    }
    requireCommitted(rows);
    return rows;
  }

  private void write(StreamingTableWriter<Long> writer, int rows) {
    for (long id = 0; id < rows; ) {
      int run = 1 + random.nextInt(20);
      for (int i = 0; i < run && id < rows; i++) {
        writer.append(id++);
      }
      switch (random.nextInt(40)) {
        case 0 -> {
          writer.abort();
          id = writer.status().marked().position().orElse(0);
          continue;
        }
        case 1 -> {
          writer.mark(id);
          writer.commit();
          require(writer.committed().position().orElse(0) == id, "committed to another position");
        }
        case 2 -> {
          writer.mark(id);
          writer.commitAsync();
        }
        default -> writer.mark(id);
      }
      if (id == rows) {
        writer.commit();
      }
    }
  }

  private void requireCommitted(long rows) throws IOException {
    long sum = 0;
    for (CommitResult commit : commits) {
      sum += commit.rows();
      long position = commit.token().position().orElse(-1);
      require(position == sum, "token " + position + " after " + sum + " rows");
    }
    require(sum == rows, sum + " rows were committed, not " + rows);
    table.refresh();
    long read = 0;
    Set<Long> ids = new HashSet<>();
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
      for (Record record : records) {
        long id = (Long) record.get(0);
        require((filler + id).equals(record.get(1).toString()), "row " + id + " is not itself");
        ids.add(id);
        read++;
      }
    }
    require(read == rows && ids.size() == rows, read + " rows, " + ids.size() + " distinct");
    catalog.dropTable(EventTable.NAME);
    catalog.close();
  }
}
