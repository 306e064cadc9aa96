package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.WriterFencedException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotCommitterTest {

  private static final CommitToken NONE = CommitToken.none();

  private final TestTable table = TestTable.inMemory();
  private final WriterOptions options = WriterOptions.builder("s").build();

  @Test
  void rowsAndTokenBecomeOneSnapshot() {
    try (SnapshotCommitter committer = SnapshotCommitter.open(table.load(), options)) {
      assertThat(committer.committed()).isEqualTo(NONE);

      CommitResult result = committer.commit(table.stage("s", NONE, CommitToken.of(10), "a", "b"));

      assertThat(result.outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
      assertThat(result.snapshotId()).hasValue(table.load().currentSnapshot().snapshotId());
      assertThat(result.token()).isEqualTo(CommitToken.of(10));
      assertThat(result.rows()).isEqualTo(2);
      assertThat(result.files()).isEqualTo(2);
      assertThat(result.bytes()).isEqualTo(200);
      assertThat(result.attempts()).isEqualTo(1);
      assertThat(table.names()).containsExactly("a", "b");
    }
    try (SnapshotCommitter committer = SnapshotCommitter.open(table.load(), options)) {
      assertThat(committer.committed()).isEqualTo(CommitToken.of(10));
      assertThat(committer.epoch()).isEqualTo(2);
    }
  }

  @Test
  void theSameStagedCommitTwiceIsCommittedOnce() {
    StagedCommit staged = table.stage("s", NONE, CommitToken.of(10), "a");
    try (SnapshotCommitter committer = SnapshotCommitter.open(table.load(), options)) {
      CommitResult first = committer.commit(staged);
      CommitResult second = committer.commit(staged);
      assertThat(second.outcome()).isEqualTo(CommitResult.Outcome.ALREADY_COMMITTED);
      assertThat(second.snapshotId()).isEqualTo(first.snapshotId());
      assertThat(second.rows()).isZero();
    }
    try (SnapshotCommitter committer = SnapshotCommitter.open(table.load(), options)) {
      assertThat(committer.commit(staged).outcome())
          .isEqualTo(CommitResult.Outcome.ALREADY_COMMITTED);
    }
    assertThat(table.names()).containsExactly("a");
  }

  @Test
  void aMarkWithoutRowsCommitsItsToken() {
    try (SnapshotCommitter committer = SnapshotCommitter.open(table.load(), options)) {
      CommitResult result = committer.commit(table.stage("s", NONE, CommitToken.of(7)));
      assertThat(result.outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
      assertThat(result.rows()).isZero();
      assertThat(committer.committed()).isEqualTo(CommitToken.of(7));
      assertThat(committer.commit(List.of()).outcome())
          .isEqualTo(CommitResult.Outcome.NOTHING_TO_COMMIT);
      assertThat(committer.commit(table.stage("s", CommitToken.of(7), CommitToken.of(7))).outcome())
          .isEqualTo(CommitResult.Outcome.NOTHING_TO_COMMIT);
    }
    assertThat(table.names()).isEmpty();
  }

  @Test
  void severalStagedCommitsBecomeOneSnapshotInWhateverOrder() {
    StagedCommit first = table.stage("s", NONE, CommitToken.of(10), "a");
    StagedCommit second = table.stage("s", CommitToken.of(10), CommitToken.of(20), "b");
    StagedCommit third = table.stage("s", CommitToken.of(20), CommitToken.of(30), "c");
    try (SnapshotCommitter committer = SnapshotCommitter.open(table.load(), options)) {
      committer.commit(first);
      CommitResult result = committer.commit(third, first, second);
      assertThat(result.rows()).isEqualTo(2);
      assertThat(result.token()).isEqualTo(CommitToken.of(30));
    }
    assertThat(table.names()).containsExactly("a", "b", "c");
  }

  @Test
  void gapsAndPartialOverlapsAreStale() {
    try (SnapshotCommitter committer = SnapshotCommitter.open(table.load(), options)) {
      committer.commit(table.stage("s", NONE, CommitToken.of(10), "a"));
      assertThatThrownBy(
              () -> committer.commit(table.stage("s", CommitToken.of(11), CommitToken.of(20), "b")))
          .isInstanceOf(StaleTokenException.class)
          .hasMessageContaining("starts at 11")
          .hasMessageContaining("the table is at 10");
      assertThatThrownBy(
              () -> committer.commit(table.stage("s", CommitToken.of(5), CommitToken.of(20), "b")))
          .isInstanceOf(StaleTokenException.class);
      committer.commit(table.stage("s", CommitToken.of(10), CommitToken.of(20), "b"));
    }
    assertThat(table.names()).containsExactly("a", "b");
  }

  @Test
  void openingFencesTheWriterThatWasThereBefore() {
    SnapshotCommitter zombie = SnapshotCommitter.open(table.load(), options);
    zombie.commit(table.stage("s", NONE, CommitToken.of(10), "a"));
    SnapshotCommitter owner = SnapshotCommitter.open(table.load(), options);
    assertThatThrownBy(
            () -> zombie.commit(table.stage("s", CommitToken.of(10), CommitToken.of(20), "z")))
        .isInstanceOf(WriterFencedException.class)
        .hasMessageContaining("epoch 2, this writer has 1");
    owner.commit(table.stage("s", CommitToken.of(10), CommitToken.of(20), "b"));
    assertThatThrownBy(
            () -> zombie.commit(table.stage("s", CommitToken.of(20), CommitToken.of(30), "z")))
        .isInstanceOf(WriterFencedException.class);
    assertThat(table.names()).containsExactly("a", "b");
  }

  @Test
  void foreignCommitsInBetweenAreAbsorbed() {
    try (SnapshotCommitter committer = SnapshotCommitter.open(table.load(), options)) {
      committer.commit(table.stage("s", NONE, CommitToken.of(10), "a"));
      table.append("foreign");
      table.load().updateSchema().addColumn("more", TestTable.SCHEMA.findType("id")).commit();
      table.load().updateProperties().set("k", "v").commit();
      CommitResult result =
          committer.commit(table.stage("s", CommitToken.of(10), CommitToken.of(20), "b"));
      assertThat(result.attempts()).isEqualTo(2);
      assertThat(committer.base().schema().findField("more")).isNotNull();
    }
    assertThat(table.names()).containsExactly("a", "b", "foreign");
  }
}
