package dev.firn.internal.stream;

import static dev.firn.internal.stream.EventTable.MAPPER;
import static dev.firn.internal.stream.EventTable.ids;
import static dev.firn.internal.stream.EventTable.manual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.StorageException;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.internal.ingest.StagingWriter;
import dev.firn.testkit.Call;
import dev.firn.testkit.FakeClock;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.FaultyFileIO;
import dev.firn.testkit.MemoryCatalog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

/** What the API promises in corners: refused records, stalls, dropped commits, closing. */
class WriterPromisesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final RecordMapper<Long> NOT_NEGATIVE =
      (id, row) -> {
        if (id < 0) {
          throw new IllegalArgumentException("negative");
        }
        MAPPER.map(id, row);
      };

  private final FaultPlan plan = FaultPlan.scripted();
  private final MemoryCatalog sound = new MemoryCatalog();
  private final FakeClock clock = FakeClock.atNow();
  private final Table table;
  private final FaultyFileIO files;

  WriterPromisesTest() {
    EventTable.create(sound);
    table = new FaultyCatalog(sound, plan).loadTable(EventTable.NAME);
    files = (FaultyFileIO) table.io();
  }

  private List<Long> rows() {
    return ids(sound.loadTable(EventTable.NAME));
  }

  private static List<Long> upTo(long end) {
    return LongStream.range(0, end).boxed().toList();
  }

  /** Works on the calling thread, and ticks only when the test says so. */
  private WriterOptions.Builder still(CommitPolicy policy) {
    return WriterOptions.builder("s").commitPolicy(policy).executor(Runnable::run).clock(clock);
  }

  private StreamingWriter<Long> open(WriterOptions.Builder options) {
    return new StreamingWriter<>(table, NOT_NEGATIVE, options.build());
  }

  @Test
  void aRefusedRecordDoesNotKeepAQuietStreamFromBeingCommitted() {
    try (StreamingWriter<Long> writer = open(still(CommitPolicy.every(Duration.ofHours(1))))) {
      writer.append(0L);
      writer.mark(1);
      assertThatThrownBy(() -> writer.append(-1L)).isInstanceOf(RecordRejectedException.class);
      clock.advance(Duration.ofHours(2));
      writer.tick();
      assertThat(writer.committed().position()).hasValue(1);
    }
  }

  @Test
  void aRefusedMarkDoesNotKeepAQuietStreamFromBeingCommitted() {
    try (StreamingWriter<Long> writer = open(still(CommitPolicy.every(Duration.ofHours(1))))) {
      writer.append(0L);
      writer.mark(1);
      assertThatThrownBy(() -> writer.mark(1)).isInstanceOf(InvalidTokenException.class);
      clock.advance(Duration.ofHours(2));
      writer.tick();
      assertThat(writer.committed().position()).hasValue(1);
    }
  }

  @Test
  void theTimerDoesNotSwallowAStall() {
    try (StreamingWriter<Long> writer = open(still(CommitPolicy.every(Duration.ofHours(1))))) {
      writer.append(0L);
      writer.mark(1);
      files.readOnly(true);
      CompletableFuture<CommitResult> first = writer.commitAsync().toCompletableFuture();
      assertThat(first).isCompletedExceptionally();
      files.readOnly(false);
      assertThatThrownBy(() -> writer.append(1L)).isInstanceOf(StorageException.class);
      writer.append(1L);
      writer.mark(2);
      plan.on(Call.CREATE, 1, Fault.CREATE_FAILS);
      clock.advance(Duration.ofHours(2));
      writer.tick(); // cuts, seals, stalls
      writer.tick();
      assertThatThrownBy(() -> writer.mark(3)).isInstanceOf(StorageException.class);
      writer.mark(3); // it was not taken before
      assertThat(writer.commit().token().position()).hasValue(3);
    }
    assertThat(rows()).isEqualTo(upTo(2));
  }

  @Test
  void aCloseLeavesNoMemoryAndNoCommitBehindAfterAStall() {
    StreamingWriter<Long> writer = open(still(CommitPolicy.manual()));
    writer.append(0L);
    writer.mark(1);
    plan.from(Call.CREATE, 1, Fault.CREATE_FAILS);
    assertThat(writer.commitAsync().toCompletableFuture()).isCompletedExceptionally();
    writer.close();
    assertThat(writer.status().bytesBuffered()).isZero();
    assertThat(writer.status().commitsInFlight()).isZero();
  }

  @Test
  void commitsThatAnExecutorNeverBeganAreCancelledAndTheirMemoryComesBack() {
    Executor idle = task -> {};
    StreamingWriter<Long> writer =
        open(still(CommitPolicy.manual()).executor(idle).closeTimeout(Duration.ZERO));
    writer.append(0L);
    writer.mark(1);
    CompletableFuture<CommitResult> never = writer.commitAsync().toCompletableFuture();
    writer.close();
    assertThatThrownBy(() -> never.get())
        .isInstanceOfAny(CancellationException.class, ExecutionException.class);
    assertThat(rows()).isEmpty();
  }

  @Test
  void filesOfABatchThatCouldNotBeSentAreDeletedByClose() {
    StreamingWriter<Long> writer =
        open(still(CommitPolicy.manual()).commitTimeout(Duration.ofMillis(50)));
    writer.append(0L);
    writer.mark(1);
    plan.on(Call.CREATE, 2, Fault.CREATE_FAILS).from(Call.CREATE, 3, Fault.CREATE_FAILS);
    assertThatThrownBy(writer::commit).isInstanceOf(StorageException.class);
    plan.heal();
    String dataFile =
        files.created().stream().filter(name -> name.endsWith(".parquet")).findAny().orElseThrow();
    writer.close();
    assertThat(files.deleted()).contains(dataFile);
  }

  @Test
  void rowsThatNoMarkCoversAreNotDroppedInSilence() {
    StreamingWriter<Long> writer = open(still(CommitPolicy.manual()));
    writer.append(0L);
    writer.mark(1);
    writer.append(1L);
    writer.append(2L);
    assertThat(logOf(writer::close)).contains("WARN", "Stream s", "2 rows", "mark(position)");
    assertThat(logOf(writer::close)).as("harmless twice").isEmpty();
  }

  @Test
  void rowsThatAMarkCoversAreReplayedSoThatTheirDroppingIsNoWarning() {
    StreamingWriter<Long> writer = open(still(CommitPolicy.manual()));
    writer.append(0L);
    writer.mark(1);
    assertThat(logOf(writer::close)).isEmpty();
  }

  /** What {@code work} logs: the logger of the tests writes to the error stream. */
  private static String logOf(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return log.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aSharedStreamIsIdleOnlyWhenNoRowCame() {
    CommitPolicy idle = CommitPolicy.manual().orWhenIdle(Duration.ofMinutes(10));
    try (SharedWriter<Long> writer = new SharedWriter<>(table, NOT_NEGATIVE, still(idle).build())) {
      writer.append(0L);
      clock.advance(Duration.ofMinutes(6));
      writer.append(1L);
      clock.advance(Duration.ofMinutes(6));
      writer.tick();
      assertThat(rows()).as("a row came six minutes ago").isEmpty();
      clock.advance(Duration.ofMinutes(6));
      writer.tick();
      assertThat(rows()).isEqualTo(upTo(2));
    }
  }

  @Test
  void aFlushWithoutRoomEndsInItsOwnTime() {
    Executor idle = task -> {};
    SharedWriter<Long> writer =
        new SharedWriter<>(
            table,
            NOT_NEGATIVE,
            still(CommitPolicy.manual())
                .executor(idle)
                .maxCommitsInFlight(1)
                .closeTimeout(Duration.ZERO)
                .blockTimeout(Duration.ofHours(1))
                .build());
    writer.append(0L);
    assertThat(writer.flush(Duration.ofMillis(1))).isFalse();
    writer.append(1L);
    assertThat(writer.flush(Duration.ofMillis(1))).isFalse();
    assertThatThrownBy(writer::close).hasMessageContaining("rows 1 to 2");
    assertThatThrownBy(() -> writer.awaitVisible(2, PATIENCE)).hasMessageContaining("1 to 2");
    assertThatThrownBy(() -> writer.append(2L)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sequenceNumbersHaveNoGapsAfterRefusedRecords() {
    try (SharedWriter<Long> writer =
        new SharedWriter<>(table, NOT_NEGATIVE, still(CommitPolicy.manual()).build())) {
      assertThat(writer.append(0L)).isEqualTo(1);
      assertThatThrownBy(() -> writer.append(-1L)).isInstanceOf(RecordRejectedException.class);
      assertThat(writer.append(1L)).isEqualTo(2);
      assertThat(writer.flush(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    }
    assertThat(rows()).isEqualTo(upTo(2));
  }

  @Test
  void rowsAfterAFailedStageAreInTheNextOne() {
    try (StagingWriter<Long> writer =
            new StagingWriter<>(table, NOT_NEGATIVE, manual("s").build());
        TableCommitter committer =
            SnapshotCommitter.open(sound.loadTable(EventTable.NAME), manual("s").build())) {
      writer.append(0L);
      plan.on(Call.CREATE, 1, Fault.CREATE_FAILS);
      assertThatThrownBy(() -> writer.stage(CommitToken.none(), CommitToken.of(1)))
          .isInstanceOf(StorageException.class);
      writer.append(1L);
      StagedCommit staged = writer.stage(CommitToken.none(), CommitToken.of(2));
      committer.commit(staged);
    }
    assertThat(rows()).isEqualTo(upTo(2));
  }

  @Test
  void whatAListenerThrowsIsIgnoredByEveryWriter() {
    WriterListener broken =
        new WriterListener() {
          @Override
          public void rejected(RecordRejectedException rejection) {
            throw new AssertionError("listener");
          }

          @Override
          public void committed(CommitResult result) {
            throw new AssertionError("listener");
          }
        };
    WriterOptions.Builder options = still(CommitPolicy.manual()).listener(broken);
    try (StagingWriter<Long> writer = new StagingWriter<>(table, NOT_NEGATIVE, options.build())) {
      assertThatThrownBy(() -> writer.append(-1L)).isInstanceOf(RecordRejectedException.class);
    }
    try (StreamingWriter<Long> writer = open(options)) {
      assertThatThrownBy(() -> writer.append(-1L)).isInstanceOf(RecordRejectedException.class);
      writer.append(0L);
      writer.mark(1);
      assertThat(writer.commit().rows()).isEqualTo(1);
      writer.append(1L);
      writer.mark(2);
      assertThat(writer.commit().rows()).isEqualTo(1);
    }
  }

  @Test
  void aBlockTimeoutOfZeroDoesNotFailThreadsThatMerelyMeet() throws Exception {
    try (SharedWriter<Long> writer =
        new SharedWriter<>(
            table,
            NOT_NEGATIVE,
            manual("s").blockTimeout(Duration.ZERO).executor(Runnable::run).build())) {
      Thread[] threads = new Thread[4];
      List<Throwable> failures = new CopyOnWriteArrayList<>();
      for (int t = 0; t < threads.length; t++) {
        threads[t] =
            new Thread(
                () -> {
                  try {
                    for (long id = 0; id < 500; id++) {
                      writer.append(id);
                    }
                  } catch (BufferFullException e) {
                    failures.add(e);
                  }
                });
        threads[t].start();
      }
      for (Thread thread : threads) {
        thread.join(PATIENCE.toMillis());
      }
      assertThat(failures).isEmpty();
      assertThat(writer.append(0L)).isEqualTo(2001);
    }
  }
}
