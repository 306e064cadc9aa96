package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitResult.Outcome;
import dev.firn.api.CommitToken;
import dev.firn.api.LostTokenPolicy;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.TableGoneException;
import dev.firn.api.error.WriterFencedException;
import dev.firn.internal.commit.RestServer.Answer;
import java.time.Duration;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RestCatalogTest {

  private static final CommitToken NONE = CommitToken.none();
  private static final CommitToken TEN = CommitToken.of(10);
  private static final CommitToken TWENTY = CommitToken.of(20);

  private final RestServer server = new RestServer();
  private final TestTable table =
      TestTable.in(server.client(), PartitionSpec.unpartitioned(), Map.of());
  private final WriterOptions options =
      WriterOptions.builder("s").commitTimeout(Duration.ofSeconds(10)).build();

  @AfterEach
  void stop() {
    server.close();
  }

  private SnapshotCommitter open() {
    return SnapshotCommitter.open(table.load(), options);
  }

  @Test
  void commitsOpeningsFencesAndBranches() {
    SnapshotCommitter zombie = open();
    zombie.commit(table.stage("s", NONE, TEN, "a"));
    SnapshotCommitter owner = open();
    assertThat(owner.committed()).isEqualTo(TEN);
    assertThatThrownBy(() -> zombie.commit(table.stage("s", TEN, TWENTY, "z")))
        .isInstanceOf(WriterFencedException.class);
    table.append("foreign");
    assertThat(owner.commit(table.stage("s", TEN, TWENTY, "b")).outcome())
        .isEqualTo(Outcome.COMMITTED);

    SnapshotCommitter branch =
        SnapshotCommitter.open(table.load(), options.toBuilder().branch("b1").build());
    branch.commit(table.stageOn("b1", "s", TWENTY, CommitToken.of(30), "c"));
    assertThat(table.names("b1")).containsExactly("a", "b", "c", "foreign");
    assertThat(table.names()).containsExactly("a", "b", "foreign");
  }

  @ParameterizedTest
  @EnumSource(names = {"APPLIED_THEN_UNAVAILABLE", "APPLIED_THEN_ERROR"})
  void aCommitThatLandedIsFoundUnderForeignOnes(Answer lie) {
    SnapshotCommitter committer = open();
    server.answerNext(lie, () -> table.append("foreign"));

    CommitResult result = committer.commit(table.stage("s", NONE, TEN, "a"));

    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    committer.commit(table.stage("s", TEN, TWENTY, "b"));
    assertThat(table.names()).containsExactly("a", "b", "foreign");
  }

  @Test
  void plainIcebergDropsTheForeignCommitWhenAPostIsSentTwice() {
    Table plain = table.load();
    server.answerNext(Answer.APPLIED_THEN_UNAVAILABLE, () -> table.append("foreign"));
    plain.newAppend().appendFile(TestTable.file(plain, "a")).commit();
    assertThat(table.names()).as("why exact-base commits exist").containsExactly("a");
  }

  @ParameterizedTest
  @EnumSource(names = {"ERROR", "FORBIDDEN"})
  void aCommitThatDidNotLandIsTriedAgain(Answer answer) {
    SnapshotCommitter committer = open();
    server.answerNext(answer, () -> {});
    assertThat(committer.commit(table.stage("s", NONE, TEN, "a")).attempts()).isEqualTo(2);
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void aDroppedTableIsGoneAndANewOneIsNotWritten() {
    SnapshotCommitter committer = open();
    StagedCommit staged = table.stage("s", NONE, TEN, "a");
    table.catalog.dropTable(TestTable.NAME, false);
    assertThatThrownBy(() -> committer.commit(staged)).isInstanceOf(TableGoneException.class);
    table.catalog.createTable(TestTable.NAME, TestTable.SCHEMA);
    assertThatThrownBy(() -> committer.commit(staged)).isInstanceOf(TableGoneException.class);
    assertThat(table.names()).isEmpty();
  }

  @Test
  void aLostTokenIsResumedFromTheMirror() {
    open().commit(table.stage("s", NONE, TEN, "a"));
    open().close();
    table.append("foreign");
    Table loaded = table.load();
    loaded.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    WriterOptions mirror = options.toBuilder().lostTokenPolicy(LostTokenPolicy.mirror()).build();
    assertThat(SnapshotCommitter.open(table.load(), mirror).committed()).isEqualTo(TEN);
  }
}
