package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.WriterFencedException;
import dev.firn.internal.commit.AbandonedFiles.Swept;
import dev.firn.testkit.Call;
import dev.firn.testkit.FakeClock;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.ProcessDied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AbandonedFilesTest {

  private static final CommitToken NONE = CommitToken.none();
  private static final CommitToken TEN = CommitToken.of(10);
  private static final Duration GRACE = AbandonedFiles.DEFAULT_GRACE;

  @TempDir Path folder;

  private final FakeClock clock = FakeClock.atNow();
  private final FaultPlan plan = FaultPlan.scripted();
  private final WriterOptions options =
      WriterOptions.builder("s").clock(clock).commitTimeout(Duration.ofSeconds(1)).build();

  private TestTable table;

  @BeforeEach
  void createTable() {
    table = TestTable.onSqlite(folder, Map.of());
  }

  private SnapshotCommitter open() {
    return SnapshotCommitter.open(table.faulty(plan), options, new FakePause());
  }

  /** A staged commit whose file is really there. */
  private StagedCommit stage(CommitToken from, CommitToken to, String name) throws IOException {
    Path file = path(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "rows");
    return table.stage("s", from, to, name);
  }

  private Path path(String name) {
    return Path.of(table.load().location(), "data", name + ".parquet");
  }

  private Swept sweep() {
    return AbandonedFiles.sweep(table.load(), clock, GRACE);
  }

  /** A commit that was sent and never heard of again. */
  private StagedCommit leaveInDoubt(SnapshotCommitter committer, Fault fault) throws IOException {
    StagedCommit staged = stage(NONE, TEN, "doubtful");
    plan.on(Call.COMMIT, 1, fault).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    assertThatThrownBy(() -> committer.commit(staged)).isInstanceOf(CommitUnknownException.class);
    plan.heal();
    return staged;
  }

  @Test
  void filesThatWereInNoAttemptAreDeletedAtOnce() throws IOException {
    SnapshotCommitter committer = open();
    StagedCommit staged = stage(NONE, TEN, "dropped");
    committer.discard(List.of(staged));
    assertThat(path("dropped")).doesNotExist();
  }

  @Test
  void filesOfACommittedRangeAreNotDiscarded() throws IOException {
    SnapshotCommitter committer = open();
    StagedCommit staged = stage(NONE, TEN, "a");
    committer.commit(staged);
    committer.discard(List.of(staged));
    assertThat(path("a")).exists();
  }

  @Test
  void filesOfACommitInDoubtStayUntilAllConditionsHold() throws IOException {
    leaveInDoubt(open(), Fault.UNKNOWN_NOT_APPLIED);
    clock.advance(GRACE.plusHours(1));
    assertThat(sweep()).as("it may still be accepted").isEqualTo(new Swept(0, 0, 1));

    SnapshotCommitter next = open();
    assertThat(sweep()).as("it may still be committed again").isEqualTo(new Swept(0, 0, 1));
    next.commit(stage(NONE, TEN, "replayed"));

    assertThat(sweep()).isEqualTo(new Swept(1, 1, 0));
    assertThat(path("doubtful")).doesNotExist();
    assertThat(path("replayed")).exists();
    assertThat(sweep()).isEqualTo(new Swept(0, 0, 0));
  }

  @Test
  void filesAreNotDeletedBeforeTheGraceIsOver() throws IOException {
    leaveInDoubt(open(), Fault.DELAYED);
    open().commit(stage(NONE, TEN, "replayed"));
    clock.advance(GRACE.minusHours(1));
    assertThat(sweep()).isEqualTo(new Swept(0, 0, 1));
    assertThat(path("doubtful")).exists();
  }

  @Test
  void filesOfACommitThatLandedAfterAllAreKept() throws IOException {
    leaveInDoubt(open(), Fault.UNKNOWN_APPLIED);
    open().commit(stage(TEN, CommitToken.of(20), "next"));
    clock.advance(GRACE.plusHours(1));
    assertThat(sweep()).isEqualTo(new Swept(0, 1, 0));
    assertThat(path("doubtful")).exists();
    assertThat(table.names()).containsExactly("doubtful", "next");
  }

  @Test
  void filesThatASnapshotRefersToAreKeptWhateverTheTokensSay() throws IOException {
    leaveInDoubt(open(), Fault.UNKNOWN_NOT_APPLIED);
    table.append("doubtful");
    open().commit(stage(NONE, TEN, "replayed"));
    clock.advance(GRACE.plusHours(1));
    assertThat(sweep()).isEqualTo(new Swept(0, 1, 0));
    assertThat(path("doubtful")).exists();
  }

  @Test
  void filesThatWereInAnAttemptAreNotDiscarded() throws IOException {
    SnapshotCommitter committer = open();
    StagedCommit staged = leaveInDoubt(committer, Fault.DELAYED);
    committer.discard(List.of(staged));
    assertThat(path("doubtful")).exists();
    assertThat(plan.deliver(0)).isTrue();
    assertThat(table.names()).containsExactly("doubtful");
  }

  @Test
  void aFencedWritersFilesAreNotedOnlyWhenTheyWereInAnAttempt() throws IOException {
    SnapshotCommitter zombie = open();
    open().close();
    StagedCommit staged = stage(NONE, TEN, "zombie");
    assertThatThrownBy(() -> zombie.commit(staged)).isInstanceOf(WriterFencedException.class);
    assertThat(sweep().waitingIntents()).as("one attempt lost its race").isEqualTo(1);
    assertThat(path("zombie")).exists();
  }

  @Test
  void anIntentThatFailsHidesNothing() throws IOException {
    SnapshotCommitter committer = open();
    StagedCommit staged = stage(NONE, TEN, "doubtful");
    clock.set(Instant.MAX); // not a number of milliseconds that fits
    plan.on(Call.COMMIT, 1, Fault.UNKNOWN_NOT_APPLIED).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    assertThatThrownBy(() -> committer.commit(staged))
        .isInstanceOf(CommitUnknownException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
  }

  @Test
  void filesOfACommitThatAnErrorEndedAreNotDiscarded() throws IOException {
    SnapshotCommitter committer = open();
    StagedCommit staged = stage(NONE, TEN, "doubtful");
    plan.on(Call.COMMIT, 1, Fault.DIED_AFTER_COMMIT);
    assertThatThrownBy(() -> committer.commit(staged)).isInstanceOf(ProcessDied.class);
    committer.discard(List.of(staged));
    assertThat(path("doubtful")).exists();
    assertThat(table.names()).containsExactly("doubtful");
  }

  @Test
  void aGoodCommitWritesNoIntent() throws IOException {
    SnapshotCommitter committer = open();
    plan.on(Call.COMMIT, 1, Fault.REFUSED).on(Call.COMMIT, 3, Fault.APPLIED_BUT_REFUSED);
    committer.commit(stage(NONE, TEN, "a"));
    committer.commit(stage(TEN, CommitToken.of(20), "b"));
    Table loaded = table.load();
    assertThat(Path.of(loaded.location(), "metadata", "firn")).doesNotExist();
  }

  @Test
  void aDamagedIntentDeletesNothing() throws IOException {
    leaveInDoubt(open(), Fault.UNKNOWN_NOT_APPLIED);
    open().commit(stage(NONE, TEN, "replayed"));
    Path intents = Path.of(table.load().location(), "metadata", "firn", "intents");
    try (var files = Files.list(intents)) {
      Path intent = files.findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(intent);
      bytes[bytes.length / 2] ^= 1;
      Files.write(intent, bytes);
    }
    clock.advance(GRACE.plusHours(1));
    assertThat(sweep()).isEqualTo(new Swept(0, 0, 1));
    assertThat(path("doubtful")).exists();
  }
}
