package dev.firn.internal.stream;

import static dev.firn.internal.stream.EventTable.MAPPER;
import static dev.firn.internal.stream.EventTable.manual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.Position;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.TableGoneException;
import dev.firn.api.error.WriterFencedException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.testkit.Call;
import dev.firn.testkit.ExactlyOnceAssert;
import dev.firn.testkit.FakeClock;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.KeptTasks;
import dev.firn.testkit.MemoryCatalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Writers that commit together: what they share, and what stays each one's own. */
class StreamingGroupTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final FaultPlan plan = FaultPlan.scripted();
  private final MemoryCatalog sound = new MemoryCatalog();
  private final FakeClock clock = FakeClock.atNow();
  private final KeptTasks tasks = new KeptTasks();
  private final List<CommitResult> heard = new CopyOnWriteArrayList<>();
  private final List<String> retried = new CopyOnWriteArrayList<>();

  /** Its threads never start: the test is the only one. */
  private final ScheduledThreadPoolExecutor noTimer =
      new ScheduledThreadPoolExecutor(0, task -> null);

  private long nextId;
  private final List<Long> sent = new ArrayList<>();

  StreamingGroupTest() {
    EventTable.create(sound);
  }

  private Table faulty() {
    return new FaultyCatalog(sound, plan).loadTable(EventTable.NAME);
  }

  private Table table() {
    return sound.loadTable(EventTable.NAME);
  }

  private WriterOptions.Builder still() {
    return manual("g")
        .ownership(Ownership.PER_SOURCE)
        .executor(tasks)
        .scheduler(noTimer)
        .clock(clock)
        .closeTimeout(Duration.ZERO)
        .listener(
            new WriterListener() {
              @Override
              public void committed(CommitResult result) {
                heard.add(result);
              }

              @Override
              public void commitRetried(int attempt, String reason) {
                retried.add(reason);
              }
            });
  }

  /** Waits take no time, and nothing is done but by {@code tasks.run()}. */
  private StreamingGroup open(WriterOptions.Builder options) {
    return new StreamingGroup(
        faulty(),
        options.build(),
        (on, with, keyed) -> CommitterAccess.open(on, with, waited -> {}),
        Duration.ZERO);
  }

  private static StreamingWriter<Long> writer(StreamingGroup group) {
    return (StreamingWriter<Long>) group.openWriter(MAPPER);
  }

  private StreamingWriter<Long> writer(StreamingGroup group, String source, long generation) {
    StreamingWriter<Long> writer = writer(group);
    writer.claim(List.of(source), generation);
    return writer;
  }

  /** Appends rows and marks them, from where the writer stands with this source. */
  private void append(StreamingTableWriter<Long> writer, String source, int rows) {
    for (int i = 0; i < rows; i++) {
      writer.append(nextId);
      sent.add(nextId++);
    }
    writer.mark(source, writer.status().marked().position(source).orElse(0) + rows);
  }

  private static CompletableFuture<CommitResult> commit(StreamingTableWriter<Long> writer) {
    return writer.commitAsync().toCompletableFuture();
  }

  private void assertExact() {
    ExactlyOnceAssert.assertThat(table()).keyedBy("id").holdsExactly(sent).isReadable();
  }

  private int snapshots() {
    int count = 0;
    for (Snapshot ignored : table().snapshots()) {
      count++;
    }
    return count;
  }

  @Test
  void batchesThatWaitTogetherBecomeOneSnapshotWithAResultForEach() {
    StreamingGroup group = open(still());
    List<CompletableFuture<CommitResult>> results = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      StreamingWriter<Long> writer = writer(group, "p" + i, 1);
      append(writer, "p" + i, 10 * (i + 1));
      results.add(commit(writer));
    }
    tasks.run();
    assertThat(snapshots()).isEqualTo(1);
    long snapshot = table().currentSnapshot().snapshotId();
    for (int i = 0; i < 4; i++) {
      CommitResult result = results.get(i).join();
      assertThat(result.outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
      assertThat(result.rows()).isEqualTo(10 * (i + 1));
      assertThat(result.files()).isEqualTo(1);
      assertThat(result.snapshotId()).hasValue(snapshot);
      assertThat(result.token().position("p" + i)).hasValue(10 * (i + 1));
    }
    assertThat(heard.stream().mapToLong(CommitResult::rows).sum()).isEqualTo(100);
    assertExact();
    group.close();
  }

  @Test
  void whoIsDueTakesTheOthersAlongAndIsNotTakenAlongByThem() {
    StreamingGroup group = open(still().commitPolicy(CommitPolicy.every(LONG)));
    StreamingWriter<Long> one = writer(group, "p1", 1);
    StreamingWriter<Long> two = writer(group, "p2", 1);
    StreamingWriter<Long> idle = writer(group, "p3", 1);
    for (int interval = 1; interval <= 3; interval++) {
      append(one, "p1", 5);
      clock.advance(Duration.ofMinutes(40));
      append(two, "p2", 5);
      assertThat(one.status().commitsInFlight()).isZero();
      clock.advance(Duration.ofMinutes(40));
      append(one, "p1", 1); // is due, and cuts
      append(one, "p1", 1);
      append(two, "p2", 1); // has been called, and does not call back
      append(one, "p1", 1);
      append(two, "p2", 1);
      assertThat(one.status().commitsInFlight()).isEqualTo(1);
      assertThat(two.status().commitsInFlight()).isEqualTo(1);
      tasks.run();
      assertThat(snapshots()).isEqualTo(interval);
      append(idle, "p3", 1); // comes after the call, which is not for it
      assertThat(idle.status().commitsInFlight()).isZero();
      idle.abort();
      sent.remove(sent.size() - 1);
    }
    assertThat(commit(one)).isNotCompleted();
    commit(two);
    tasks.run();
    assertExact();
    group.close();
  }

  @Test
  void aQuietWriterThatIsCalledCutsAtItsTick() {
    StreamingGroup group = open(still().commitPolicy(CommitPolicy.every(LONG)));
    StreamingWriter<Long> one = writer(group, "p1", 1);
    StreamingWriter<Long> two = writer(group, "p2", 1);
    append(one, "p1", 5);
    clock.advance(Duration.ofMinutes(40));
    append(two, "p2", 5);
    clock.advance(Duration.ofMinutes(40));
    one.tick();
    two.tick(); // its own interval is not over
    tasks.run();
    assertThat(snapshots()).isEqualTo(1);
    assertExact();
    group.close();
  }

  @Test
  void aFencedWriterFailsAlone() {
    StreamingGroup group = open(still());
    StreamingWriter<Long> lost = writer(group, "p1", 1);
    StreamingWriter<Long> kept = writer(group, "p2", 1);
    append(lost, "p1", 5);
    commit(lost);
    tasks.run();
    try (StreamingTableWriter<Long> elsewhere =
        Firn.openWriter(table(), MAPPER, manual("g").ownership(Ownership.PER_SOURCE).build())) {
      elsewhere.claim(List.of("p1"), 2);
      append(elsewhere, "p1", 3);
      elsewhere.commit();
    }
    lost.append(-1L); // another owner has these positions
    lost.mark("p1", 9);
    append(kept, "p2", 7);
    CompletableFuture<CommitResult> fenced = commit(lost);
    CompletableFuture<CommitResult> landed = commit(kept);
    tasks.run();
    assertThatThrownBy(fenced::join).hasCauseInstanceOf(WriterFencedException.class);
    assertThat(landed.join().rows()).isEqualTo(7);
    assertThat(lost.status().state()).isEqualTo(WriterStatus.State.FAILED);
    append(kept, "p2", 2);
    commit(kept);
    tasks.run();
    assertExact();
    lost.close();
    StreamingWriter<Long> again = writer(group, "p1", 3);
    assertThat(again.committed().position("p1")).hasValue(8);
    append(again, "p1", 1);
    commit(again);
    tasks.run();
    assertExact();
    group.close();
  }

  @Test
  void aStaleWriterFailsAlone() {
    StreamingGroup group = open(still());
    StreamingWriter<Long> stale = writer(group);
    StreamingWriter<Long> kept = writer(group);
    StreamingWriter<Long> third = writer(group);
    try (StreamingTableWriter<Long> elsewhere =
        Firn.openWriter(table(), MAPPER, manual("g").ownership(Ownership.PER_SOURCE).build())) {
      append(elsewhere, "p1", 3);
      elsewhere.commit();
    }
    stale.append(0L);
    stale.mark("p1", 5);
    append(kept, "p2", 7);
    append(third, "p3", 1);
    CompletableFuture<CommitResult> refused = commit(stale);
    CompletableFuture<CommitResult> landed = commit(kept);
    CompletableFuture<CommitResult> alsoLanded = commit(third);
    tasks.run();
    assertThatThrownBy(refused::join).hasCauseInstanceOf(StaleTokenException.class);
    assertThat(landed.join().rows()).isEqualTo(7);
    assertThat(alsoLanded.join().rows()).isEqualTo(1);
    assertExact();
    group.close();
  }

  @Test
  void aStorageFailureIsEverybodysAndLosesNothing() {
    StreamingGroup group = open(still());
    StreamingWriter<Long> one = writer(group, "p1", 1);
    StreamingWriter<Long> two = writer(group, "p2", 1);
    append(one, "p1", 5);
    append(two, "p2", 6);
    CompletableFuture<CommitResult> first = commit(one);
    CompletableFuture<CommitResult> second = commit(two);
    // Two data files; from then on no metadata can be written.
    plan.from(Call.CREATE, 3, Fault.CREATE_FAILS);
    tasks.run();
    assertThatThrownBy(first::join).hasCauseInstanceOf(StorageException.class);
    assertThatThrownBy(second::join).hasCauseInstanceOf(StorageException.class);
    plan.heal();
    assertThatThrownBy(() -> one.mark("p1", 6)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> two.mark("p2", 7)).isInstanceOf(StorageException.class);
    tasks.run();
    assertThat(snapshots()).isEqualTo(1);
    assertThat(one.committed().position("p2")).hasValue(6);
    assertExact();
    group.close();
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "UNKNOWN_APPLIED",
        "UNKNOWN_NOT_APPLIED",
        "ERROR_APPLIED",
        "ERROR_NOT_APPLIED",
        "DELAYED"
      })
  void anUnknownOutcomeIsFoundOutBeforeAnythingElseIsDone(Fault fault) {
    StreamingGroup group = open(still().commitTimeout(Duration.ofSeconds(5)));
    StreamingWriter<Long> one = writer(group, "p1", 1);
    StreamingWriter<Long> two = writer(group, "p2", 1);
    StreamingWriter<Long> bystander = writer(group, "p3", 1);
    append(one, "p1", 5);
    append(two, "p2", 6);
    CompletableFuture<CommitResult> first = commit(one);
    CompletableFuture<CommitResult> second = commit(two);
    plan.on(Call.COMMIT, 1, fault).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    tasks.run();
    assertThatThrownBy(first::join).hasCauseInstanceOf(CommitUnknownException.class);
    assertThatThrownBy(second::join).hasCauseInstanceOf(CommitUnknownException.class);
    append(bystander, "p3", 1);
    CompletableFuture<CommitResult> unsent = commit(bystander);
    tasks.run();
    assertThatThrownBy(unsent::join)
        .hasCauseInstanceOf(StorageException.class)
        .hasMessageContaining("still in doubt");
    assertThat(plan.calls(Call.COMMIT)).as("nothing else was sent").isEqualTo(1);
    one.close();
    two.close();
    assertThatThrownBy(() -> writer(group)).isInstanceOf(StorageException.class);
    plan.heal();

    StreamingWriter<Long> again = writer(group, "p1", 1);
    assertThat(again.committed())
        .as("both parts of the commit that was in doubt, and nothing of the one behind it")
        .isEqualTo(CommitToken.of("p1", 5).with("p2", Position.of(6)));
    StreamingWriter<Long> other = writer(group, "p2", 1);
    while (plan.delayed() > 0) {
      assertThat(plan.deliver(0)).as("a late request lands no more").isFalse();
    }
    append(again, "p1", 2);
    append(other, "p2", 2);
    commit(again);
    commit(other);
    assertThatThrownBy(() -> bystander.mark("p3", 9)).isInstanceOf(StorageException.class);
    tasks.run();
    assertThat(bystander.committed().position("p3")).hasValue(1);
    assertThat(again.status().failure()).isEmpty();
    assertThat(other.status().failure()).isEmpty();
    assertExact();
    group.close();
  }

  @Test
  void whoWaitsForACommitThatWasInDoubtHearsOfHisOwnRows() {
    // Waits are real, but the interrupt ends the first one before it begins.
    StreamingGroup group =
        new StreamingGroup(faulty(), still().build(), SnapshotCommitter::open, Duration.ZERO);
    StreamingWriter<Long> one = writer(group, "p1", 1);
    StreamingWriter<Long> two = writer(group, "p2", 1);
    append(one, "p1", 5);
    append(two, "p2", 6);
    CompletableFuture<CommitResult> first = commit(one);
    commit(two);
    plan.on(Call.COMMIT, 1, Fault.UNKNOWN_APPLIED)
        .meanwhile(() -> Thread.currentThread().interrupt());
    tasks.run();
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(first::join).hasCauseInstanceOf(WriterInterruptedException.class);
    two.close(); // its rows are in doubt, and must not lose their files
    assertThatThrownBy(() -> one.mark("p1", 6)).isInstanceOf(WriterInterruptedException.class);
    tasks.run();
    assertThat(snapshots()).isEqualTo(1);
    assertThat(heard).hasSize(1);
    assertThat(heard.get(0).outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
    assertThat(heard.get(0).rows()).isEqualTo(5);
    assertThat(one.committed()).isEqualTo(CommitToken.of("p1", 5).with("p2", Position.of(6)));
    assertExact();
    group.close();
  }

  @Test
  void aClaimDoesNotWaitForBatchesOfOthersAndSeesWhatWasInDoubt() {
    StreamingGroup group = open(still().commitTimeout(Duration.ofSeconds(5)));
    StreamingWriter<Long> old = writer(group, "p", 1);
    StreamingWriter<Long> busy = writer(group, "q", 1);
    StreamingWriter<Long> owner = writer(group);
    append(old, "p", 5);
    CompletableFuture<CommitResult> unknown = commit(old);
    plan.on(Call.COMMIT, 1, Fault.UNKNOWN_NOT_APPLIED).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    tasks.run();
    assertThatThrownBy(unknown::join).hasCauseInstanceOf(CommitUnknownException.class);
    assertThatThrownBy(() -> owner.claim(List.of("p"), 2)).isInstanceOf(StorageException.class);
    plan.heal();
    append(busy, "q", 3);
    CompletableFuture<CommitResult> waiting = commit(busy);
    assertThat(owner.claim(List.of("p"), 2)).isEqualTo(CommitToken.of("p", 5));
    assertThat(waiting).isNotDone();
    tasks.run();
    assertThat(waiting.join().rows()).isEqualTo(3);
    assertExact();
    group.close();
  }

  @Test
  void aWriterThatClosesLeavesTheOthersGoing() {
    StreamingGroup group = open(still());
    StreamingWriter<Long> leaves = writer(group, "p1", 1);
    StreamingWriter<Long> stays = writer(group, "p2", 1);
    leaves.append(-1L);
    leaves.mark("p1", 1);
    append(stays, "p2", 5);
    CompletableFuture<CommitResult> given = commit(leaves);
    CompletableFuture<CommitResult> landed = commit(stays);
    leaves.close();
    tasks.run();
    assertThat(given).isCompletedExceptionally();
    assertThat(landed.join().rows()).isEqualTo(5);
    assertExact();
    group.close();
  }

  @Test
  void aSourceThatMovesWithinTheGroupIsFencedAtOnce() {
    StreamingGroup group = open(still());
    StreamingWriter<Long> old = writer(group, "p", 1);
    append(old, "p", 5);
    commit(old);
    tasks.run();
    old.append(-1L);
    old.mark("p", 6);
    CompletableFuture<CommitResult> late = commit(old);
    StreamingWriter<Long> owner = writer(group);
    assertThat(owner.claim(List.of("p"), 2)).isEqualTo(CommitToken.of("p", 5));
    append(owner, "p", 3);
    CompletableFuture<CommitResult> landed = commit(owner);
    tasks.run();
    assertThatThrownBy(late::join)
        .hasCauseInstanceOf(WriterFencedException.class)
        .hasMessageContaining("Source p")
        .hasMessageContaining("generation 2");
    assertThat(landed.join().token().position("p")).hasValue(8);
    assertExact();
    group.close();
  }

  @Test
  void aLateReleaseDoesNotTakeTheNewOwnersClaim() {
    StreamingGroup group = open(still());
    StreamingWriter<Long> old = writer(group, "p", 1);
    append(old, "p", 5);
    commit(old);
    tasks.run();
    StreamingWriter<Long> owner = writer(group, "p", 2);
    old.release(List.of("p"));
    append(owner, "p", 3);
    commit(owner);
    tasks.run();
    assertThat(owner.committed().position("p")).hasValue(8);
    assertThatThrownBy(() -> old.claim(List.of("p"), 1)).isInstanceOf(WriterFencedException.class);
    owner.release(List.of("p"));
    assertThat(old.claim(List.of("p"), 3).position("p")).hasValue(8);
    append(old, "p", 1);
    commit(old);
    tasks.run();
    assertExact();
    group.close();
  }

  @Test
  void aClosedWritersSourcesMayBeClaimedByAnother() {
    StreamingGroup group = open(still());
    StreamingWriter<Long> gone = writer(group, "p", 7);
    gone.close();
    StreamingWriter<Long> next = writer(group, "p", 1); // nothing was written under 7
    append(next, "p", 1);
    commit(next);
    tasks.run();
    assertExact();
    group.close();
  }

  @Test
  void aProcessThatDiesIsReplayedExactly() {
    for (int crash = 0; crash < 3; crash++) {
      StreamingGroup dies = open(still());
      List<StreamingWriter<Long>> writers =
          List.of(writer(dies, "p0", crash + 1), writer(dies, "p1", crash + 1));
      for (int i = 0; i < 2; i++) {
        append(writers.get(i), "p" + i, 4);
        commit(writers.get(i));
      }
      tasks.run();
      for (int i = 0; i < 2; i++) {
        writers.get(i).append(-1L);
        writers.get(i).mark("p" + i, 9_999);
        commit(writers.get(i));
      }
      tasks.forget(); // nobody closes anything, and what was handed to the executor never runs
      assertThat(table().snapshots()).hasSize(crash + 1);
      assertExact();
    }
  }

  @Test
  void whatWasCommittedTogetherAndRolledBackIsNotCommittedInParts() {
    StreamingGroup group = open(still());
    StreamingWriter<Long> one = writer(group, "p1", 1);
    StreamingWriter<Long> two = writer(group, "p2", 1);
    append(one, "p1", 1);
    commit(one);
    tasks.run();
    Snapshot before = table().currentSnapshot();
    one.append(-1L);
    one.mark("p1", 2);
    two.append(-2L);
    two.mark("p2", 1);
    CompletableFuture<CommitResult> first = commit(one);
    CompletableFuture<CommitResult> second = commit(two);
    plan.on(Call.COMMIT, 1, Fault.APPLIED_BUT_REFUSED)
        .meanwhile(() -> table().manageSnapshots().rollbackTo(before.snapshotId()).commit());
    tasks.run();
    assertThatThrownBy(first::join)
        .hasCauseInstanceOf(StaleTokenException.class)
        .hasMessageContaining("rolled back");
    assertThatThrownBy(second::join)
        .hasCauseInstanceOf(StaleTokenException.class)
        .hasMessageContaining("rolled back");
    assertExact();
    group.close();
  }

  @Test
  void aTableThatIsGoneIsGoneForAll() {
    StreamingGroup group = open(still());
    StreamingWriter<Long> one = writer(group, "p1", 1);
    StreamingWriter<Long> two = writer(group, "p2", 1);
    append(one, "p1", 1);
    CompletableFuture<CommitResult> first = commit(one);
    sound.dropTable(EventTable.NAME, false);
    tasks.run();
    assertThatThrownBy(first::join).hasCauseInstanceOf(TableGoneException.class);
    append(two, "p2", 1);
    CompletableFuture<CommitResult> second = commit(two);
    tasks.run();
    assertThatThrownBy(second::join).hasCauseInstanceOf(TableGoneException.class);
    assertThatThrownBy(() -> writer(group)).isInstanceOf(TableGoneException.class);
    group.close();
  }

  @Test
  void theTokenIsKeptAliveOnceForTheGroup() {
    StreamingGroup group = open(still());
    List<StreamingWriter<Long>> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      writers.add(writer(group, "p" + i, 1));
    }
    append(writers.get(0), "p0", 1);
    commit(writers.get(0));
    tasks.run();
    clock.advance(Duration.ofDays(3));
    writers.forEach(StreamingWriter::tick);
    tasks.run();
    assertThat(snapshots()).as("the commit and one heartbeat").isEqualTo(2);
    group.close();
  }

  @Test
  void theMemoryLimitIsTheGroups() {
    StreamingGroup group = open(still().memoryLimitBytes(16L << 20));
    StreamingWriter<Long> one = writer(group);
    assertThat(one.status().memoryLimitBytes()).isEqualTo(16L << 20);
    StreamingWriter<Long> two = writer(group);
    assertThat(one.status().memoryLimitBytes()).isEqualTo(8L << 20);
    writer(group);
    writer(group);
    assertThat(two.status().memoryLimitBytes()).isEqualTo(4L << 20);
    assertThatThrownBy(() -> writer(group))
        .isInstanceOf(BufferFullException.class)
        .hasMessageContaining("raise memoryLimitBytes");
    two.close();
    assertThat(writer(group).status().memoryLimitBytes()).isEqualTo(4L << 20);
    group.close();
  }

  @Test
  void closingTheGroupClosesItsWritersAlsoThoseOfThreadsThatHang() {
    StreamingGroup group = open(still());
    StreamingWriter<Long> one = writer(group, "p1", 1);
    StreamingWriter<Long> hangs = writer(group, "p2", 1);
    append(one, "p1", 1);
    hangs.append(-1L); // between two marks
    sent.clear();
    group.close();
    group.close();
    assertThat(one.status().state()).isEqualTo(WriterStatus.State.CLOSED);
    assertThat(hangs.status().state()).isEqualTo(WriterStatus.State.CLOSED);
    assertThatThrownBy(() -> hangs.append(-2L)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> one.append(-2L)).isInstanceOf(IllegalStateException.class);
    one.close();
    hangs.close();
    assertThatThrownBy(() -> group.openWriter(MAPPER))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertExact();
  }

  @Test
  void aGroupIsForSourcesWithOwners() {
    assertThatThrownBy(() -> Firn.openWriterGroup(table(), manual("g").build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Ownership.PER_SOURCE");
    assertThatThrownBy(
            () -> Firn.openWriterGroup(sound, TableIdentifier.of("db", "none"), still().build()))
        .isInstanceOf(TableGoneException.class);
  }
}
