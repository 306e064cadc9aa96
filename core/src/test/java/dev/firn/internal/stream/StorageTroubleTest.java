package dev.firn.internal.stream;

import static dev.firn.internal.stream.EventTable.MAPPER;
import static dev.firn.internal.stream.EventTable.ids;
import static dev.firn.internal.stream.EventTable.manual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitResult;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.FaultyFileIO;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Storage that cannot be written, disks that are full, memory that stays full: nothing is lost. */
class StorageTroubleTest {

  private final FaultPlan plan = FaultPlan.scripted();
  private final InMemoryCatalog sound = new InMemoryCatalog();
  private final FaultyCatalog catalog = new FaultyCatalog(sound, plan);
  private Table table;
  private FaultyFileIO files;

  @BeforeEach
  void createTable() {
    sound.initialize("test", Map.of());
    EventTable.create(sound);
    table = catalog.loadTable(EventTable.NAME);
    files = (FaultyFileIO) table.io();
  }

  @AfterEach
  void closeCatalog() throws Exception {
    sound.dropTable(EventTable.NAME);
    sound.close();
  }

  private StreamingTableWriter<Long> open(WriterOptions.Builder options) {
    return Firn.openWriter(table, MAPPER, options.build());
  }

  private static void append(StreamingTableWriter<Long> writer, long from, long to) {
    for (long id = from; id < to; id++) {
      writer.append(id);
      writer.mark(id + 1);
    }
  }

  private void assertTableHolds(long rows) {
    assertThat(ids(sound.loadTable(EventTable.NAME)))
        .isEqualTo(LongStream.range(0, rows).boxed().toList());
  }

