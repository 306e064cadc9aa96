package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitResult.Outcome;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterFencedException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.ProcessDied;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the committer does when the catalog fails, lies or falls silent; for every catalog. */
abstract class CommitFaultsContract {

  static final CommitToken NONE = CommitToken.none();
  static final CommitToken TEN = CommitToken.of(10);
  static final CommitToken TWENTY = CommitToken.of(20);

  final WriterOptions options =
      WriterOptions.builder("s").commitTimeout(Duration.ofSeconds(10)).build();
  final FaultPlan plan = FaultPlan.scripted().sleeper(howLong -> {});
  final FakePause pause = new FakePause();

  TestTable table;

  abstract TestTable newTable();

  @BeforeEach
  void createTable() {
    table = newTable();
  }

  private SnapshotCommitter open() {
    return SnapshotCommitter.open(table.faulty(plan), options, pause);
  }

  @ParameterizedTest
  @EnumSource(names = {"APPLIED_BUT_REFUSED", "UNKNOWN_APPLIED", "ERROR_APPLIED"})
  void aCommitThatLandedIsFoundByItsIdWhateverTheAnswerWas(Fault lie) {
    SnapshotCommitter committer = open();
    plan.on(Call.COMMIT, 1, lie);

    CommitResult result = committer.commit(table.stage("s", NONE, TEN, "a"));

    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(result.attempts()).isEqualTo(1);
    assertThat(result.rows()).isEqualTo(1);
    assertThat(plan.effects(lie)).isEqualTo(1);
    committer.commit(table.stage("s", TEN, TWENTY, "b"));
    assertThat(table.names()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @EnumSource(names = {"APPLIED_BUT_REFUSED", "UNKNOWN_APPLIED", "ERROR_APPLIED"})
  void aForeignCommitOnTopOfAFalselyRefusedOneIsKept(Fault lie) {
    SnapshotCommitter committer = open();
    plan.on(Call.COMMIT, 1, lie).meanwhile(() -> table.append("foreign"));

    CommitResult result = committer.commit(table.stage("s", NONE, TEN, "a"));

    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(table.names()).containsExactly("a", "foreign");
  }

  @Test
  void plainIcebergDropsTheForeignCommitInTheSamePlace() {
    Table plain = table.faulty(plan);
    plan.on(Call.COMMIT, 1, Fault.APPLIED_BUT_REFUSED).meanwhile(() -> table.append("foreign"));

    plain.newAppend().appendFile(TestTable.file(plain, "a")).commit();

    assertThat(table.names()).as("why exact-base commits exist").containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSED", "UNKNOWN_NOT_APPLIED", "ERROR_NOT_APPLIED"})
  void aCommitThatDidNotLandIsTriedAgainWithTheSameFiles(Fault fault) {
    List<String> heard = new ArrayList<>();
    WriterListener listener =
        new WriterListener() {
          @Override
          public void commitRetried(int attempt, String reason) {
            heard.add(attempt + " " + reason);
          }
        };
    SnapshotCommitter committer =
        SnapshotCommitter.open(
            table.faulty(plan), options.toBuilder().listener(listener).build(), pause);
    plan.on(Call.COMMIT, 1, fault).on(Call.COMMIT, 2, fault);

    CommitResult result = committer.commit(table.stage("s", NONE, TEN, "a"));

    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(result.attempts()).isEqualTo(3);
    assertThat(heard).hasSize(2);
    assertThat(heard.get(0)).startsWith("1 ").contains("Injected");
    assertThat(pause.sleeps()).isEqualTo(2);
    assertThat(table.names()).containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource(names = {"APPLIED_BUT_REFUSED", "UNKNOWN_APPLIED", "UNKNOWN_NOT_APPLIED", "REFUSED"})
  void openingFindsItsOwnEpochWhateverTheAnswerWas(Fault fault) {
    plan.on(Call.COMMIT, 1, fault);
    SnapshotCommitter committer = open();
    assertThat(committer.epoch()).isEqualTo(1);
    committer.commit(table.stage("s", NONE, TEN, "a"));
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void aRequestThatArrivesBeforeTheRetryIsFound() {
    SnapshotCommitter committer = open();
    plan.on(Call.COMMIT, 1, Fault.DELAYED);
    pause.meanwhile(() -> plan.deliver(0));

    CommitResult result = committer.commit(table.stage("s", NONE, TEN, "a"));

    assertThat(plan.landed()).isEqualTo(1);
    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(result.attempts()).isEqualTo(1);
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void aRequestThatArrivesAfterTheRetryIsDead() {
    SnapshotCommitter committer = open();
    plan.on(Call.COMMIT, 1, Fault.DELAYED);

    assertThat(committer.commit(table.stage("s", NONE, TEN, "a")).attempts()).isEqualTo(2);

    assertThat(plan.deliver(0)).isFalse();
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void aRequestOfADeadProcessIsFencedByTheNextOpening() {
    SnapshotCommitter dead = open();
    plan.on(Call.COMMIT, 1, Fault.DELAYED).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    assertThatThrownBy(() -> dead.commit(table.stage("s", NONE, TEN, "lost")))
        .isInstanceOf(CommitUnknownException.class);
    plan.heal();

    SnapshotCommitter next = open();

    assertThat(plan.deliver(0)).isFalse();
    assertThat(next.committed()).isEqualTo(NONE);
    next.commit(table.stage("s", NONE, TEN, "a"));
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void aRequestOfADeadProcessThatArrivesBeforeTheNextOpeningCounts() {
    SnapshotCommitter dead = open();
    plan.on(Call.COMMIT, 1, Fault.DELAYED).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    assertThatThrownBy(() -> dead.commit(table.stage("s", NONE, TEN, "a")))
        .isInstanceOf(CommitUnknownException.class);
    plan.heal();
    assertThat(plan.deliver(0)).isTrue();

    assertThat(open().committed()).isEqualTo(TEN);
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void aProcessThatDiesAfterTheCommitLeavesItsToken() {
    SnapshotCommitter dead = open();
    plan.on(Call.COMMIT, 1, Fault.DIED_AFTER_COMMIT);
    StagedCommit staged = table.stage("s", NONE, TEN, "a");
    assertThatThrownBy(() -> dead.commit(staged)).isInstanceOf(ProcessDied.class);

    SnapshotCommitter next = open();
    assertThat(next.committed()).isEqualTo(TEN);
    assertThat(next.commit(staged).outcome()).isEqualTo(Outcome.ALREADY_COMMITTED);
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void anUnknownOutcomeIsRememberedAndResolvedByTheNextCall() {
    SnapshotCommitter committer = open();
    plan.on(Call.COMMIT, 1, Fault.UNKNOWN_APPLIED).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    StagedCommit staged = table.stage("s", NONE, TEN, "a");
    assertThatThrownBy(() -> committer.commit(staged))
        .isInstanceOf(CommitUnknownException.class)
        .hasMessageContaining("replay is harmless");
    assertThatThrownBy(() -> committer.commit(staged)).isInstanceOf(CommitUnknownException.class);
    plan.heal();

    CommitResult result = committer.commit(staged);
    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(result.rows()).isEqualTo(1);
    assertThat(table.names()).containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource(names = {"UNKNOWN_APPLIED", "UNKNOWN_NOT_APPLIED"})
  void theNextBatchWaitsUntilTheOneInDoubtIsIn(Fault fault) {
    SnapshotCommitter committer = open();
    plan.on(Call.COMMIT, 1, fault).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    assertThatThrownBy(() -> committer.commit(table.stage("s", NONE, TEN, "a")))
        .isInstanceOf(CommitUnknownException.class);
    StagedCommit next = table.stage("s", TEN, TWENTY, "b");
    assertThatThrownBy(() -> committer.commit(next)).isInstanceOf(CommitUnknownException.class);
    plan.heal();

    committer.commit(next);

    assertThat(committer.committed()).isEqualTo(TWENTY);
    assertThat(table.names()).containsExactly("a", "b");
  }

  @Test
  void aBatchThatReplacesTheOneInDoubtDoesNotDoubleIt() {
    SnapshotCommitter committer = open();
    plan.on(Call.COMMIT, 1, Fault.DELAYED).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    assertThatThrownBy(() -> committer.commit(table.stage("s", NONE, TEN, "a")))
        .isInstanceOf(CommitUnknownException.class);
    plan.heal();

    CommitResult again = committer.commit(table.stage("s", NONE, TEN, "again"));

    assertThat(again.outcome()).isEqualTo(Outcome.ALREADY_COMMITTED);
    assertThat(plan.deliver(0)).isFalse();
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void aTableThatMovesUnderEveryAttemptIsADefiniteNo() {
    WriterOptions impatient = options.toBuilder().commitTimeout(Duration.ofMillis(50)).build();
    SnapshotCommitter hasty = SnapshotCommitter.open(table.faulty(plan), impatient, pause);
    plan.from(Call.COMMIT, 1, Fault.SLOW_COMMIT).meanwhile(() -> table.append(foreignName()));
    StagedCommit staged = table.stage("s", NONE, TEN, "a");

    assertThatThrownBy(() -> hasty.commit(staged))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("attempts");

    plan.heal();
    assertThat(hasty.commit(staged).outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(table.names()).contains("a");
  }

  private int foreigners;

  private String foreignName() {
    return "foreign-" + foreigners++;
  }

  @Test
  void storageThatCannotBeWrittenLosesNothing() {
    SnapshotCommitter committer = open();
    plan.from(Call.CREATE, 1, Fault.CREATE_FAILS);
    StagedCommit staged = table.stage("s", NONE, TEN, "a");
    assertThatThrownBy(() -> committer.commit(staged))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("Nothing is lost");
    plan.heal();
    committer.commit(staged);
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void aCatalogThatCannotBeReadAtOpeningIsAStorageFailure() {
    plan.from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    assertThatThrownBy(this::open).isInstanceOf(StorageException.class);
    plan.heal();
    assertThat(open().epoch()).isEqualTo(1);
  }

  @Test
  void anInterruptedCommitMayBeCalledAgain() {
    SnapshotCommitter committer = open();
    plan.on(Call.COMMIT, 1, Fault.UNKNOWN_APPLIED);
    StagedCommit staged = table.stage("s", NONE, TEN, "a");
    plan.meanwhile(() -> Thread.currentThread().interrupt());
    assertThatThrownBy(() -> committer.commit(staged))
        .isInstanceOf(WriterInterruptedException.class);
    assertThat(Thread.interrupted()).as("the flag is set again").isTrue();
    assertThat(committer.commit(staged).outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void aCommitThatWasExpiredByAPeerBeforeItsAnswerIsFoundInTheCarriedMap() {
    WriterOptions shared = options.toBuilder().ownership(Ownership.PER_SOURCE).build();
    SnapshotCommitter mine = SnapshotCommitter.open(table.faulty(plan), shared, pause);
    SnapshotCommitter peer = SnapshotCommitter.open(table.load(), shared, pause);
    plan.on(Call.COMMIT, 1, Fault.UNKNOWN_APPLIED)
        .meanwhile(
            () -> {
              Snapshot ours = table.load().currentSnapshot();
              peer.commit(table.stage("s", NONE, CommitToken.of("q", 5), "b"));
              table.load().expireSnapshots().expireSnapshotId(ours.snapshotId()).commit();
            });

    CommitResult result = mine.commit(table.stage("s", NONE, CommitToken.of("p", 5), "a"));

    assertThat(result.token().position("p")).hasValue(5);
    assertThat(result.token().position("q")).hasValue(5);
    assertThat(table.names()).containsExactly("a", "b");
  }

  @Test
  void aCommitThatLandedBeforeTheWriterWasFencedIsReportedAsCommitted() {
    SnapshotCommitter zombie = open();
    plan.on(Call.COMMIT, 1, Fault.UNKNOWN_APPLIED)
        .meanwhile(() -> SnapshotCommitter.open(table.load(), options, pause));
    assertThat(zombie.commit(table.stage("s", NONE, TEN, "a")).outcome())
        .isEqualTo(Outcome.COMMITTED);
    assertThatThrownBy(() -> zombie.commit(table.stage("s", TEN, TWENTY, "z")))
        .isInstanceOf(WriterFencedException.class);
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void aCommitThatWasRolledBackBeforeItsAnswerIsNotCommittedAgain() {
    SnapshotCommitter committer = open();
    long before = table.load().currentSnapshot().snapshotId();
    plan.on(Call.COMMIT, 1, Fault.UNKNOWN_APPLIED)
        .meanwhile(() -> table.load().manageSnapshots().rollbackTo(before).commit());
    StagedCommit staged = table.stage("s", NONE, TEN, "a");
    assertThatThrownBy(() -> committer.commit(staged))
        .isInstanceOf(StaleTokenException.class)
        .hasMessageContaining("rolled back");
    assertThat(table.names()).isEmpty();
    SnapshotCommitter next = open();
    assertThat(next.committed()).isEqualTo(NONE);
    next.commit(table.stage("s", NONE, TEN, "replayed"));
    assertThat(table.names()).containsExactly("replayed");
  }

  @Test
  void aUserWhoRefreshesTheSameTableObjectCostsOneMoreAttempt() {
    Table shared = table.load();
    SnapshotCommitter committer = SnapshotCommitter.open(shared, options, pause);
    table.append("foreign");
    shared.refresh();
    CommitResult result = committer.commit(table.stage("s", NONE, TEN, "a"));
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(table.names()).containsExactly("a", "foreign");
  }
}
