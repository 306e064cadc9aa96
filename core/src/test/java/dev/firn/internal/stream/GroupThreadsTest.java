package dev.firn.internal.stream;

import static dev.firn.internal.stream.EventTable.MAPPER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.WriterFencedException;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.testkit.ExactlyOnceAssert;
import dev.firn.testkit.FakeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writers of a group, each in a thread of its own, on SQLite and local files. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GroupThreadsTest {

  private static final int WRITERS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final AtomicLong rowsHeard = new AtomicLong();
  private final AtomicLong retries = new AtomicLong();
  private JdbcCatalog catalog;
  private Table table;
  private ExecutorService threads;

  @BeforeEach
  void open() {
    catalog = Firn.openEmbedded(folder, Map.of("firn.local.sync", "false"));
    table = EventTable.create(catalog);
    threads = Executors.newFixedThreadPool(WRITERS);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    catalog.close();
  }

  private WriterOptions.Builder options(CommitPolicy policy) {
    return WriterOptions.builder("g")
        .ownership(Ownership.PER_SOURCE)
        .commitPolicy(policy)
        .listener(
            new WriterListener() {
              @Override
              public void committed(CommitResult result) {
                rowsHeard.addAndGet(result.rows());
              }

              @Override
              public void commitRetried(int attempt, String reason) {
                retries.incrementAndGet();
              }
            });
  }

  private void inThreads(List<Callable<Void>> work) throws Exception {
    for (Future<Void> done : threads.invokeAll(work)) {
      done.get();
    }
  }

  private int snapshots() {
    table.refresh();
    int count = 0;
    for (Snapshot ignored : table.snapshots()) {
      count++;
    }
    return count;
  }

  @Test
  void writersThatComeAndGoLeaveEachRowOnceAndNeverConflict() throws Exception {
    int rows = 300;
    try (WriterGroup group =
        Firn.openWriterGroup(
            table, options(CommitPolicy.every(Duration.ofMillis(30)).orAfterRows(40)).build())) {
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String source = "p" + i;
        long first = (long) i * rows;
        work.add(
            () -> {
              write(group, source, first, rows);
              return null;
            });
      }
      inThreads(work);
    }
    ExactlyOnceAssert.assertThat(table)
        .keyedBy("id")
        .holdsExactly(LongStream.range(0, (long) WRITERS * rows).boxed().toList())
        .isReadable();
    assertThat(rowsHeard).hasValue((long) WRITERS * rows);
    assertThat(retries).as("conflicts").hasValue(0);
  }

  /** Now and then the writer is closed where it stands, or aborted, and another one goes on. */
  private static void write(WriterGroup group, String source, long first, int rows) {
    Random random = new Random(first);
    long generation = 0;
    long next = 0;
    while (next < rows) {
      try (StreamingTableWriter<Long> writer = group.openWriter(MAPPER)) {
        next = writer.claim(List.of(source), ++generation).position(source).orElse(0);
        int life = 50 + random.nextInt(200);
        for (int i = 0; i < life && next < rows; i++) {
          writer.append(first + next++);
          writer.mark(source, next);
          if (random.nextInt(100) == 0) {
            writer.commit();
          }
        }
        if (next == rows) {
          writer.commit();
        }
      }
    }
  }

  @Test
  void aSourceThatWandersThroughTheGroupIsWrittenOnce() throws Exception {
    AtomicLong generation = new AtomicLong();
    long end;
    try (WriterGroup group = Firn.openWriterGroup(table, options(CommitPolicy.manual()).build())) {
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        work.add(
            () -> {
              wander(group, generation);
              return null;
            });
      }
      inThreads(work);
      try (StreamingTableWriter<Long> last = group.openWriter(MAPPER)) {
        end = last.committed().position("p").orElseThrow();
      }
    }
    ExactlyOnceAssert.assertThat(table)
        .keyedBy("id")
        .holdsExactly(LongStream.range(0, end).boxed().toList())
        .isReadable();
    assertThat(retries).hasValue(0);
  }

  /** Takes the source again and again, from owners whose last commit is under way. */
  private static void wander(WriterGroup group, AtomicLong generation) throws Exception {
    for (int i = 0; i < 10; i++) {
      try (StreamingTableWriter<Long> writer = group.openWriter(MAPPER)) {
        CommitToken start;
        synchronized (generation) { // a consumer group hands out its generations in order
          start = writer.claim(List.of("p"), generation.incrementAndGet());
        }
        long from = start.position("p").orElse(0);
        for (long id = from; id < from + 7; id++) {
          writer.append(id);
        }
        writer.mark("p", from + 7);
        writer.commit();
      } catch (WriterFencedException e) {
        // Another owner was faster: what was not committed is his.
      }
    }
  }

  @Test
  void oneIntervalIsOneSnapshotWhoeverIsDueFirst() throws Exception {
    FakeClock clock = FakeClock.atNow();
    try (StreamingGroup group =
        new StreamingGroup(
            table,
            options(CommitPolicy.every(Duration.ofHours(1))).clock(clock).build(),
            SnapshotCommitter::open,
            PATIENCE)) {
      List<StreamingTableWriter<Long>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(group.openWriter(MAPPER));
      }
      for (int interval = 1; interval <= 5; interval++) {
        for (int i = 0; i < WRITERS; i++) {
          writers.get(i).append((long) (interval * 100 + i));
          writers.get(i).mark("p" + i, 2L * interval);
        }
        // One is due and says so at its mark; the others say nothing, and are between two marks.
        clock.advance(Duration.ofMinutes(30));
        StreamingTableWriter<Long> due = writers.get(interval);
        clock.advance(Duration.ofMinutes(31));
        due.mark("p" + interval, 2L * interval + 1);
        awaitRows((long) interval * WRITERS);
        assertThat(snapshots()).isEqualTo(interval);
      }
    }
    assertThat(retries).hasValue(0);
  }

  private void awaitRows(long rows) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (rowsHeard.get() < rows) {
      assertThat(System.nanoTime()).as("deadline, with %s rows", rowsHeard).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void nobodyWaitsForThoseWhoHaveNothingToCommitOrAreNotCalled() {
    Duration untilTheTestHasFailed = Duration.ofHours(1);
    try (StreamingGroup group =
        new StreamingGroup(
            table,
            options(CommitPolicy.manual()).build(),
            SnapshotCommitter::open,
            untilTheTestHasFailed)) {
      StreamingTableWriter<Long> one = group.openWriter(MAPPER);
      StreamingTableWriter<Long> idle = group.openWriter(MAPPER);
      StreamingTableWriter<Long> notCalled = group.openWriter(MAPPER);
      notCalled.append(7L);
      notCalled.mark("q", 1);
      one.append(0L);
      one.mark("p", 1);
      assertThat(one.commit().rows()).isEqualTo(1);
      assertThat(idle.commit().outcome()).isEqualTo(CommitResult.Outcome.NOTHING_TO_COMMIT);
    }
  }

  @Test
  void whatComesWhileACommitIsUnderWayIsOneCommitMore() throws Exception {
    CountDownLatch inCommit = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    WriterOptions options =
        options(CommitPolicy.manual())
            .listener(
                new WriterListener() {
                  @Override
                  public void committed(CommitResult result) {
                    inCommit.countDown();
                    await(goOn); // the leader tells this one, and the others wait for the next
                  }
                })
            .build();
    try (WriterGroup group = Firn.openWriterGroup(table, options)) {
      StreamingTableWriter<Long> first = group.openWriter(MAPPER);
      first.append(0L);
      first.mark("p", 1);
      first.commitAsync();
      await(inCommit);
      List<CompletableFuture<CommitResult>> results = new ArrayList<>();
      List<StreamingTableWriter<Long>> others = new ArrayList<>();
      for (int i = 1; i < WRITERS; i++) {
        StreamingTableWriter<Long> other = group.openWriter(MAPPER);
        other.append((long) i);
        other.mark("p" + i, 1);
        results.add(other.commitAsync().toCompletableFuture());
        others.add(other);
      }
      goOn.countDown();
      for (CompletableFuture<CommitResult> result : results) {
        result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      assertThat(snapshots()).as("one, and one or two for the seven").isBetween(2, 3);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