  @Test
  void readOnlyStorageIsReportedAndACommitCalledAgainSucceeds() {
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      append(writer, 0, 10);
      files.readOnly(true);
      assertThatThrownBy(writer::commit)
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("again");
      files.readOnly(false);
      append(writer, 10, 12);
      CommitResult result = writer.commit();
      assertThat(result.token().position()).hasValue(12);
    }
    assertTableHolds(12);
  }

  @Test
  void aFullDiskIsReportedAndNothingIsLost() {
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      append(writer, 0, 10);
      writer.commit();
      append(writer, 10, 20);
      files.fullAfter(50);
      assertThatThrownBy(writer::commit).isInstanceOf(StorageException.class);
      files.fullAfter(Long.MAX_VALUE);
      assertThat(writer.commit().token().position()).hasValue(20);
    }
    assertTableHolds(20);
  }

  @Test
  void everyFileCallMayFailOnceWithoutLosingARow() {
    long rows = 0;
    for (Call call : new Call[] {Call.CREATE, Call.WRITE, Call.CLOSE}) {
      for (int nth = 1; nth <= 4; nth++) {
        Fault fault =
            call == Call.CREATE
                ? Fault.CREATE_FAILS
                : call == Call.WRITE ? Fault.WRITE_FAILS : Fault.CLOSE_FAILS;
        try (StreamingTableWriter<Long> writer = open(manual("s"))) {
          append(writer, rows, rows + 5);
          rows += 5;
          plan.on(call, nth, fault);
          for (int attempt = 0; writer.committed().position().orElse(0) < rows; attempt++) {
            assertThat(attempt).as("%s %d", call, nth).isLessThan(5);
            try {
              writer.commit();
            } catch (StorageException e) {
              // call again
            }
          }
          plan.heal();
        }
      }
    }
    assertTableHolds(rows);
  }

  @Test
  void aSharedWriterGoesOnByItselfWhenStorageIsBack() {
    try (SharedTableWriter<Long> writer =
        Firn.openSharedWriter(table, MAPPER, manual("s").build())) {
      files.readOnly(true);
      for (long id = 0; id < 10; id++) {
        writer.append(id);
      }
      assertThat(writer.flush(Duration.ofMillis(200))).isFalse();
      files.readOnly(false);
      assertThat(writer.awaitVisible(10, Duration.ofSeconds(20))).isTrue();
    }
    assertTableHolds(10);
  }

  @Test
  void memoryThatStaysFullIsReportedAfterTheDeadlineAndTheRecordWasNotTaken() throws Exception {
    ExecutorService stuck = Executors.newSingleThreadExecutor();
    CountDownLatch release = new CountDownLatch(1);
    stuck.execute(
        () -> {
          try {
            release.await(1, TimeUnit.MINUTES);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    long taken = 0;
    try (StreamingTableWriter<Long> writer =
        Firn.openWriter(
            sound.loadTable(EventTable.NAME),
            (id, row) -> row.setLong(0, id).setString(1, "event-" + id),
            manual("s")
                .memoryLimitBytes(WriterOptions.MIN_MEMORY_LIMIT_BYTES)
                .targetFileBytes(64 << 10)
                .blockTimeout(Duration.ofMillis(100))
                .executor(stuck)
                .build())) {
      BufferFullException full = null;
      while (full == null && taken < 10_000_000) {
        try {
          writer.append(taken);
          taken++;
        } catch (BufferFullException e) {
          full = e;
        }
      }
      assertThat(full).isNotNull();
      assertThat(full).hasMessageContaining("memory");
      assertThat(full.limitBytes()).isEqualTo(WriterOptions.MIN_MEMORY_LIMIT_BYTES);
      release.countDown();
      // The same record is taken now, and nothing was half taken before.
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      for (boolean done = false; !done; ) {
        try {
          writer.append(taken);
          done = true;
        } catch (BufferFullException e) {
          assertThat(System.nanoTime()).isLessThan(deadline);
        }
      }
      taken++;
      writer.mark(taken);
      writer.commit();
    } finally {
      release.countDown();
      stuck.shutdown();
    }
    assertTableHolds(taken);
  }

  @Test
  void hugeRowsAfterSmallOnesStayWithinTheLimitAndOneRow() {
    long limit = 16L << 20;
    int huge = 2 << 20;
    String filler = "x".repeat(huge);
    long peak = 0;
    try (StreamingTableWriter<Long> writer =
        Firn.openWriter(
            sound.loadTable(EventTable.NAME),
            (id, row) -> row.setLong(0, id).setString(1, id < 200 ? "small" : filler + id),
            manual("s").memoryLimitBytes(limit).build())) {
      for (long id = 0; id < 260; id++) {
        writer.append(id);
        peak = Math.max(peak, writer.status().bytesBuffered());
      }
      writer.mark(260);
      assertThat(writer.commit().rows()).isEqualTo(260);
    }
    // A column that grows doubles its array: the row itself, and as much again.
    assertThat(peak).isLessThan(limit + 4L * huge);
  }

  @Test
  void anInterruptWhileBlockedIsTyped() throws Exception {
    ExecutorService stuck = Executors.newSingleThreadExecutor();
    CountDownLatch release = new CountDownLatch(1);
    stuck.execute(
        () -> {
          try {
            release.await(1, TimeUnit.MINUTES);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    AtomicReference<Throwable> seen = new AtomicReference<>();
    StreamingTableWriter<Long> writer =
        open(
            manual("s")
                .memoryLimitBytes(WriterOptions.MIN_MEMORY_LIMIT_BYTES)
                .targetFileBytes(64 << 10)
                .blockTimeout(Duration.ofMinutes(1))
                .closeTimeout(Duration.ZERO)
                .executor(stuck));
    Thread appender =
        new Thread(
            () -> {
              try {
                for (long id = 0; id < 10_000_000; id++) {
                  writer.append(id);
                }
              } catch (WriterInterruptedException e) {
                seen.set(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag"));
              }
            });
    appender.start();
    while (appender.getState() != Thread.State.TIMED_WAITING && appender.isAlive()) {
      Thread.onSpinWait();
    }
    appender.interrupt();
    appender.join(TimeUnit.SECONDS.toMillis(20));
    release.countDown();
    stuck.shutdown();
    assertThat(seen.get()).isInstanceOf(WriterInterruptedException.class);
  }
}
