package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.Position;
import dev.firn.api.RollbackPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.WriterFencedException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several writers of one stream, each with sources of its own: consumer groups. */
class SharedStreamTest {

  private static final CommitToken NONE = CommitToken.none();

  private final TestTable table = TestTable.inMemory();
  private final WriterOptions options =
      WriterOptions.builder("s").ownership(Ownership.PER_SOURCE).build();

  private SnapshotCommitter open() {
    return SnapshotCommitter.open(table.load(), options);
  }

  private static CommitToken at(String source, long position) {
    return CommitToken.of(source, position);
  }

  @Test
  void membersCommitTheirOwnSourcesSideBySide() {
    SnapshotCommitter one = open();
    SnapshotCommitter two = open();
    one.claim(List.of("p"), 1);
    two.claim(List.of("q"), 1);
    one.commit(table.stage("s", NONE, at("p", 10), "p1"));
    two.commit(table.stage("s", NONE, at("q", 5), "q1"));
    one.commit(table.stage("s", at("p", 10), at("p", 20), "p2"));
    two.commit(table.stage("s", at("q", 5), at("q", 6), "q2"));

    assertThat(open().committed()).isEqualTo(at("p", 20).with("q", Position.of(6)));
    assertThat(table.names()).containsExactly("p1", "p2", "q1", "q2");
  }

  @Test
  void openingASharedStreamChangesNothing() {
    SnapshotCommitter one = open();
    one.commit(table.stage("s", NONE, at("p", 10), "p1"));
    int before = table.metadata().snapshots().size();
    SnapshotCommitter two = open();
    assertThat(two.committed()).isEqualTo(at("p", 10));
    assertThat(table.metadata().snapshots()).hasSize(before);
    one.commit(table.stage("s", at("p", 10), at("p", 20), "p2"));
  }

  @Test
  void aClaimTellsWhereToResumeAndFencesTheOwnerBefore() {
    SnapshotCommitter old = open();
    old.claim(List.of("p", "q"), 1);
    old.commit(table.stage("s", NONE, at("p", 10).with("q", Position.of(3)), "old"));
    SnapshotCommitter owner = open();

    assertThat(owner.claim(List.of("p"), 2)).isEqualTo(at("p", 10));
    owner.commit(table.stage("s", at("p", 10), at("p", 20), "owner"));

    assertThatThrownBy(() -> old.commit(table.stage("s", at("p", 20), at("p", 30), "zombie")))
        .isInstanceOf(WriterFencedException.class)
        .hasMessageContaining("Source p")
        .hasMessageContaining("generation 2");
    old.commit(table.stage("s", at("q", 3), at("q", 4), "kept"));
    assertThat(table.names()).containsExactly("kept", "old", "owner");
  }

  @Test
  void aLateCommitOfTheOldOwnerThatLandsFirstMakesTheNewOwnerStale() {
    SnapshotCommitter old = open();
    old.claim(List.of("p"), 1);
    SnapshotCommitter owner = open();
    assertThat(owner.claim(List.of("p"), 2)).isEqualTo(NONE);
    old.commit(table.stage("s", NONE, at("p", 10), "late"));

    assertThatThrownBy(() -> owner.commit(table.stage("s", NONE, at("p", 12), "overlap")))
        .isInstanceOf(StaleTokenException.class);

    assertThat(owner.claim(List.of("p"), 2)).isEqualTo(at("p", 10));
    owner.commit(table.stage("s", at("p", 10), at("p", 12), "p2"));
    assertThat(table.names()).containsExactly("late", "p2");
  }

  @Test
  void aClaimWithAnOlderGenerationIsRefused() {
    SnapshotCommitter owner = open();
    owner.claim(List.of("p"), 5);
    owner.commit(table.stage("s", NONE, at("p", 10), "a"));
    SnapshotCommitter zombie = open();
    assertThatThrownBy(() -> zombie.claim(List.of("p"), 4))
        .isInstanceOf(WriterFencedException.class);
    assertThatThrownBy(() -> zombie.commit(table.stage("s", at("p", 10), at("p", 11), "z")))
        .as("never claimed")
        .isInstanceOf(WriterFencedException.class);
  }

  @Test
  void aReleasedSourceIsNotWrittenAnyMore() {
    SnapshotCommitter committer = open();
    committer.claim(List.of("p"), 1);
    committer.commit(table.stage("s", NONE, at("p", 10), "a"));
    committer.release(List.of("p"));
    assertThatThrownBy(() -> committer.commit(table.stage("s", at("p", 10), at("p", 20), "b")))
        .isInstanceOf(WriterFencedException.class);
  }

  @Test
  void positionsOfOthersInARangeAreNotMovedBack() {
    SnapshotCommitter one = open();
    SnapshotCommitter two = open();
    one.commit(table.stage("s", NONE, at("p", 10).with("q", Position.of(1)), "a"));
    two.commit(table.stage("s", at("q", 1), at("q", 9), "b"));
    CommitToken from = at("p", 10).with("q", Position.of(1));

    CommitResult result = one.commit(table.stage("s", from, from.with("p", Position.of(11)), "c"));

    assertThat(result.token()).isEqualTo(at("p", 11).with("q", Position.of(9)));
  }

  @Test
  void disjointSourcesAreCommittedAsAGroup() {
    SnapshotCommitter committer = open();
    CommitResult result =
        committer.commit(
            table.stage("s", at("p", 5), at("p", 9), "p2"),
            table.stage("s", NONE, at("q", 7), "q1"),
            table.stage("s", NONE, at("p", 5), "p1"));
    assertThat(result.files()).isEqualTo(3);
    assertThat(result.token()).isEqualTo(at("p", 9).with("q", Position.of(7)));
    assertThat(table.metadata().snapshots()).hasSize(1);
  }

  @Test
  void aRolledBackSourceMayBeSkippedAndTheOthersGoOn() {
    SnapshotCommitter committer =
        SnapshotCommitter.open(
            table.load(), options.toBuilder().rollbackPolicy(RollbackPolicy.SKIP).build());
    committer.commit(table.stage("s", NONE, at("p", 10), "p1"));
    long kept = table.load().currentSnapshot().snapshotId();
    committer.commit(table.stage("s", at("p", 10), at("p", 20), "p2"));
    table.load().manageSnapshots().rollbackTo(kept).commit();
    committer.commit(table.stage("s", NONE, at("q", 1), "q1"));
    committer.commit(table.stage("s", at("p", 20), at("p", 30), "p3"));
    assertThat(table.names()).containsExactly("p1", "p3", "q1");
    assertThat(open().committed()).isEqualTo(at("p", 30).with("q", Position.of(1)));
  }

  @Test
  void aStreamOfNamedSourcesTakesNoUnnamedPosition() {
    SnapshotCommitter committer = open();
    committer.commit(table.stage("s", NONE, at("p", 10), "a"));
    assertThatThrownBy(() -> committer.commit(table.stage("s", NONE, CommitToken.of(3), "b")))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("one unnamed source or named ones");
  }

  @Test
  void claimsAreForSharedStreamsOnly() {
    SnapshotCommitter exclusive =
        SnapshotCommitter.open(table.load(), WriterOptions.builder("x").build());
    assertThatThrownBy(() -> exclusive.claim(List.of("p"), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("PER_SOURCE");
  }
}
