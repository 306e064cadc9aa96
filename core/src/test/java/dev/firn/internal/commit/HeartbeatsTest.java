package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitToken;
import dev.firn.api.LostTokenPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.WriterFencedException;
import dev.firn.testkit.Call;
import dev.firn.testkit.FakeClock;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import java.time.Duration;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {

  private static final CommitToken TEN = CommitToken.of(10);

  private final TestTable table = TestTable.inMemory();
  private final FakeClock clock = FakeClock.atNow();
  private final FaultPlan plan = FaultPlan.scripted();
  private final WriterOptions options =
      WriterOptions.builder("s").clock(clock).commitTimeout(Duration.ofSeconds(1)).build();
  private final SnapshotCommitter committer =
      SnapshotCommitter.open(table.faulty(plan), options, new FakePause());

  private int snapshots() {
    return table.metadata().snapshots().size();
  }

  @Test
  void anOldTokenIsWrittenAnew() {
    committer.commit(table.stage("s", CommitToken.none(), TEN, "a"));
    int before = snapshots();
    clock.advance(Duration.ofHours(5));
    committer.housekeep();
    assertThat(snapshots()).as("a quarter of five days is more than six hours").isEqualTo(before);
    clock.advance(Duration.ofHours(2));
    committer.housekeep();
    assertThat(snapshots()).isEqualTo(before + 1);
    assertThat(committer.committed()).isEqualTo(TEN);
    committer.commit(table.stage("s", TEN, CommitToken.of(20), "b"));
    assertThat(table.names()).containsExactly("a", "b");
  }

  @Test
  void aShortLivedTableBeatsFaster() {
    table.load().updateProperties().set("history.expire.max-snapshot-age-ms", "3600000").commit();
    int before = snapshots();
    clock.advance(Duration.ofMinutes(14));
    committer.housekeep();
    assertThat(snapshots()).isEqualTo(before);
    clock.advance(Duration.ofMinutes(2));
    committer.housekeep();
    assertThat(snapshots()).isEqualTo(before + 1);
  }

  @Test
  void aTokenUnderManyForeignCommitsIsWrittenAnew() {
    for (int i = 0; i < 21; i++) {
      table.append("f" + i);
    }
    int before = snapshots();
    clock.advance(Duration.ofMinutes(1));
    committer.housekeep();
    assertThat(snapshots()).isEqualTo(before + 1);
    Table loaded = table.load();
    loaded.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    assertThat(SnapshotCommitter.open(table.load(), options).epoch()).isEqualTo(2);
  }

  @Test
  void theCatalogIsAskedAtMostOnceAMinute() {
    long calls = plan.calls(Call.REFRESH);
    for (int i = 0; i < 100; i++) {
      committer.housekeep();
    }
    assertThat(plan.calls(Call.REFRESH)).isEqualTo(calls);
    clock.advance(Duration.ofMinutes(1));
    committer.housekeep();
    committer.housekeep();
    assertThat(plan.calls(Call.REFRESH)).isEqualTo(calls + 1);
  }

  @Test
  void aHeartbeatRefreshesTheMirror() {
    committer.commit(table.stage("s", CommitToken.none(), TEN, "a"));
    clock.advance(Duration.ofHours(7));
    committer.housekeep();
    long beat = table.load().currentSnapshot().snapshotId();
    table.append("foreign");
    table.load().expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    assertThat(table.load().snapshot(beat)).isNull();

    WriterOptions mirror = options.toBuilder().lostTokenPolicy(LostTokenPolicy.mirror()).build();
    assertThat(SnapshotCommitter.open(table.load(), mirror).committed()).isEqualTo(TEN);
  }

  @Test
  void aHeartbeatTellsAFencedWriter() {
    SnapshotCommitter.open(table.load(), options);
    clock.advance(Duration.ofHours(7));
    assertThatThrownBy(committer::housekeep).isInstanceOf(WriterFencedException.class);
  }

  @Test
  void aHeartbeatThatDoesNotLandHarmsNothing() {
    clock.advance(Duration.ofHours(7));
    plan.on(Call.COMMIT, 1, Fault.DELAYED).from(Call.REFRESH, 2, Fault.REFRESH_FAILS);
    committer.housekeep();
    plan.heal();
    assertThat(plan.deliver(0)).isTrue();
    committer.commit(table.stage("s", CommitToken.none(), TEN, "a"));
    assertThat(table.names()).containsExactly("a");
  }
}
