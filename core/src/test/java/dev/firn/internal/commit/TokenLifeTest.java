package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitResult.Outcome;
import dev.firn.api.CommitToken;
import dev.firn.api.LostTokenPolicy;
import dev.firn.api.RollbackPolicy;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.TableGoneException;
import dev.firn.api.error.TokenLostException;
import dev.firn.api.error.WriterFencedException;
import java.util.List;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

/** What becomes of the token when others roll back, expire, copy, replace or drop. */
class TokenLifeTest {

  private static final CommitToken NONE = CommitToken.none();
  private static final CommitToken TEN = CommitToken.of(10);
  private static final CommitToken TWENTY = CommitToken.of(20);
  private static final CommitToken THIRTY = CommitToken.of(30);

  private final TestTable table = TestTable.inMemory();
  private final WriterOptions options = WriterOptions.builder("s").build();
  private final WriterOptions skipping =
      options.toBuilder().rollbackPolicy(RollbackPolicy.SKIP).build();

  private SnapshotCommitter open() {
    return SnapshotCommitter.open(table.load(), options);
  }

  private SnapshotCommitter open(LostTokenPolicy policy) {
    return SnapshotCommitter.open(
        table.load(), options.toBuilder().lostTokenPolicy(policy).build());
  }

  private long head() {
    return table.load().currentSnapshot().snapshotId();
  }

  private void rollbackTo(long snapshotId) {
    table.load().manageSnapshots().rollbackTo(snapshotId).commit();
  }

  /** Another engine commits {@code names} and then keeps only the newest snapshot. */
  private void appendAndExpire(String... names) {
    for (String name : names) {
      table.append(name);
    }
    Table loaded = table.load();
    long newest = loaded.currentSnapshot().snapshotId();
    ExpireSnapshots expire = loaded.expireSnapshots();
    for (Snapshot snapshot : loaded.snapshots()) {
      if (snapshot.snapshotId() != newest) {
        expire.expireSnapshotId(snapshot.snapshotId());
      }
    }
    expire.commit();
  }

  @Test
  void aRollbackUnderARunningWriterStopsIt() {
    SnapshotCommitter committer = open();
    committer.commit(table.stage("s", NONE, TEN, "a"));
    long kept = head();
    committer.commit(table.stage("s", TEN, TWENTY, "b"));
    rollbackTo(kept);

    assertThatThrownBy(() -> committer.commit(table.stage("s", TWENTY, THIRTY, "c")))
        .isInstanceOf(StaleTokenException.class)
        .hasMessageContaining("rolled back");

    SnapshotCommitter reopened = open();
    assertThat(reopened.committed()).isEqualTo(TEN);
    reopened.commit(table.stage("s", TEN, THIRTY, "replayed"));
    assertThat(table.names()).containsExactly("a", "replayed");
  }

  @Test
  void aRollbackMayBeAcceptedAsAGap() {
    SnapshotCommitter committer = SnapshotCommitter.open(table.load(), skipping);
    committer.commit(table.stage("s", NONE, TEN, "a"));
    long kept = head();
    committer.commit(table.stage("s", TEN, TWENTY, "b"));
    rollbackTo(kept);

    committer.commit(table.stage("s", TWENTY, THIRTY, "c"));

    assertThat(table.names()).containsExactly("a", "c");
    assertThat(open().committed()).isEqualTo(THIRTY);
  }

  @Test
  void aRollbackBehindTheOpeningStopsTheWriterOrIsAcceptedWithIt() {
    open().close();
    long beforeOpening = head();
    SnapshotCommitter strict = open();
    strict.commit(table.stage("s", NONE, TEN, "a"));
    rollbackTo(beforeOpening);
    assertThatThrownBy(() -> strict.commit(table.stage("s", TEN, TWENTY, "b")))
        .isInstanceOf(StaleTokenException.class)
        .hasMessageContaining("behind the opening");

    long again = head();
    SnapshotCommitter skips = SnapshotCommitter.open(table.load(), skipping);
    skips.commit(table.stage("s", NONE, TEN, "c"));
    rollbackTo(again);
    skips.commit(table.stage("s", TEN, TWENTY, "d"));
    assertThat(table.names()).containsExactly("d");
  }

  @Test
  void twoWritersOnTwoSidesOfARollbackNeverShareAnEpoch() {
    open().close();
    long before = head();
    SnapshotCommitter old = open();
    rollbackTo(before);
    SnapshotCommitter owner = open();

    assertThat(owner.epoch()).isGreaterThan(old.epoch());
    assertThatThrownBy(() -> old.commit(table.stage("s", NONE, TEN, "zombie")))
        .isInstanceOf(WriterFencedException.class);
    owner.commit(table.stage("s", NONE, TEN, "a"));
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void equalEpochsOfTwoOwnersAreToldApart() {
    open().close();
    long before = head();
    SnapshotCommitter old = open();
    long rolledBack = head();
    rollbackTo(before);
    Table loaded = table.load();
    loaded.expireSnapshots().expireSnapshotId(rolledBack).commit();
    loaded.updateProperties().remove(StreamRegistry.key("s", "main")).commit();
    SnapshotCommitter owner = open();

    assertThat(owner.epoch()).isEqualTo(old.epoch());
    assertThatThrownBy(() -> old.commit(table.stage("s", NONE, TEN, "zombie")))
        .isInstanceOf(WriterFencedException.class);
    owner.commit(table.stage("s", NONE, TEN, "a"));
  }

  @Test
  void aStagedCommitThatWasRolledBackIsNotCommittedAgainWithTheSameFiles() {
    SnapshotCommitter committer = open();
    long before = head();
    StagedCommit staged = table.stage("s", NONE, TEN, "a");
    committer.commit(staged);
    rollbackTo(before);

    SnapshotCommitter reopened = open();

    assertThat(reopened.committed()).isEqualTo(NONE);
    assertThatThrownBy(() -> reopened.commit(staged))
        .isInstanceOf(StaleTokenException.class)
        .hasMessageContaining("Its files may go with that snapshot");
    reopened.commit(table.stage("s", NONE, TEN, "fresh"));
    assertThat(table.names()).containsExactly("fresh");
  }

  @Test
  void aRollbackToBeforeTheFirstCommitBeginsAnew() {
    table.append("foreign");
    long before = head();
    SnapshotCommitter committer = open();
    committer.commit(table.stage("s", NONE, TEN, "a"));
    rollbackTo(before);
    assertThat(open().committed()).isEqualTo(NONE);
  }

  @Test
  void aTokenThatOthersExpiredIsLostAndNotZero() {
    open().commit(table.stage("s", NONE, TEN, "a"));
    appendAndExpire("f1", "f2");

    assertThatThrownBy(this::open)
        .isInstanceOf(TokenLostException.class)
        .hasMessageContaining("expired")
        .hasMessageContaining("resumeAt");
    assertThatThrownBy(() -> open(LostTokenPolicy.mirror()))
        .as("the mirror is older than the last commit")
        .isInstanceOf(TokenLostException.class);

    SnapshotCommitter resumed = open(LostTokenPolicy.resumeAt(TEN));
    assertThat(resumed.committed()).isEqualTo(TEN);
    resumed.commit(table.stage("s", TEN, TWENTY, "b"));
    assertThat(open().committed()).isEqualTo(TWENTY);
    assertThat(table.names()).containsExactly("a", "b", "f1", "f2");
  }

  @Test
  void aMirrorIsUsedWhenTheHistoryShowsThatItHolds() {
    open().commit(table.stage("s", NONE, TEN, "a"));
    open().close();
    appendAndExpire("f1");

    assertThatThrownBy(this::open).isInstanceOf(TokenLostException.class);
    assertThat(open(LostTokenPolicy.mirror()).committed()).isEqualTo(TEN);
  }

  @Test
  void aRunningWriterWhoseOwnSnapshotWasExpiredGoesOn() {
    SnapshotCommitter committer = open();
    committer.commit(table.stage("s", NONE, TEN, "a"));
    appendAndExpire("f1");
    committer.commit(table.stage("s", TEN, TWENTY, "b"));
    assertThat(open().committed()).isEqualTo(TWENTY);
  }

  @Test
  void aRunningWriterThatCannotKnowWhatWasExpiredStops() {
    SnapshotCommitter committer = open();
    committer.commit(table.stage("s", NONE, TEN, "a"));
    appendAndExpire("f1", "f2");
    assertThatThrownBy(() -> committer.commit(table.stage("s", TEN, TWENTY, "b")))
        .isInstanceOf(TokenLostException.class);
    assertThatThrownBy(committer::housekeep).isInstanceOf(TokenLostException.class);
  }

  @Test
  void aStreamThatLostItsTokenIsNotTakenForANewOneAmongOthers() {
    open().commit(table.stage("s", NONE, TEN, "a"));
    appendAndExpire("f1", "f2");
    SnapshotCommitter.open(table.load(), WriterOptions.builder("t").build()).close();
    assertThatThrownBy(this::open).isInstanceOf(TokenLostException.class);
  }

  /** A commit is rolled back, and its rows come back without their token. */
  private void commitAndCopyBehindARollback(SnapshotCommitter committer) {
    long before = head();
    committer.commit(table.stage("s", NONE, TEN, "a"));
    long firn = head();
    rollbackTo(before);
    table.append("foreign");
    table.load().manageSnapshots().cherrypick(firn).commit();
  }

  @Test
  void aCherryPickOfFirnRowsIsRefusedUntilSomebodyVouches() {
    SnapshotCommitter committer = open();
    commitAndCopyBehindARollback(committer);

    assertThatThrownBy(this::open)
        .isInstanceOf(TokenLostException.class)
        .hasMessageContaining("cherry-pick");
    assertThatThrownBy(() -> committer.commit(table.stage("s", NONE, TEN, "doubled")))
        .isInstanceOf(TokenLostException.class);

    SnapshotCommitter resumed = open(LostTokenPolicy.resumeAt(TEN));
    assertThat(resumed.committed()).isEqualTo(TEN);
    resumed.commit(table.stage("s", TEN, TWENTY, "b"));
    assertThat(table.names()).containsExactly("a", "b", "foreign");
  }

  @Test
  void aCherryPickStopsTheStreamWhoseRowsItCopiesAndNoOther() {
    SnapshotCommitter mine = open();
    SnapshotCommitter other =
        SnapshotCommitter.open(table.load(), WriterOptions.builder("t").build());
    commitAndCopyBehindARollback(mine);

    other.commit(table.stage("t", NONE, TEN, "t1"));
    // Another stream's map stands on top of the copy: it carries a token that is too old.
    assertThatThrownBy(this::open).isInstanceOf(TokenLostException.class);
    assertThatThrownBy(() -> mine.commit(table.stage("s", NONE, TEN, "doubled")))
        .isInstanceOf(TokenLostException.class);
    open(LostTokenPolicy.resumeAt(TEN)).commit(table.stage("s", TEN, TWENTY, "b"));
    assertThat(open().committed()).isEqualTo(TWENTY);
    assertThat(table.names()).containsExactly("a", "b", "foreign", "t1");
  }

  @Test
  void aCopyThatIsExpiredBehindAnotherStreamsCommitIsNotForgotten() {
    SnapshotCommitter mine = open();
    SnapshotCommitter other =
        SnapshotCommitter.open(table.load(), WriterOptions.builder("t").build());
    commitAndCopyBehindARollback(mine);
    other.commit(table.stage("t", NONE, TEN, "t1"));
    other.commit(table.stage("t", TEN, TWENTY, "t2"));
    table
        .load()
        .expireSnapshots()
        .expireOlderThan(System.currentTimeMillis() + 60_000)
        .retainLast(1)
        .commit();

    assertThatThrownBy(this::open).isInstanceOf(TokenLostException.class);
    assertThat(SnapshotCommitter.open(table.load(), WriterOptions.builder("t").build()).committed())
        .isEqualTo(TWENTY);
  }

  /** As a removal of orphans does that goes by Iceberg's metadata alone. */
  private void removeTokenFiles() {
    for (Snapshot snapshot : table.metadata().snapshots()) {
      String map = snapshot.summary().get(TokenLedger.TOKENS_REFERENCE);
      table.operations().io().deleteFile(map.substring(0, map.indexOf('#')));
    }
  }

  @Test
  void aTokenThatWasRemovedWithItsFileIsLostForEveryStreamUntilItIsVouchedFor() {
    table.load().updateProperties().set(TokenFiles.INLINE_PROPERTY, "0").commit();
    WriterOptions t = WriterOptions.builder("t").build();
    SnapshotCommitter.open(table.load(), t).commit(table.stage("t", NONE, TEN, "t1"));
    SnapshotCommitter running = open();
    running.commit(table.stage("s", NONE, TEN, "a"));
    removeTokenFiles();

    assertThatThrownBy(this::open)
        .isInstanceOf(TokenLostException.class)
        .hasMessageContaining("removed");
    running.commit(table.stage("s", TEN, TWENTY, "b")); // it knows what it wrote
    assertThat(open().committed()).isEqualTo(TWENTY);
    assertThat(SnapshotCommitter.open(table.load(), t).committed()).isEqualTo(TEN);
  }

  @Test
  void aMapThatWasWrittenBehindARemovedOneLetsNoStreamBeginAnew() {
    table.load().updateProperties().set(TokenFiles.INLINE_PROPERTY, "0").commit();
    WriterOptions t = WriterOptions.builder("t").build();
    SnapshotCommitter.open(table.load(), t).commit(table.stage("t", NONE, TEN, "t1"));
    open().commit(table.stage("s", NONE, TEN, "a"));
    removeTokenFiles();

    open(LostTokenPolicy.resumeAt(TEN)).commit(table.stage("s", TEN, TWENTY, "b"));
    assertThatThrownBy(() -> SnapshotCommitter.open(table.load(), t))
        .isInstanceOf(TokenLostException.class)
        .hasMessageContaining("removed");
  }

  @Test
  void aTableReplacedInPlaceIsGoneForItsWriterAndLostForTheNext() {
    SnapshotCommitter committer = open();
    committer.commit(table.stage("s", NONE, TEN, "a"));
    table
        .catalog
        .newReplaceTableTransaction(
            TestTable.NAME, TestTable.SCHEMA, PartitionSpec.unpartitioned(), false)
        .commitTransaction();
    table.append("new");

    assertThatThrownBy(() -> committer.commit(table.stage("s", TEN, TWENTY, "b")))
        .isInstanceOf(TableGoneException.class)
        .hasMessageContaining("replaced");
    assertThatThrownBy(this::open)
        .isInstanceOf(TokenLostException.class)
        .hasMessageContaining("replaced");
    assertThat(open(LostTokenPolicy.resumeAt(NONE)).committed()).isEqualTo(NONE);
    assertThat(table.names()).containsExactly("new");
  }

  @Test
  void aDroppedTableIsGone() {
    SnapshotCommitter committer = open();
    StagedCommit staged = table.stage("s", NONE, TEN, "a");
    table.catalog.dropTable(TestTable.NAME, false);
    assertThatThrownBy(() -> committer.commit(staged))
        .isInstanceOf(TableGoneException.class)
        .hasMessageContaining("dropped");
    assertThatThrownBy(() -> committer.commit(staged)).isInstanceOf(TableGoneException.class);
  }

  @Test
  void aTableCreatedAnewUnderTheSameNameIsNotWritten() {
    SnapshotCommitter committer = open();
    StagedCommit staged = table.stage("s", NONE, TEN, "a");
    table.catalog.dropTable(TestTable.NAME, false);
    table.catalog.createTable(TestTable.NAME, TestTable.SCHEMA);
    assertThatThrownBy(() -> committer.commit(staged))
        .isInstanceOf(TableGoneException.class)
        .hasMessageContaining("taken its name");
    assertThat(open().committed()).isEqualTo(NONE);
    assertThat(table.names()).isEmpty();
  }

  @Test
  void propertiesCopiedIntoAnotherTableDoNotMakeItsTokenLost() {
    open().commit(table.stage("s", NONE, TEN, "a"));
    TestTable copy = TestTable.inMemory(table.load().properties());
    SnapshotCommitter committer = SnapshotCommitter.open(copy.load(), options);
    assertThat(committer.committed()).isEqualTo(NONE);
  }

  @Test
  void eachCommitCarriesTheTokensOfAllStreams() {
    WriterOptions other = WriterOptions.builder("t").build();
    SnapshotCommitter s = open();
    SnapshotCommitter t = SnapshotCommitter.open(table.load(), other);
    s.commit(table.stage("s", NONE, TEN, "a"));
    t.commit(table.stage("t", NONE, CommitToken.of("p", 5), "b"));
    s.commit(table.stage("s", TEN, TWENTY, "c"));
    appendAndExpireAllButTwo();

    assertThat(open().committed()).isEqualTo(TWENTY);
    assertThat(SnapshotCommitter.open(table.load(), other).committed())
        .isEqualTo(CommitToken.of("p", 5));
  }

  private void appendAndExpireAllButTwo() {
    Table loaded = table.load();
    loaded
        .expireSnapshots()
        .expireOlderThan(System.currentTimeMillis() + 1000)
        .retainLast(2)
        .commit();
  }

  @Test
  void aTokenTooLongForTheSummaryGoesToAFileBesideIt() {
    table.load().updateProperties().set(TokenFiles.INLINE_PROPERTY, "300").commit();
    CommitToken many = NONE;
    for (int i = 0; i < 500; i++) {
      many = many.with("orders-" + i, dev.firn.api.Position.of(i * 7919L));
    }
    SnapshotCommitter committer = open();
    committer.commit(table.stage("s", NONE, many, "a"));
    assertThat(table.load().currentSnapshot().summary())
        .containsKey(TokenLedger.TOKENS_REFERENCE)
        .doesNotContainKey(TokenLedger.TOKENS);
    assertThat(open().committed()).isEqualTo(many);
  }

  @Test
  void anOpeningThatFindsTheStreamShutDoesNotChangeTheTable() {
    List<Snapshot> before = table.metadata().snapshots();
    assertThat(before).isEmpty();
    SnapshotCommitter committer = open();
    committer.close();
    committer.close();
    assertThatThrownBy(() -> committer.commit(List.of())).isInstanceOf(IllegalStateException.class);
    assertThat(open().commit(List.of()).outcome()).isEqualTo(Outcome.NOTHING_TO_COMMIT);
  }
}
